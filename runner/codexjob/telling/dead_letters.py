"""Letters that could not be delivered, kept in the log folder to be sent again."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from codexjob.secrecy.chokepoint import without_secrets
from codexjob.telling.appending import append_line, keep_lines
from codexjob.telling.letter import Letter

SCHEMA: Final = "codexjob.dead_letter/1"
_NAME: Final = "codexjob.dead-letters"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A letter, the address that did not take it, and why. `at` is ISO 8601 in UTC.

    An address loses its password when it is written down: then it has to be given again.
    """

    letter: Letter
    address: str
    error: str
    at: str
    is_compat: bool = False


_ONE: Final = TypeAdapter(DeadLetter)


def dead_letter_file(folder: Path) -> Path:
    """Name the file of a log folder that keeps what could not be delivered."""
    return folder / _NAME


def bury(path: Path, dead: DeadLetter) -> None:
    """Keep a letter.

    Raises:
        OSError: the file cannot be written.
    """
    shown = replace(dead, address=without_secrets(dead.address), error=without_secrets(dead.error))
    append_line(path, json.dumps({"schema": SCHEMA, **asdict(shown)}))


def dead_letters(path: Path) -> tuple[DeadLetter, ...]:
    """List the letters in the order in which they were buried, each of them once.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    found = {_key(dead): dead for line in lines if (dead := _read(line)) is not None}
    return tuple(found.values())


def send_again(path: Path, deliver: Callable[[DeadLetter], bool]) -> int:
    """Try each letter; those that arrive are dropped from the file at once. Tell how many did not arrive.

    Raises:
        OSError: the file cannot be read or written.
    """
    left = 0
    for dead in dead_letters(path):
        if deliver(dead):
            _drop(path, dead)
        else:
            left += 1
    return left


def _drop(path: Path, sent: DeadLetter) -> None:
    def is_kept(line: bytes) -> bool:
        dead = _read(line)
        return dead is None or _key(dead) != _key(sent)

    keep_lines(path, is_kept)


def _key(dead: DeadLetter) -> tuple[str, str]:
    return dead.letter.id, dead.address


def _read(line: bytes) -> DeadLetter | None:
    try:
        return _ONE.validate_json(line)
    except ValidationError:
        return None
