"""What can be said of a job without waking anybody: its state, its request, its supervisor."""

from contextlib import suppress
from dataclasses import asdict
from typing import Any

from codexjob.errors import CodexjobError
from codexjob.files import RunFiles
from codexjob.life.jobfiles import JobFiles
from codexjob.life.judged import asked_of
from codexjob.life.state import State
from codexjob.life.store import STATE_SCHEMA, read_heartbeat, read_state
from codexjob.runmeta import shown_task


def known_state(files: JobFiles) -> State | None:
    """Give a job's state; null where it cannot be read."""
    with suppress(CodexjobError):
        state = read_state(files)
        return None if state is None else state.state
    return None


def overview(files: JobFiles) -> dict[str, Any]:
    """Describe a job as one document of schema `codexjob.state/1`.

    `supervisor` and `seen_at` are null where nobody lives the job; `trouble` says what could not be read.
    """
    try:
        state = read_state(files)
        trouble = None if state is not None else f"{files.state} is not there"
    except CodexjobError as err:
        state, trouble = None, str(err)
    asked, heartbeat = asked_of(files), read_heartbeat(files)
    return {
        "schema": STATE_SCHEMA,
        "run_id": files.run_id,
        "state": None if state is None else state.state,
        **({} if state is None else asdict(state)),
        "repo": None if asked is None else str(asked.job.repo),
        "task": None if asked is None else shown_task(asked.job.task),
        "detached": None if asked is None else asked.detached,
        "supervisor": None if heartbeat is None else asdict(heartbeat.supervisor),
        "seen_at": None if heartbeat is None else heartbeat.at,
        "logs": [str(RunFiles(files.folder, run_id).log) for run_id in (state.runs if state else ())],
        "trouble": trouble,
    }
