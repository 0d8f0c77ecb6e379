"""What is said to people when jobs of dead supervisors are found."""

import sys
from pathlib import Path

from codexjob.life.going_on import go_on, goes_on_by_itself
from codexjob.life.jobfiles import unfinished_in
from codexjob.life.recover import Recovered, recover
from codexjob.life.service import load_judge
from codexjob.say import say
from codexjob.visible import visible


def recover_and_tell(folder: Path) -> None:
    """Bring the jobs of dead supervisors to rest, saying so on standard error; quick where all is well."""
    if unfinished_in(folder):
        for found in recover(folder, load_judge):
            say(sys.stderr, f"codexjob: {told(found)}\n")
            if found.state is not None and goes_on_by_itself(found.files, found.state) and go_on(found.files):
                say(sys.stderr, f"codexjob: run {found.files.run_id} goes on with its waiting\n")


def told(found: Recovered) -> str:
    """Say in one line what became of a job."""
    if found.state is None:
        return visible(f"run {found.files.run_id} could not be recovered: {found.trouble}")
    ended = f"; {found.processes_ended} processes ended" if found.processes_ended else ""
    state = found.state
    return visible(f"run {state.run_id} recovered: {state.state} ({state.cause}){ended}. {state.note}")
