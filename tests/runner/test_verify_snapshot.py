import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from codexjob.files import RunFiles
from codexjob.practice.sample import GIT
from codexjob.verify.baseline import NoBaselineError, lay_out
from codexjob.verify.before import note_before, read_before
from codexjob.verify.snapshot import changes, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

RUN = "20261122-204427-mtlznrea"
NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
TREES = st.dictionaries(
    NAMES.filter(lambda name: name not in (".", "..", ".git")), st.binary(max_size=20), max_size=5
)


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True)


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def repository(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lay(folder, files)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Start")
    return folder


def told(before: object, after: object) -> dict[str, str]:
    return {change.path: change.kind for change in changes(before, after)}  # type: ignore[arg-type]


@pytest.fixture(params=[True, False], ids=["git", "plain"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    def make(files: dict[str, bytes]) -> Path:
        if request.param:
            return repository(tmp_path / "repo", files)
        (tmp_path / "repo").mkdir()
        return lay(tmp_path / "repo", files)

    return make


def test_what_was_added_modified_and_deleted_is_told(tree: Callable[[dict[str, bytes]], Path]) -> None:
    repo = tree({"kept": b"1", "changed": b"1", "gone": b"1", "sub/run": b"1"})
    before = snapshot(repo)
    lay(repo, {"changed": b"2", "new": b"1"})
    (repo / "gone").unlink()
    (repo / "sub" / "run").chmod(0o755)
    expected = {"changed": "modified", "new": "added", "gone": "deleted", "sub/run": "modified"}
    assert told(before, snapshot(repo)) == expected


def test_names_with_spaces_newlines_and_other_bytes_are_themselves(
    tree: Callable[[dict[str, bytes]], Path],
) -> None:
    repo = tree({"--force": b"1"})
    before = snapshot(repo)
    odd = [" a b ", "line\nend", ":(glob)*", "quote\"'", "tab\t", os.fsdecode(b"\xff\xfe")]
    lay(repo, {**dict.fromkeys(odd, b"x"), "--force": b"2"})
    assert told(before, snapshot(repo)) == {**dict.fromkeys(odd, "added"), "--force": "modified"}


def test_a_file_that_was_dirty_before_and_is_the_same_has_not_changed(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a": b"1", "b": b"1"})
    lay(repo, {"a": b"dirty", "untracked": b"1"})
    before = snapshot(repo)
    lay(repo, {"b": b"2"})
    assert told(before, snapshot(repo)) == {"b": "modified"}


def test_what_a_run_committed_is_changed_and_what_it_only_committed_is_not(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a": b"1"})
    lay(repo, {"untracked": b"1"})
    before = snapshot(repo)
    lay(repo, {"a": b"2"})
    git(repo, "add", "--all")
    git(repo, "commit", "--quiet", "--message", "All")
    assert told(before, snapshot(repo)) == {"a": "modified"}


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_git_was_told_not_to_look_at_is_looked_at(tmp_path: Path, flag: str) -> None:
    repo = repository(tmp_path / "repo", {"a": b"1", "b": b"1"})
    before = snapshot(repo)
    git(repo, "update-index", flag, "a")
    lay(repo, {"a": b"2"})
    assert told(before, snapshot(repo)) == {"a": "modified"}


def test_ignored_files_and_the_log_folder_do_not_count(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {".gitignore": b"made/\n"})
    before = snapshot(repo, ignoring=repo / "runs")
    lay(repo, {"made/x": b"1", "runs/codex-run-1.log": b"1"})
    assert told(before, snapshot(repo, ignoring=repo / "runs")) == {}


@pytest.mark.parametrize("log_folder", ["repo", "."])
def test_a_log_folder_around_the_repository_does_not_hide_the_work(tmp_path: Path, log_folder: str) -> None:
    repo = repository(tmp_path / "repo", {"a": b"1"})
    logs = tmp_path / log_folder
    before = snapshot(repo, ignoring=logs)
    lay(repo, {"a": b"2", "codex-run-x.log": b"1"})
    expected = {"a": "modified"} | ({} if log_folder == "repo" else {"codex-run-x.log": "added"})
    assert told(before, snapshot(repo, ignoring=logs)) == expected


def test_changes_in_a_submodule_and_in_a_repository_inside_are_seen(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"x": b"1"})
    repo = repository(tmp_path / "repo", {"a": b"1"})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(inner), "sub")
    git(repo, "commit", "--quiet", "--message", "Sub")
    repository(repo / "nested", {"y": b"1"})
    before = snapshot(repo)
    lay(repo, {"sub/x": b"2", "sub/new": b"1", "nested/y": b"2"})
    assert told(before, snapshot(repo)) == {"sub/x": "modified", "sub/new": "added", "nested/y": "modified"}


def test_a_link_is_looked_at_and_never_followed(
    tree: Callable[[dict[str, bytes]], Path], tmp_path: Path
) -> None:
    repo = tree({"a": b"1"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (repo / "way-out").symlink_to(outside)
    (repo / "dangling").symlink_to("/nowhere")
    os.mkfifo(repo / "pipe")
    before = snapshot(repo)
    lay(outside, {"secret": b"1"})
    assert told(before, snapshot(repo)) == {}
    (repo / "way-out").unlink()
    (repo / "way-out").symlink_to("/elsewhere")
    assert told(before, snapshot(repo)) == {"way-out": "modified"}


def test_a_huge_file_costs_nothing_and_its_change_is_seen(tree: Callable[[dict[str, bytes]], Path]) -> None:
    repo = tree({})
    huge = repo / "huge"
    with huge.open("wb") as stream:
        stream.truncate(1 << 40)
    before = snapshot(repo)
    os.utime(huge, (1, 1))
    assert told(before, snapshot(repo)) == {"huge": "modified"}


def test_git_variables_of_a_hook_do_not_lead_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = repository(tmp_path / "repo", {"a": b"1"})
    other = repository(tmp_path / "other", {"b": b"1"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert set(snapshot(repo).files) == {"a"}


def test_a_look_changes_nothing_in_the_repository(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a": b"1"})
    lay(repo, {"a": b"2", "new": b"1"})
    before = {path: path.stat().st_mtime_ns for path in repo.rglob("*")}
    snapshot(repo)
    assert {path: path.stat().st_mtime_ns for path in repo.rglob("*")} == before


@settings(max_examples=25)
@given(TREES, TREES, TREES)
def test_changes_are_exactly_what_differs(
    tmp_path_factory: pytest.TempPathFactory,
    base: dict[str, bytes],
    first: dict[str, bytes],
    then: dict[str, bytes],
) -> None:
    repo = repository(tmp_path_factory.mktemp("tree") / "repo", base)
    make_only(repo, first)
    state = snapshot(repo)
    make_only(repo, then)
    kinds = dict.fromkeys(then.keys() - first.keys(), "added")
    kinds |= dict.fromkeys(first.keys() - then.keys(), "deleted")
    kinds |= {name: "modified" for name in first.keys() & then.keys() if first[name] != then[name]}
    assert told(state, snapshot(repo)) == kinds


def make_only(repo: Path, files: dict[str, bytes]) -> None:
    for path in repo.iterdir():
        if path.name != ".git":
            path.unlink()
    lay(repo, files)


def test_the_state_before_is_kept_beside_the_run_and_laid_out_again(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"a": b"1", "gone": b"1", "run": b"1", "same": b"1"})
    lay(repo, {"a": b"dirty", "un tracked": b"1"})
    (repo / "gone").unlink()
    (repo / "run").chmod(0o755)
    files = RunFiles(tmp_path / "logs", RUN)
    files.folder.mkdir()
    note_before(files, repo)
    state = snapshot(repo)
    lay(repo, {"a": b"after", "un tracked": b"after", "same": b"after", "more": b"1"})
    before = read_before(files, repo)
    assert before is not None
    assert before.state.files == state.files
    place = lay_out(before, tmp_path / "laid")
    found = {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}
    assert found == {"a": b"dirty", "un tracked": b"1", "run": b"1", "same": b"1"}
    assert os.access(place / "run", os.X_OK)
    assert (repo / "a").read_bytes() == b"after"


def test_a_secret_file_is_not_copied(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {})
    lay(repo, {".env": b"TOKEN=x", "deploy.pem": b"x", "code.py": b"y"})
    files = RunFiles(tmp_path, RUN)
    note_before(files, repo)
    kept = [path.read_bytes() for path in (tmp_path / f"codex-run-{RUN}.before").iterdir()]
    assert kept == [b"y"]


def test_a_forged_state_leads_to_no_file_outside(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {})
    files = RunFiles(tmp_path, RUN)
    note_before(files, repo)
    note = tmp_path / f"codex-run-{RUN}.before.json"
    forged = '"changed": {"../../out": ["100644", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"]}'
    note.write_text(note.read_text().replace('"changed": {}', forged))
    before = read_before(files, repo)
    assert before is not None
    with pytest.raises(NoBaselineError, match="outside"):
        lay_out(before, tmp_path / "laid")


REST = '"is_git": true, "gap": null, "removed": []'


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"changed": 1}', "[" * 100_000,
        f'{{"commit": "--help", "changed": {{}}, {REST}}}',
        f'{{"commit": null, "changed": {{"a": ["100644", "../../../etc/passwd"]}}, {REST}}}',
        f'{{"commit": null, "changed": {{"a": "b"}}, {REST}}}',
    ],
)  # fmt: skip
def test_a_damaged_state_is_no_state(tmp_path: Path, text: str) -> None:
    repo = repository(tmp_path / "repo", {})
    (tmp_path / f"codex-run-{RUN}.before.json").write_text(text)
    assert read_before(RunFiles(tmp_path, RUN), repo) is None


def test_a_state_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {})
    note_before(RunFiles(tmp_path / "missing", RUN), repo)
    assert read_before(RunFiles(tmp_path / "missing", RUN), repo) is None
