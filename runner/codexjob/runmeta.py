"""The meta file of a run: what the runner knows and did, for the classifier and for people."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from logverdict.meta import EndedBy

from codexjob.files import RunFiles, write_json
from codexjob.request import Kind

SCHEMA: Final = "codexjob.meta/1"
# The classifier reads no sidecar above 1 MiB, and a character takes up to 12 bytes in JSON.
_TASK_SHOWN: Final = 64_000


@dataclass(frozen=True, slots=True)
class RunMeta:
    """What is known of a run beside what Codex printed; the fields of `logverdict.meta.Meta` and more.

    `ended_by` is null while the run goes on. `stop_signal` is the signal that codexjob itself received.
    `leftovers_ended` counts processes that outlived Codex and were ended; `leftovers` are the ids of those
    that could not be. A very long `task` is cut. The tokens before are those of the resumed session so far.
    """

    run_id: str
    job_id: str
    kind: Kind
    repo: str
    task: str
    argv: tuple[str, ...]
    started_at: str
    utc_offset: int | None
    session_asked: str | None = None
    session_id: str | None = None
    codex_version: str | None = None
    model: str | None = None
    pid: int | None = None
    exit_code: int | None = None
    signal: int | None = None
    ended_by: EndedBy | None = None
    stop_signal: int | None = None
    ended_at: str | None = None
    duration: float | None = None
    note: str | None = None
    leftovers_ended: int | None = None
    leftovers: tuple[int, ...] = ()
    input_tokens_before: int | None = None
    cached_input_tokens_before: int | None = None
    output_tokens_before: int | None = None


def write_meta(files: RunFiles, meta: RunMeta) -> None:
    """Write the meta file.

    Raises:
        LogFolderError: it cannot be written.
    """
    write_json(files.meta, {"schema": SCHEMA, **asdict(meta)})


def shown_task(prompt: str) -> str:
    """Cut a very long prompt, saying so."""
    if len(prompt) <= _TASK_SHOWN:
        return prompt
    return f"{prompt[:_TASK_SHOWN]}… (cut: {len(prompt)} characters)"


def stamp(moment: datetime) -> str:
    """Write a time of UTC as ISO 8601 with milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_offset(moment: datetime) -> int | None:
    """Tell how many seconds east of UTC the local zone is: Codex prints times without a zone."""
    offset = moment.astimezone().utcoffset()
    return None if offset is None else int(offset.total_seconds())
