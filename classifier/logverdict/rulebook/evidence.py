"""Turn the events that speak for a rule into evidence: the line that speaks, and its bytes in the log."""

from collections.abc import Sequence
from typing import Final

from logverdict.events import Event, Place, Text
from logverdict.pattern import Found
from logverdict.rulebook.quantified import Witness
from logverdict.rulebook.vocabulary import KINDS, kind_of
from logverdict.verdict import Evidence

LONGEST_TEXT: Final = 300
_MOST: Final = 12


def evidence_of(witnesses: Sequence[Witness]) -> tuple[Evidence, ...]:
    """Show what the witnesses saw, each place once, in the order of the condition."""
    shown = (_evidence(witness) for witness in witnesses)
    return tuple(dict.fromkeys(evidence for evidence in shown if evidence))[:_MOST]


def _evidence(witness: Witness) -> Evidence | None:
    event, spoken = witness.event, witness.spoken
    if event is None:
        return None
    if spoken is None:
        return _at(event, event.at, _summary(event))
    if isinstance(spoken.text, Text):
        return _at(event, _place(spoken.text, spoken.found), _line(spoken.text.value, spoken.found))
    return _at(event, event.at, _line(spoken.text, spoken.found))


def _at(event: Event, place: Place, text: str) -> Evidence:
    return Evidence(kind_of(event), place.part, place.line, place.start, place.end, text)


def _place(text: Text, found: Found) -> Place:
    """Find the bytes of a match; where the log wrote the text with escapes, those of the whole text."""
    place, value = text.place, text.value
    if place.end - place.start != _length(value):
        return place
    before, matched = value[: found.start], value[found.start : found.end]
    start = place.start + _length(before)
    return Place(place.part, place.line + before.count("\n"), start, start + _length(matched))


def _length(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _line(value: str, found: Found) -> str:
    """Cut out the line of a match; of a long line, what stands around the match."""
    start = value.rfind("\n", 0, found.start) + 1
    end = value.find("\n", max(found.start, found.end - 1))
    line = value[start : len(value) if end < 0 else end]
    if len(line) <= LONGEST_TEXT:
        return line.strip()
    offset = min(max(0, found.start - start - LONGEST_TEXT // 4), len(line) - LONGEST_TEXT)
    return line[offset : offset + LONGEST_TEXT].strip()


def _summary(event: Event) -> str:
    """Show an event of which no text was matched: the first line of its main text, else its state."""
    kind = KINDS[kind_of(event)]
    main = getattr(event, kind.main, None) if kind.main else None
    if isinstance(main, Text) and (opening := main.opening.strip()):
        return opening.splitlines()[0][:LONGEST_TEXT]
    state = getattr(event, kind.state) if kind.state else ""
    return f"{kind.name} {state}".strip()
