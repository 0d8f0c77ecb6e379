"""`codexjob tail`: what a job writes, while it writes it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from codexjob.life.following import follow
from codexjob.life.lookup import find_job
from codexjob.log_dir_option import LogDirOption
from codexjob.say import say


def tail_command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run id, a job id, or a part of one.")],
    *,
    goes_on: Annotated[
        bool, typer.Option("-f", "--follow", help="Go on until the job is at rest, from run to run.")
    ] = False,
    lines: Annotated[int, typer.Option("-n", "--lines", min=0, help="How many lines to begin with.")] = 20,
    log_dir: LogDirOption = Path("runs"),
) -> None:
    """Print the end of the readable log of a job's last run."""
    for piece in follow(find_job(log_dir.expanduser().absolute(), run), lines, goes_on=goes_on):
        say(sys.stdout, piece.decode(errors="replace"))
