"""Verify one run: what changed, whether it can be read, and what the project's tests say."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from codexjob.files import RunFiles
from codexjob.ids import is_run_id
from codexjob.verify.before import Before, read_before
from codexjob.verify.entry import SUBMODULE, Entry
from codexjob.verify.errors import GitFailed, VerifyError
from codexjob.verify.snapshot import Change, Snapshot, changes, snapshot
from codexjob.verify.suites import Suite, found_suites, given_suite
from codexjob.verify.syntax import check_syntax
from codexjob.verify.testing import TestPlan, run_suites
from codexjob.verify.tracked import listed_tree
from codexjob.verify.verification import Since, Verification

_META_LIMIT: Final = 1 << 20
_ENDS: Final = ("ended_at", "ended_by", "exit_code", "signal")
_JOB_PREFIX: Final = "job-"


@dataclass(frozen=True, slots=True)
class Subject:
    """The run that is looked at: its files, its repository, and the first run of its job."""

    files: RunFiles
    repo: Path
    first: RunFiles


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be found out. `command` is the user's own test command, null where it is to be found."""

    syntax: bool = True
    plan: TestPlan | None = None
    command: str | None = None


def subject_of(meta: Path) -> Subject:
    """Find the run and its repository by its meta file, `codex-run-<id>.meta.json`.

    It may also be one of the earlier wrapper's, which named its files the same way.

    Raises:
        VerifyError: it is no meta file of codexjob, the run goes on, or the repository is not there.
    """
    run_id = meta.name.removeprefix("codex-run-").removesuffix(".meta.json")
    if meta.name != f"codex-run-{run_id}.meta.json":
        raise VerifyError(f"{meta} is not the meta file of a run: it is called codex-run-<id>.meta.json")
    content = _read_meta(meta)
    repo, job = content.get("repo"), content.get("job_id")
    if not isinstance(repo, str) or not Path(repo).is_dir():
        raise VerifyError(
            f"{meta} names the repository {repo!r}, which is not there: nothing can be verified"
        )
    if all(content.get(name) is None for name in _ENDS):
        raise VerifyError(
            f"run {run_id} has not ended: codexjob wait {run_id}, or codexjob recover if it died"
        )
    files = RunFiles(meta.absolute().parent, run_id)
    first = job.removeprefix(_JOB_PREFIX) if isinstance(job, str) else run_id
    return Subject(files, Path(repo), RunFiles(files.folder, first if is_run_id(first) else run_id))


def verify(subject: Subject, wanted: Wanted) -> Verification:
    """Find out about a run what is wanted; the state before is that of the job's first run."""
    after = snapshot(subject.repo, ignoring=subject.files.folder)
    before = read_before(subject.first, subject.repo) or read_before(subject.files, subject.repo)
    since: Since | None = "run"
    if before is None or before.state.is_git != after.is_git:
        before = _last_commit(subject, after)
        since = "commit" if before else None
    changed = _changed(before.state, after) if before else ()
    gaps = (before.state.gap if before else "the state before the run is not known", after.gap)
    return Verification(
        repo=str(subject.repo),
        since=since,
        changes=changed,
        gap="; ".join(filter(None, gaps)) or None,
        syntax=check_syntax(subject.repo, changed, before) if wanted.syntax else None,
        suites=run_suites(subject.repo, _suites(subject.repo, wanted), before, wanted.plan)
        if wanted.plan
        else None,
    )


def _changed(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """List the changes; where not all could be looked at, only those that are sure."""
    found = changes(before, after)
    is_whole = before.gap is None and after.gap is None
    return found if is_whole else tuple(change for change in found if change.kind == "modified")


def _suites(repo: Path, wanted: Wanted) -> tuple[Suite, ...]:
    return found_suites(repo) if wanted.command is None else (given_suite(wanted.command),)


def _last_commit(subject: Subject, after: Snapshot) -> Before | None:
    if after.commit is None:
        return None
    with suppress(GitFailed):
        # What lies in other repositories below is of no commit here: it is taken as it is.
        state = Snapshot(after.commit, True, listed_tree(subject.repo, after.commit) | _nested(after))
        return Before(subject.repo, state, subject.files.folder / "none")
    return None


def _nested(state: Snapshot) -> dict[str, Entry]:
    tops = tuple(f"{path}/" for path, entry in state.files.items() if entry.mode == SUBMODULE)
    return {path: entry for path, entry in state.files.items() if path.startswith(tops)}


def _read_meta(meta: Path) -> Mapping[str, object]:
    try:
        if meta.stat().st_size > _META_LIMIT:
            raise VerifyError(f"{meta} is too large for a meta file")
        content = json.loads(meta.read_bytes())
    except OSError as err:
        raise VerifyError(f"cannot read {meta}: {err.strerror}") from err
    except (ValueError, RecursionError) as err:
        raise VerifyError(f"{meta} is not JSON: {err}") from err
    if not isinstance(content, dict):
        raise VerifyError(f"{meta} holds no JSON object")
    return content
