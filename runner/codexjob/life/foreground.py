"""Live a job in this process, for somebody who watches it."""

import sys
from functools import partial
from pathlib import Path

from codexjob.files import make_folder
from codexjob.formats.job_json import job_json
from codexjob.formats.job_text import job_text
from codexjob.interrupt import noting_signals
from codexjob.job import JobOutcome
from codexjob.life.announcing import announce
from codexjob.life.create import create
from codexjob.life.service import load_judge, tell
from codexjob.life.store import Asked
from codexjob.life.supervisor import LifeSetting, supervise
from codexjob.life.told import recover_and_tell
from codexjob.say import say
from codexjob.secrecy.chokepoint import own_redactor


def run_here(asked: Asked, folder: Path, *, is_json: bool) -> int:
    """Live the job to its end, show it, and give its exit status; with `is_json` the end is all of stdout.

    Raises:
        CodexjobError, LogverdictError: it could not be carried out.
    """
    outcome = _lived(asked, folder, is_json=is_json)
    shown = job_json(outcome) if is_json else job_text(outcome)
    say(sys.stdout, own_redactor().text(shown))
    return outcome.exit_status


def _lived(asked: Asked, folder: Path, *, is_json: bool) -> JobOutcome:
    judge = load_judge(asked.rules)
    announced = sys.stderr if is_json else sys.stdout
    with noting_signals() as interrupts:
        recover_and_tell(make_folder(folder))
        setting = LifeSetting(
            judge=lambda: judge, interrupts=interrupts, announce=partial(announce, announced), tell=tell
        )
        return supervise(create(folder, asked), asked, setting)
