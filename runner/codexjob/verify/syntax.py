"""The syntax of every file that a run changed, now and before."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from codexjob.verify.before import Before
from codexjob.verify.errors import VerifyError
from codexjob.verify.languages import language_of
from codexjob.verify.reader import Readings, SyntaxReader
from codexjob.verify.snapshot import Change

_LARGEST: Final = 1 << 20
_MOST_FILES: Final = 2_000
INSTALL: Final = "pip install 'codexjob[verify]'"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a changed file breaks. `was_broken` is null where the file before is not known."""

    path: str
    line: int
    reason: str
    was_broken: bool | None


@dataclass(frozen=True, slots=True)
class SyntaxReport:
    """What the grammars say: how many files they read, what breaks, and which files nobody could read.

    `unread` pairs a path with the reason. Files in a language without a grammar are in neither.
    """

    checked: int
    breaks: tuple[Break, ...]
    unread: tuple[tuple[str, str], ...]

    @property
    def broken(self) -> tuple[Break, ...]:
        """Give the breaks that were not there before the run."""
        return tuple(found for found in self.breaks if not found.was_broken)


def require_grammars() -> None:
    """Refuse to check syntax where the grammars are not installed.

    Raises:
        VerifyError: they are not; the message says how to install them.
    """
    if find_spec("tree_sitter") is None:
        raise VerifyError(f"checking syntax needs grammars that are not installed: {INSTALL}")


def check_syntax(repo: Path, changed: Iterable[Change], before: Before | None) -> SyntaxReport:
    """Read every changed file that is still there by the grammar of its language."""
    there = [change.path for change in changed if change.kind != "deleted"]
    unread = [(path, "too many files changed") for path in there[_MOST_FILES:]]
    found: list[Break] = []
    checked = 0
    with SyntaxReader() as reader:
        for path in there[:_MOST_FILES]:
            content = _content(repo / path)
            readings = "too large" if content is None else _read(reader, path, content)
            if isinstance(readings, str):
                unread.append((path, readings))
            elif readings is not None:
                checked += 1
                found.extend(_compared(reader, path, readings, before))
    return SyntaxReport(checked, tuple(found), tuple(unread))


def _read(reader: SyntaxReader, path: str, content: bytes) -> Readings | str | None:
    language = language_of(path, content[:200])
    return None if language is None or not content.strip() else reader.read(content, language)


def _compared(reader: SyntaxReader, path: str, readings: Readings, before: Before | None) -> Iterator[Break]:
    if readings:
        was_broken = _was_broken(reader, path, before)
        yield from (Break(path, line, reason, was_broken) for line, reason in readings)


def _was_broken(reader: SyntaxReader, path: str, before: Before | None) -> bool | None:
    if before is None:
        return None
    if path not in before.state.files:
        return False
    content = before.content(path)
    if content is None:
        return None
    readings = _read(reader, path, content)
    return None if isinstance(readings, str) else bool(readings)


def _content(path: Path) -> bytes | None:
    """Read a changed file; empty where it is no regular file, null where it is too large to be read."""
    with suppress(OSError, ValueError):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                return b""
            return None if found.st_size > _LARGEST else stream.read(_LARGEST)
    return b""
