"""Telling: an event becomes a line in a file, and a letter to everybody else."""

import os
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from codexjob.errors import UsageError
from codexjob.runmeta import stamp
from codexjob.telling.appending import append_line
from codexjob.telling.compat import OlderEvents
from codexjob.telling.courier_link import CourierLink, start_courier
from codexjob.telling.event import Event, Told
from codexjob.telling.event_json import event_record, on_one_line
from codexjob.telling.letter import Letter
from codexjob.telling.rounds import Patience
from codexjob.telling.wanted import Telling, webhook_secret

GRACE: Final = 10.0


@dataclass(slots=True)
class Teller:
    """Tells the events of one job. Whatever goes wrong with that is said once and never touches the job."""

    wanted: Telling
    courier: CourierLink | None
    complain: Callable[[str], None]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _older: OlderEvents = field(default_factory=OlderEvents)
    _has_complained: bool = False

    def tell(self, told: Told) -> None:
        """Tell one event."""
        event = Event(f"evt_{uuid.uuid4().hex}", stamp(self.now()), told)
        record = event_record(event)
        if self.wanted.stream is not None:
            self._write(self.wanted.stream, on_one_line(record))
        body = self._older.take(record) if self.wanted.is_compat else record
        if self.courier is not None and body is not None:
            kind = told.type if body is record else str(body["event"])
            self.courier.send(Letter(event.id, kind, on_one_line(body)))

    def _write(self, path: Path, line: str) -> None:
        try:
            append_line(path, line)
        except OSError as err:
            if not self._has_complained:
                self.complain(f"cannot add events to {path}: {err.strerror}; the job goes on without")
            self._has_complained = True


@contextmanager
def telling(
    wanted: Telling,
    folder: Path,
    complain: Callable[[str], None],
    grace: float = GRACE,
    patience: Patience | None = None,
) -> Iterator[Callable[[Told], None]]:
    """Give the function that tells events while a job goes on; at the end wait up to `grace` seconds for it.

    `folder` is the log folder, where dead letters are kept.

    A key that is missing by now is told like an address that cannot be reached: the job matters more.
    """
    how_long = patience or Patience()
    courier = _courier(wanted, folder, complain, grace, how_long) if wanted.needs_courier else None
    try:
        yield Teller(wanted, courier, complain).tell
    finally:
        if courier is not None:
            courier.close()


def _courier(
    wanted: Telling, folder: Path, complain: Callable[[str], None], grace: float, patience: Patience
) -> CourierLink | None:
    from pydantic import TypeAdapter

    from codexjob.telling.courier import Errand
    from codexjob.telling.dead_letters import dead_letter_file

    try:
        secret = webhook_secret(os.environ) if wanted.urls else ""
        errand = Errand(wanted, secret, dead_letter_file(folder), grace, patience)
        return start_courier(TypeAdapter(Errand).dump_json(errand), grace)
    except UsageError as err:
        complain(f"{err}; the job goes on without telling others")
        return None
    except OSError as err:
        complain(f"cannot start {sys.executable} to tell others: {err.strerror}; the job goes on without")
        return None
