"""Lost jobs that go on: somebody asked for it, or they were waiting for a time when they were lost."""

from codexjob.errors import JobFileError
from codexjob.life.create import take_up
from codexjob.life.detach import start_supervisor
from codexjob.life.jobfiles import JobFiles
from codexjob.life.judged import asked_of
from codexjob.life.state import JobState
from codexjob.life.store import read_asked


def go_on(files: JobFiles) -> bool:
    """Start a new supervisor for a lost job; tell whether it was still lost.

    Raises:
        CodexjobError: what was asked cannot be read, or the supervisor does not start.
    """
    asked = read_asked(files)
    if asked is None:
        raise JobFileError(f"run {files.run_id} cannot go on: {files.asked} is not there")
    held = take_up(files)
    if held is None:
        return False
    start_supervisor(held, asked.cwd)
    return True


def goes_on_by_itself(files: JobFiles, state: JobState) -> bool:
    """Tell whether a lost job was waiting for a limit, as it was allowed to: then nobody need ask again."""
    states = [change.state for change in state.history]
    if states[-2:] != ["queued", "lost"] or "running" not in states:
        return False
    asked = asked_of(files)
    return asked is not None and asked.job.unattended > 0
