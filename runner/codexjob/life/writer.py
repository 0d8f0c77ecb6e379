"""The writing side of a job's life: its state and its heartbeat, by the one process that may write them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Final

from codexjob.errors import LogFolderError
from codexjob.family import Family
from codexjob.files import RunFiles, claim
from codexjob.life.create import HeldJob, WallClock, first_state
from codexjob.life.identity import ProcessIdentity, identity_of, own_identity
from codexjob.life.state import JobState, State, moved
from codexjob.life.store import Heartbeat, forget_secrets, read_state, write_heartbeat, write_state
from codexjob.runmeta import stamp

BEAT_EVERY: Final = 2.0


@dataclass(slots=True)
class JobWriter:
    """Writes one job's state and heartbeat; `now` is the time of day."""

    held: HeldJob
    now: WallClock
    identity: ProcessIdentity = field(default_factory=own_identity)
    _state: JobState = field(init=False)
    _beaten: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        files = self.held.files
        self._state = read_state(files) or first_state(files.run_id, self.now())
        self.beat(None)

    @property
    def state(self) -> JobState:
        """Give the state as it was last written."""
        return self._state

    def move(self, to: State, note: str | None = None) -> None:
        """Bring the job into its next state."""
        self._write(moved(self._state, to, stamp(self.now()), note))

    def note(self, text: str) -> None:
        """Say what the job does now, in a sentence."""
        if text != self._state.note:
            self._write(replace(self._state, note=text))

    def change(self, change: Callable[[JobState], JobState]) -> None:
        """Write the state with other facts, but as the same state."""
        self._write(change(self._state))

    def claim(self, folder: Path, now: datetime) -> RunFiles:
        """Make the files of the job's next run; its id is in the state before any file is there.

        The files of the first run are there from the beginning of the job.
        """
        first = self.held.files.first
        if not first.meta.exists():
            return first
        return claim(folder, now, self._add_run)

    def beat(self, family: Family | None) -> None:
        """Show that this process lives the job, and which processes belong to its run; not too often."""
        if monotonic() - self._beaten < BEAT_EVERY and family is None:
            return
        self._beaten = monotonic()
        members = [] if family is None else [identity_of(member.pid) for member in family.known]
        codex = identity_of(family.leader) if family is not None and family.leader is not None else None
        known = tuple(member for member in members if member is not None)
        run_id = None if family is None else family.run_id
        # A disk that is full now may have room for the end of the run, which was held back for it.
        with suppress(LogFolderError):
            write_heartbeat(
                self.held.files, Heartbeat(self.identity, stamp(self.now()), run_id, codex, known)
            )

    def discard(self) -> None:
        """Remove all files of a job that was refused before anything was done for it."""
        files = self.held.files
        for path in files.folder.glob(f"codex-run-{files.run_id}.*"):
            if path != files.lock:
                path.unlink(missing_ok=True)
        self.held.lock.finish()

    def close(self) -> None:
        """Give the job out of hand; its lock stays for `recover` where the job is not at rest."""
        if not self._state.is_at_rest:
            self.held.lock.release()
            return
        forget_secrets(self.held.files)
        self.held.files.heartbeat.unlink(missing_ok=True)
        self.held.lock.finish()

    def _add_run(self, files: RunFiles) -> None:
        self._write(replace(self._state, runs=(*self._state.runs, files.run_id)))

    def _write(self, state: JobState) -> None:
        write_state(self.held.files, state)
        self._state = state
