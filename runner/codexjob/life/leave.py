"""Start a job and leave it; loads as little as it can, since somebody waits for the run id."""

import sys
from pathlib import Path

from codexjob.files import make_folder
from codexjob.life.announcing import announce
from codexjob.life.create import create
from codexjob.life.detach import start_supervisor
from codexjob.life.jobfiles import unfinished_in
from codexjob.life.store import Asked
from codexjob.say import say


def leave(asked: Asked, folder: Path, *, is_json: bool) -> int:
    """Start the job with a supervisor of its own, say where its files are, and give the exit status.

    Raises:
        CodexjobError: it cannot be started.
        LogverdictError: the rules that were named are wrong.
    """
    if asked.rules:
        # A mistake in them is told here, to somebody who reads it.
        from codexjob.life.service import load_judge

        load_judge(asked.rules)
    if unfinished_in(make_folder(folder)):
        from codexjob.life.told import recover_and_tell

        recover_and_tell(folder)
    held = create(folder, asked)
    start_supervisor(held, asked.cwd)
    if is_json:
        from codexjob.formats.jobs_json import jobs_json

        say(sys.stdout, jobs_json([held.files]))
    else:
        announce(sys.stdout, held.files.first)
    return 0
