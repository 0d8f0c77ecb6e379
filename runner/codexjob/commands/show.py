"""`codexjob show`: one job in full."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from codexjob.formats.job_life_text import job_life_text
from codexjob.formats.jobs_json import jobs_json
from codexjob.life.lookup import find_job
from codexjob.life.told import recover_and_tell
from codexjob.log_dir_option import LogDirOption
from codexjob.say import say


class Format(StrEnum):
    """How the job is written."""

    text = "text"
    json = "json"


def show_command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run id, a job id, or a part of one.")],
    *,
    log_dir: LogDirOption = Path("runs"),
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json for programs.")
    ] = Format.text,
) -> None:
    """Show how far a job is, what happened to it, and where its work is."""
    folder = log_dir.expanduser().absolute()
    recover_and_tell(folder)
    files = find_job(folder, run)
    say(sys.stdout, job_life_text(files) if output is Format.text else jobs_json([files]))
