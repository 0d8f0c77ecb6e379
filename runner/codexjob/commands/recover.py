"""`codexjob recover`: take up the jobs of supervisors that died."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from codexjob.files import RunFiles
from codexjob.life.going_on import go_on, goes_on_by_itself
from codexjob.life.jobfiles import jobs_in
from codexjob.life.lookup import find_job, state_of
from codexjob.life.recover import recover_job
from codexjob.life.service import load_judge
from codexjob.life.told import told
from codexjob.log_dir_option import LogDirOption
from codexjob.say import say


def recover_command(
    runs: Annotated[
        list[str] | None, typer.Argument(metavar="[RUN...]", help="Only these jobs; all of them without.")
    ] = None,
    *,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with lost jobs, each with a new supervisor.")
    ] = False,
    log_dir: LogDirOption = Path("runs"),
) -> None:
    """Find jobs whose supervisor died, end what they left running, judge what they wrote."""
    folder = log_dir.expanduser().absolute()
    jobs = [find_job(folder, run) for run in runs] if runs else jobs_in(folder)
    troubles = 0
    for files in jobs:
        found = recover_job(files, load_judge)
        if found is not None:
            say(sys.stdout, f"{told(found)}\n")
        if found is not None and found.trouble is not None:
            troubles += 1
            continue
        state = state_of(files)
        is_wanted = resume or goes_on_by_itself(files, state)
        if state.state == "lost" and is_wanted and go_on(files):
            say(sys.stdout, f"run {files.run_id} goes on: {RunFiles(files.folder, files.run_id).log}\n")
    raise typer.Exit(min(troubles, 1))
