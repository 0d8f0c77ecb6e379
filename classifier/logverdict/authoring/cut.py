"""Cut a short log out of a long one: the frame of the run, the lines that decide, and nothing private."""

from bisect import bisect_right
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from logverdict.authoring.private import masked
from logverdict.authoring.shortening import shortened
from logverdict.events import Event, Part, Place, Session, Text, Transcript, Turn, Usage
from logverdict.facts import Facts
from logverdict.source import Log
from logverdict.stored import Content
from logverdict.transcript.encoding import recoded

LONGEST_EXAMPLE: Final = 12_000
_LARGEST_LOG: Final = 32 << 20
_LONGEST_RAW: Final = 1 << 20
_MOST_TRIES: Final = 150
_MARKS: Final = (BOM_UTF16_BE, BOM_UTF16_LE)
_HEAD: Final = 4
_TAIL: Final = 8
_ORDER: Final[tuple[Part, ...]] = ("stderr", "log", "jsonl")

Lines = tuple[str, ...]
Holds = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Written:
    """The lines of one part of a log, and the byte at which each begins."""

    part: Part
    lines: Lines
    starts: tuple[int, ...]

    def covered(self, place: Place) -> range:
        """Give the lines that a place touches."""
        first = bisect_right(self.starts, place.start) - 1
        last = bisect_right(self.starts, max(place.start, place.end - 1)) - 1
        return range(max(first, 0), max(last, 0) + 1)


def plain_log(log: Log) -> Log:
    """Give the log with its parts in UTF-8: an example is written in that, and lines are cut at its bytes."""
    return replace(log, parts={part: _plain(content) for part, content in log.parts.items()})


def _plain(content: Content) -> Content:
    if len(content) > _LARGEST_LOG or content[:2] not in _MARKS:
        return content
    found = recoded(content[:])
    return found.data if found else content


def excerpt(log: Log, transcript: Transcript, facts: Facts, shown: Iterable[Event], words: str = "") -> Lines:
    """Cut out the lines of the frame of a run and those of some events, masked and shortened around `words`.

    The frame is the session, the turns, the usage, and the last message of a finished run.
    """
    framing = [event for event in transcript.events if isinstance(event, Session | Turn | Usage)]
    said = [facts.last_message] if facts.finished and facts.last_message else []
    places = [place for event in (*framing, *said, *shown) for place in _places(event)]
    parts = [(part, log.parts[part]) for part in _ORDER if part in log.parts]
    cut = [line for part, content in parts for line in _covered(part, content, places)]
    return tuple(_private(line, words) for line in cut)


def skeleton(log: Log, transcript: Transcript, words: str = "") -> Lines:
    """Cut out every event, of a long one only how it begins and how it ends."""
    places = [place for event in transcript.events for place in _places(event)]
    return tuple(_private(line, words) for part in _written(log) for line in _ends(part, places))


def everything(log: Log, words: str = "") -> Lines:
    """Give all lines of a log, masked and shortened."""
    return tuple(_private(line, words) for part in _written(log) for line in part.lines)


def shrunk(lines: Lines, holds: Holds) -> Lines | None:
    """Leave out lines as long as what `holds` of the text stays true; null where it is not true at first.

    Ever smaller blocks of lines are left out, from the end on: few tries, and no smallest result is promised.
    """
    if not holds(joined(lines)):
        return None
    tries, size = 0, max(len(lines) // 2, 1)
    while tries < _MOST_TRIES:
        for start in range(len(lines) - 1, -1, -size):
            fewer = lines[: max(start - size + 1, 0)] + lines[start + 1 :]
            tries += 1
            if tries <= _MOST_TRIES and fewer and holds(joined(fewer)):
                lines = fewer
        if size == 1:
            break
        size //= 2
    return lines


def line_at(log: Log, number: int) -> dict[Part, str]:
    """Give line `number`, counted from 1, of each part that has it, as it stands there."""
    parts = _written(log)
    return {part.part: part.lines[number - 1] for part in parts if 0 < number <= len(part.lines)}


def joined(lines: Sequence[str]) -> str:
    """Put lines together as the text of a log."""
    return "".join(f"{line}\n" for line in lines)


def _written(log: Log) -> list[_Written]:
    return [_lines(part, log.parts[part][:_LARGEST_LOG]) for part in _ORDER if part in log.parts]


def _lines(part: Part, raw: bytes) -> _Written:
    kept = raw.splitlines(keepends=True)
    starts, at = [], 0
    for line in kept:
        starts.append(at)
        at += len(line)
    return _Written(part, tuple(line.decode(errors="replace").rstrip() for line in kept), tuple(starts))


def _covered(part: Part, content: Content, places: Sequence[Place]) -> Iterator[str]:
    """Yield the whole lines that places of a part touch, each once; no more of a big log is read."""
    read_to = 0
    for place in sorted((one for one in places if one.part == part), key=lambda one: one.start):
        start = max(_line_begins(content, place.start), read_to)
        end = _line_ends(content, max(place.start, place.end - 1))
        if start < end:
            text = content[start:end].decode(errors="replace")
            yield from (line.rstrip() for line in text.split("\n"))
        read_to = max(read_to, end + 1)


def _line_begins(content: Content, at: int) -> int:
    before = content[max(0, at - _LONGEST_RAW) : at]
    return at - len(before) + before.rfind(b"\n") + 1


def _line_ends(content: Content, at: int) -> int:
    after = content[at : at + _LONGEST_RAW]
    found = after.find(b"\n")
    return at + (found if found >= 0 else len(after))


def _ends(part: _Written, places: Sequence[Place]) -> list[str]:
    wanted: set[int] = set()
    for place in (one for one in places if one.part == part.part):
        numbers = part.covered(place)
        wanted.update((*numbers[:_HEAD], *numbers[-_TAIL:]))
    return [part.lines[number] for number in sorted(wanted) if number < len(part.lines)]


def _places(event: Event) -> list[Place]:
    texts = (getattr(event, name, None) for name in ("text", "output", "command"))
    return [event.at, *(text.place for text in texts if isinstance(text, Text))]


def _private(line: str, words: str) -> str:
    return masked(shortened(line, words))
