"""`codexjob list`: the jobs of a log folder, and how far each is."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from codexjob.formats.jobs_json import jobs_json
from codexjob.formats.jobs_text import jobs_text
from codexjob.life.jobfiles import jobs_in
from codexjob.life.overview import known_state
from codexjob.life.told import recover_and_tell
from codexjob.log_dir_option import LogDirOption
from codexjob.say import say


class Format(StrEnum):
    """How the jobs are written."""

    text = "text"
    jsonl = "jsonl"


class StateName(StrEnum):
    """The states of a job."""

    queued = "queued"
    running = "running"
    finished = "finished"
    failed = "failed"
    cancelled = "cancelled"
    lost = "lost"


def list_command(
    *,
    state: Annotated[
        list[StateName] | None, typer.Option(help="Only jobs in this state; may be given again.")
    ] = None,
    log_dir: LogDirOption = Path("runs"),
    output: Annotated[
        Format, typer.Option("--format", help="text for people, jsonl for programs.")
    ] = Format.text,
) -> None:
    """List the jobs of a log folder, oldest first; what a dead supervisor left is recovered before."""
    folder = log_dir.expanduser().absolute()
    recover_and_tell(folder)
    jobs = [files for files in jobs_in(folder) if not state or known_state(files) in state]
    say(sys.stdout, jobs_text(jobs) if output is Format.text else jobs_json(jobs))
