"""Jobs as lines for people."""

from collections.abc import Iterable
from typing import Any, Final

from codexjob.formats.columns import columns
from codexjob.life.jobfiles import JobFiles
from codexjob.life.overview import overview
from codexjob.visible import shortened, visible

_TASK: Final = 60
_HEAD: Final = ("run", "state", "verdict", "runs", "since (UTC)", "task")


def jobs_text(jobs: Iterable[JobFiles]) -> str:
    """Show one line a job, in columns; ends with a line end."""
    rows = [_HEAD, *(_row(overview(files)) for files in jobs)]
    if len(rows) == 1:
        return "no jobs\n"
    return "".join(f"{line}\n" for line in columns(rows))


def _row(job: dict[str, Any]) -> tuple[str, ...]:
    if job["state"] is None:
        return (job["run_id"], "unreadable", "-", "-", "-", shortened(visible(job["trouble"]), _TASK))
    verdict = f"{job['verdict']} ({job['cause']})" if job["verdict"] else "-"
    since = str(job["history"][-1]["at"])[:19].replace("T", " ")
    task = shortened(visible(job["task"] or ""), _TASK)
    return (job["run_id"], job["state"], verdict, str(len(job["runs"])), since, task)
