import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from codexjob.errors import UsageError
from codexjob.life.worktree import counted, in_worktree, make_worktree, plan_worktree
from codexjob.practice import sample_repository
from codexjob.request import JobRequest

RUN = "20260101-000000-aaaaaaaa"
Job = Callable[..., JobRequest]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return sample_repository(tmp_path / "git", {"a.txt": "a\n", "sub/b.txt": "b\n"})


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return done.stdout


def test_a_worktree_holds_the_last_commit_on_a_branch_of_its_own(repository: Path, tmp_path: Path) -> None:
    (repository / "a.txt").write_text("not committed\n")
    tree = plan_worktree(repository / "sub", RUN, tmp_path / "state")
    assert not Path(tree.path).exists()
    make_worktree(tree)
    assert (Path(tree.path) / "a.txt").read_text() == "a\n"
    assert git(Path(tree.path), "branch", "--show-current") == f"codexjob/{RUN}\n"
    assert (repository / "a.txt").read_text() == "not committed\n"


@pytest.mark.parametrize("is_gone", [False, True], ids=["there", "branch only"])
def test_a_worktree_that_was_begun_is_not_made_twice(is_gone: bool, repository: Path, tmp_path: Path) -> None:
    tree = plan_worktree(repository, RUN, tmp_path / "state")
    make_worktree(tree)
    (Path(tree.path) / "new.txt").write_text("kept\n")
    if is_gone:
        shutil.rmtree(tree.path)
    make_worktree(tree)
    assert (Path(tree.path) / "a.txt").exists()
    assert (Path(tree.path) / "new.txt").exists() is not is_gone


def test_the_job_works_in_the_same_folder_of_the_worktree_and_may_commit(
    repository: Path, tmp_path: Path, job: Job
) -> None:
    tree = plan_worktree(repository / "sub", RUN, tmp_path / "state")
    make_worktree(tree)
    inside = in_worktree(job("codex", repo=repository / "sub", codex_args=("-c", "a=b")), tree)
    assert inside.repo == Path(tree.path) / "sub"
    folders = inside.codex_args[1:-2:2]
    assert set(inside.codex_args[:-2:2]) == {"--add-dir"}
    assert inside.codex_args[-2:] == ("-c", "a=b")
    git_folder = repository / ".git"
    assert str(git_folder / "objects") in folders
    assert str(git_folder / "worktrees" / RUN) in folders
    assert str(git_folder) not in folders
    assert not [folder for folder in folders if "hooks" in folder]


def test_commits_changes_and_new_files_are_counted_once_each(repository: Path, tmp_path: Path) -> None:
    tree = plan_worktree(repository, RUN, tmp_path / "state")
    make_worktree(tree)
    path = Path(tree.path)
    (path / "a.txt").write_text("changed\n")
    git(path, "-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "-qam", "one")
    (path / "a.txt").write_text("changed again\n")
    (path / "new ü\n.txt").write_text("new\n")
    found = counted(tree)
    assert (found.commits, found.changed) == (1, 2)


def test_what_cannot_be_counted_is_unknown(repository: Path, tmp_path: Path) -> None:
    tree = plan_worktree(repository, RUN, tmp_path / "state")
    assert counted(tree) == tree


def test_a_folder_without_a_commit_is_refused(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "empty")], check=True)
    with pytest.raises(UsageError, match="git rev-parse failed in"):
        plan_worktree(tmp_path / "empty", RUN, tmp_path / "state")


def test_git_variables_of_a_hook_lead_nowhere_else(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sample_repository(tmp_path / "other", {"other.txt": ""})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    tree = plan_worktree(repository, RUN, tmp_path / "state")
    make_worktree(tree)
    assert (Path(tree.path) / "a.txt").exists()
