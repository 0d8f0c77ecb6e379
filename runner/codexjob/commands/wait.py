"""`codexjob wait`: until jobs are at rest, at no cost."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from codexjob.duration import parse_duration
from codexjob.exit_status import FAILURE, NOT_YET
from codexjob.life.ask import await_rest
from codexjob.life.deadline import DeadlineError, deadline
from codexjob.life.lookup import find_job
from codexjob.life.service import load_judge
from codexjob.life.state import JobState
from codexjob.log_dir_option import LogDirOption
from codexjob.say import say


def wait_command(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run ids, job ids, or parts of them.")],
    *,
    timeout: Annotated[str | None, typer.Option(help="Wait no longer than this: 90s, 30m, 1h30m.")] = None,
    log_dir: LogDirOption = Path("runs"),
) -> None:
    """Wait until all the jobs are at rest; exit with the job's status, with the highest one of several."""
    folder = log_dir.expanduser().absolute()
    seconds = None if timeout is None else parse_duration(timeout, "--timeout")
    jobs = [find_job(folder, run) for run in runs]
    statuses = []
    try:
        with deadline(seconds):
            for files in jobs:
                state = await_rest(files, load_judge)
                say(sys.stdout, _line(state))
                statuses.append(FAILURE if state.exit_status is None else state.exit_status)
    except DeadlineError as err:
        say(sys.stderr, f"codexjob: not all jobs were at rest after {timeout}; they go on\n")
        raise typer.Exit(NOT_YET) from err
    raise typer.Exit(max(statuses))


def _line(state: JobState) -> str:
    verdict = state.verdict or "no verdict"
    return f"{state.run_id}  {state.state}  {verdict}  {state.cause or '-'}\n"
