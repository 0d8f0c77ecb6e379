"""What a job was asked to do, checked before anything starts."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from logverdict.facts import Tokens

from codexjob.command import check_codex_args
from codexjob.errors import UsageError
from codexjob.policy.table import Policy

Kind: TypeAlias = Literal["first", "resume_review", "resume", "retry", "fresh_session"]
_TASK_LIMIT: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A job as the user asked for it. Times are in seconds; `resume` is a session id.

    With `verify` codexjob looks for itself at each run that is called done; `test_command` is what it runs
    then, null where the project's files tell. `env` names the variables that Codex gets beside the usual
    ones; a name may be a pattern such as `MY_*`.
    `policy` is the default one where it is null; `unattended` is how long the job may wait for limits, from
    its begin on, 0 where it may not. `prompts` is a folder with templates of the user.
    `max_tokens` (uncached input and output) and `max_cost` (US dollars) bound all runs together.
    """

    repo: Path
    task: str
    resume: str | None = None
    model: str | None = None
    timeout: float = 1800.0
    no_progress: float = 600.0
    max_reviews: int = 1
    max_retries: int = 2
    codex: str = "codex"
    codex_args: tuple[str, ...] = ()
    verify: bool = False
    test_command: str | None = None
    env: tuple[str, ...] = ()
    policy: Policy | None = None
    unattended: float = 0.0
    prompts: Path | None = None
    max_tokens: int | None = None
    max_cost: float | None = None

    def __post_init__(self) -> None:
        if not self.repo.is_dir():
            what = "is not a folder" if self.repo.exists() else "does not exist"
            raise UsageError(f"--repo {self.repo} {what}: give the folder that Codex should work in")
        if not self.task.strip():
            raise UsageError(
                "the task is empty: say what Codex should do with --task, --task-file or - (standard input)"
            )
        if not _is_utf8(self.task):
            raise UsageError("the task is not UTF-8 text, and Codex reads nothing else")
        if self.max_reviews < 0 or self.max_retries < 0:
            raise UsageError("--max-reviews and --max-retries count from 0")
        check_codex_args(self.codex_args, self.model)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One run of a job: which prompt goes to which session, and why.

    `job_id` is null for the first run; `thread_tokens` are what the session it resumes has used so far;
    what the job has spent is that of its earlier runs, the cost null where it is unknown.
    """

    job: JobRequest
    kind: Kind
    prompt: str
    session_asked: str | None = None
    job_id: str | None = None
    codex_version: str | None = None
    thread_tokens: Tokens | None = None
    spent_tokens: int = 0
    spent_cost: float | None = 0.0


def read_task(task: str | None, task_file: Path | None, *, from_stdin: bool) -> str:
    """Read the task from the one place that the user named.

    Raises:
        UsageError: no place or several were named, or it cannot be read as UTF-8 text.
    """
    if (task is not None) + (task_file is not None) + from_stdin != 1:
        raise UsageError("give the task once: with --task TEXT, --task-file FILE or - (standard input)")
    if task is not None:
        return task
    return (
        _decode(_read_file(task_file), str(task_file))
        if task_file
        else _decode(_read_stdin(), "standard input")
    )


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_TASK_LIMIT + 1)
    except OSError as err:
        raise UsageError(f"cannot read --task-file {path}: {err.strerror}") from err


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise UsageError("- was given, but there is no standard input")
    return sys.stdin.buffer.read(_TASK_LIMIT + 1)


def _decode(content: bytes, source: str) -> str:
    if len(content) > _TASK_LIMIT:
        raise UsageError(f"the task in {source} is longer than {_TASK_LIMIT >> 20} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise UsageError(f"the task in {source} is not UTF-8 text (byte {err.start})") from err


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeError:
        return False
    return True
