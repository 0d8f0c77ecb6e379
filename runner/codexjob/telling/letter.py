"""An event on its way: the text that is sent, which a second try repeats byte by byte."""

import json
from dataclasses import asdict, dataclass
from typing import Final

# What is only a sign of life is not worth a second try.
PASSING: Final = frozenset({"run.progress"})


@dataclass(frozen=True, slots=True)
class Letter:
    """One event as it is sent: its id, its type, and `body`, which is JSON."""

    id: str
    type: str
    body: str

    @property
    def is_passing(self) -> bool:
        """Tell whether it is worth nothing once it is late."""
        return self.type in PASSING


def written(letter: Letter) -> bytes:
    """Write a letter as one line."""
    return json.dumps(asdict(letter)).encode() + b"\n"


def read(line: bytes) -> Letter:
    """Read a letter that `written` wrote."""
    return Letter(**json.loads(line))
