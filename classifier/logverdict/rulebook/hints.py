"""What is known of kept rules before any is made: which of them cannot be true of a run, by a look for words.

A process that judges a few logs would spend most of its time on compiling patterns that occur nowhere. The
words are found when a ruleset is kept; a longer process makes a pass for all patterns instead
(`engine.prescan`).
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from logverdict.events import Text
from logverdict.pattern import Pattern
from logverdict.record import record
from logverdict.rulebook.indexed import Indexed
from logverdict.rulebook.vocabulary import FACTS, KINDS

Place: TypeAlias = tuple[str, str]
"""A kind of event, empty for the facts, and a field of it."""

_LONGEST: Final = 1 << 17
"""In bytes. Looking for hundreds of words in more than this takes longer than compiling the patterns."""


Way: TypeAlias = Sequence[Sequence[str]]
"""Sets of words, of each of which one stands in the folded text where a pattern matches in this way."""
Sign: TypeAlias = tuple[Sequence[Way], Sequence[int]]
"""The ways in which a pattern can match, and the numbers of the places where rules look for it."""


@record(frozen=True, slots=True)
class Hints:
    """For each rule the patterns of which it needs one, or null; for each pattern its sign, or null.

    The numbers in the signs are those of `places`.
    """

    needs: tuple[frozenset[Pattern] | None, ...]
    patterns: tuple[Pattern, ...]
    signs: tuple[Sign | None, ...]
    places: tuple[Place, ...]

    def possible(self, run: Indexed) -> frozenset[Pattern]:
        """Give the patterns that may match where a rule looks for them; the others surely do not."""
        texts = [_folded(place, run) for place in self.places]
        return frozenset(
            [
                pattern
                for pattern, sign in zip(self.patterns, self.signs, strict=True)
                if sign is None or _may_match(sign, texts)
            ]
        )

    def worth_asking(self, possible: frozenset[Pattern]) -> list[int]:
        """Give the numbers of the rules that need no pattern, or one of these."""
        return [
            number
            for number, needed in enumerate(self.needs)
            if needed is None or not needed.isdisjoint(possible)
        ]


def _may_match(sign: Sign, texts: Sequence[str | None]) -> bool:
    ways, places = sign
    return any((text := texts[place]) is None or (text and _is_open(ways, text)) for place in places)


def _is_open(ways: Sequence[Way], text: str) -> bool:
    return any(all(any(map(text.__contains__, words)) for words in way) for way in ways)


def _folded(place: Place, run: Indexed) -> str | None:
    """Join and fold the texts of a place; null where that cannot be done, or not cheaply."""
    texts: list[str] = []
    size = 0
    for value in _values(place, run):
        if isinstance(value, Text):
            size += value.place.end - value.place.start
            if size > _LONGEST:
                return None
            texts.append(value.value)
        elif isinstance(value, str):
            texts.append(value)
        elif isinstance(value, tuple):
            texts.extend(value)
    return _fold("\n".join(texts))


def _values(place: Place, run: Indexed) -> Iterator[object]:
    kind, name = place
    if not kind:
        yield FACTS[name].read(run.facts)
        return
    read = KINDS[kind].fields[name].read
    for position in run.positions.get(kind, ()):
        yield read(run.events[position])


def _fold(text: str) -> str | None:
    """Fold a text as the words are; null where it has lone surrogates, which patterns see otherwise."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return None
    return text.casefold()
