"""A git worktree of a job's own: made before it, counted after it, and never removed unasked."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Final

from codexjob.errors import UsageError
from codexjob.life.state import Worktree
from codexjob.places import made, repository_of, short_name
from codexjob.request import JobRequest

_WAIT: Final = 120.0
# Of the shared git folder only what a commit writes to: not its hooks and not its configuration, which would
# run outside the sandbox later.
_WRITTEN_BY_COMMITS: Final = ("objects", "refs", "logs")
# A hook or an outer git command sets these, and they would point git at another repository.
_MISLEADING: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")


def plan_worktree(repo: Path, run_id: str, shared: Path) -> Worktree:
    """Choose a worktree and a branch for the last commit of a repository.

    Raises:
        UsageError: the folder is in no git repository, it has no commit, or git fails or is missing.
    """
    top = repository_of(repo)
    if not (top / ".git").exists():
        raise UsageError(f"--worktree: {repo} is in no git repository; leave --worktree out")
    base = _git(top, "rev-parse", "--verify", "HEAD^{commit}").strip()
    branch = f"codexjob/{run_id}"
    path = made(shared / "worktrees" / f"{top.name}-{short_name(top)[:8]}") / run_id
    return Worktree(str(path), branch, base, str(top))


def make_worktree(tree: Worktree) -> None:
    """Check out a worktree as planned, unless that was done before.

    Raises:
        UsageError: git fails or is missing.
    """
    top = Path(tree.repo)
    if (Path(tree.path) / ".git").exists():
        return
    is_begun = _git(top, "branch", "--list", "--format=%(refname)", tree.branch).strip()
    start = (tree.path, tree.branch) if is_begun else ("-b", tree.branch, tree.path, tree.base)
    _git(top, "worktree", "add", "--quiet", "--force", *start)


def in_worktree(job: JobRequest, tree: Worktree) -> JobRequest:
    """Point a job at its worktree, at the same folder in it, and let the sandbox write what a commit needs.

    The git folder of a linked worktree lies outside of it and is read-only in the sandbox, unless it is named
    itself: measured on 0.120.0 and 0.169.0.
    """
    path = Path(tree.path)
    inside = job.repo.resolve().relative_to(Path(tree.repo))
    own = Path(_git(path, "rev-parse", "--absolute-git-dir").strip())
    common = Path(_git(path, "rev-parse", "--path-format=absolute", "--git-common-dir").strip())
    writable = [own, *(common / name for name in _WRITTEN_BY_COMMITS)]
    flags = [part for folder in writable if folder.is_dir() for part in ("--add-dir", str(folder))]
    return replace(job, repo=path / inside, codex_args=(*flags, *job.codex_args))


def counted(tree: Worktree) -> Worktree:
    """Count the commits made in a worktree and the files changed since its base, new ones included."""
    try:
        path = Path(tree.path)
        commits = int(_git(path, "rev-list", "--count", f"{tree.base}..HEAD"))
        changed = _names(_git(path, "diff", "--no-ext-diff", "--name-only", "-z", tree.base))
        untracked = _names(_git(path, "ls-files", "--others", "--exclude-standard", "-z"))
    except (UsageError, ValueError):
        return tree
    return replace(tree, commits=commits, changed=len(changed | untracked))


def _names(listed: str) -> set[str]:
    return {name for name in listed.split("\0") if name}


def _git(folder: Path, *words: str) -> str:
    env = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    try:
        done = subprocess.run(
            ("git", "-C", str(folder), *words),
            env={**env, "GIT_OPTIONAL_LOCKS": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as err:
        raise UsageError(f"git {words[0]} failed in {folder}: {err}") from err
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise UsageError(f"git {words[0]} failed in {folder}: {said}")
    return done.stdout.decode(errors="surrogateescape")
