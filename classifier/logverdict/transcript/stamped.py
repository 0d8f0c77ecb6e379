"""The human log of versions 0.20 to 0.43: on standard output, every event begins with `[time] `."""

from itertools import islice
from typing import Final

from logverdict.events import Event, Transcript
from logverdict.expression import expression
from logverdict.transcript.header import RULE, read_header
from logverdict.transcript.lines import Lines
from logverdict.transcript.markers import LOOKS, OWN_CRATES
from logverdict.transcript.stamped_blocks import BLOCKS
from logverdict.transcript.stamped_state import HEADS, Stamped
from logverdict.transcript.stderr import stray_events

_STAMP: Final = expression(r"\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\] ")
_CANDIDATES: Final = 4000
_BANNER: Final = "OpenAI Codex v"


def is_stamped(lines: Lines) -> bool:
    """Tell whether a log has the banner of the old human log before any line of JSON."""
    return _banner(lines) is not None


def _banner(lines: Lines) -> int | None:
    for index, text in enumerate(islice(lines.texts, _CANDIDATES)):
        if text.startswith(('{"', _BANNER)):
            return None
        if text.startswith("[") and _is_banner(lines, index):
            return index
    return None


def _is_banner(lines: Lines, index: int) -> bool:
    stamp = _STAMP.match(lines.texts[index])
    is_named = stamp is not None and lines.texts[index].startswith(_BANNER, stamp.end())
    return is_named and (index + 1 >= len(lines) or lines.texts[index + 1] == RULE)


def read_stamped(lines: Lines) -> Transcript:
    """Read an old human log: a block reaches from one stamped line of Codex's own to the next."""
    banner = _banner(lines) or 0
    stamp = _STAMP.match(lines.texts[banner])
    session, index = read_header(lines, banner, stamp.end() if stamp else 0)
    walk = _Walk(lines, session)
    walk.time = stamp[1] if stamp else ""
    while index < len(lines):
        index = walk.step(index)
    walk.rounds.close()
    walk.rounds.add_turns(walk.events)
    before = stray_events(lines, 0, banner)
    is_cut = not lines.data.endswith(b"\n")
    ended = f"{walk.time}Z" if walk.time else None
    return Transcript("human", (*before, *walk.events), tuple(walk.spoofable), is_cut, last_event_at=ended)


class _Walk(Stamped):
    """A walk over an old human log: `time` is the stamp of the last block, `word` its kind."""

    __slots__ = ("time", "word")

    def __init__(self, lines: Lines, session: Event) -> None:
        super().__init__(lines, session)
        self.time = ""
        self.word = ""

    def step(self, index: int) -> int:
        """Read the block at line `index`, and give the line after it."""
        head = self._head(index, "")
        end = self._end(index + 1, head)
        if head is None:
            self.events += stray_events(self.lines, index, end)
            return end
        stamp = _STAMP.match(self.lines.texts[index])
        self.time = max(self.time, stamp[1] if stamp else "")
        if head == "codex" and self.word == "result" and self.has_counts:
            self.spoofable.append(self.lines.place(index, index + 1))
        self.word = head
        skip = stamp[0] if stamp else ""
        after = BLOCKS[head](self, index, end, skip)
        if after < end:
            self.events += stray_events(self.lines, after, end)
        return end

    def _end(self, first: int, head: str | None) -> int:
        for index in range(first, len(self.lines)):
            text = self.lines.texts[index]
            if text.startswith("[") and self._head(index, head or ""):
                return index
            looks = LOOKS.match(text) if "Z " in text[:40] else None
            if looks and looks["trace"] and OWN_CRATES.match(looks["target"]) and head is not None:
                return index
        return len(self.lines)

    def _head(self, index: int, within: str) -> str | None:
        """Name the block that line `index` begins; null where it is text of the block `within`."""
        stamp = _STAMP.match(self.lines.texts[index])
        if stamp is None:
            return None
        rest = self.lines.texts[index][stamp.end() :]
        known = HEADS.match(rest)
        word = known.lastgroup if known else ("result" if self.opens(rest) else None)
        is_foreign = stamp[1] < self.time or (word == "banner" and within != "")
        if word is not None and is_foreign:
            self.spoofable.append(self.lines.place(index, index + 1))
            return None
        return word or (None if within in ("result", "codex", "prompt") else "other")
