"""A supervisor without a terminal: it confirms its start to whoever started it, and lives the job."""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from logverdict.errors import LogverdictError

from codexjob.errors import BusyError, CodexjobError, JobFileError
from codexjob.files import remove_if_empty
from codexjob.interrupt import noting_signals
from codexjob.job import Judge
from codexjob.life.create import HeldJob, WallClock, wall_clock
from codexjob.life.detach import BUSY, FAILED, READY
from codexjob.life.jobfiles import JobFiles
from codexjob.life.joblock import JobLock
from codexjob.life.store import read_asked
from codexjob.life.supervisor import LifeSetting, supervise
from codexjob.say import say
from codexjob.secrecy.chokepoint import own_redactor


@dataclass(slots=True)
class Starter:
    """Whoever started this supervisor, and hears one answer through a pipe."""

    handle: int | None

    def answer(self, word: bytes) -> None:
        """Say how it began; what comes after the first answer is not said."""
        if self.handle is None:
            return
        # A starter that is gone does not matter: the job goes on.
        with suppress(OSError):
            os.write(self.handle, word)
        os.close(self.handle)
        self.handle = None


def serve(folder: Path, run_id: str, lock: int, saying: int, now: WallClock = wall_clock) -> None:
    """Live a job whose lock came open from the starter; what goes wrong is answered, and in its state."""
    for handle in (lock, saying):
        os.set_inheritable(handle, False)
    files, starter = JobFiles(folder, run_id), Starter(saying)
    try:
        _live(HeldJob(files, JobLock(files.lock, lock)), starter, now)
    except BusyError as err:
        starter.answer(BUSY + str(err).encode())
    except (CodexjobError, LogverdictError) as err:
        starter.answer(FAILED + str(err).encode())
        tell(str(err))
    except Exception as err:
        starter.answer(FAILED + f"{type(err).__name__}: {err}".encode())
        raise
    remove_if_empty(files.told)


def load_judge(rules: tuple[str, ...] = ()) -> Judge:
    """Load the rules, which takes a moment and some memory: only once they are needed."""
    from codexjob.judging import packaged_judge

    return packaged_judge(rules)


def _live(held: HeldJob, starter: Starter, now: WallClock) -> None:
    asked = read_asked(held.files)
    if asked is None:
        raise JobFileError(f"{held.files.asked} is not there")
    with noting_signals() as interrupts:
        setting = LifeSetting(
            judge=partial(load_judge, asked.rules),
            interrupts=interrupts,
            tell=tell,
            confirm=lambda: starter.answer(READY),
            now=now,
        )
        supervise(held, asked, setting)


def tell(line: str) -> None:
    """Tell people a line, without secrets, on standard error."""
    say(sys.stderr, own_redactor().text(f"codexjob: {line}\n"))
