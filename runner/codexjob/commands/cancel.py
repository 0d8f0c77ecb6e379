"""`codexjob cancel`: end jobs in order."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from codexjob.life.ask import ask_to_end, await_rest
from codexjob.life.lookup import find_job, state_of
from codexjob.life.service import load_judge
from codexjob.log_dir_option import LogDirOption
from codexjob.say import say


def cancel_command(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run ids, job ids, or parts of them.")],
    *,
    log_dir: LogDirOption = Path("runs"),
) -> None:
    """End jobs: Codex is interrupted, terminated, killed in turn; the files are finished, nothing is left."""
    folder = log_dir.expanduser().absolute()
    jobs = [find_job(folder, run) for run in runs]
    ended = [(files, not state_of(files).is_at_rest and ask_to_end(files)) for files in jobs]
    for files, was_ended in ended:
        state = await_rest(files, load_judge)
        what = "is" if was_ended else "was already"
        say(sys.stdout, f"{state.run_id}  {what} {state.state}\n")
