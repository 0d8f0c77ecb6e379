"""Words that no match of a pattern can be without: where none stands, the pattern need not be compiled."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, TypeAlias

from logverdict.dialect.escapes import DialectError
from logverdict.dialect.reading import tree_of
from logverdict.dialect.tree import Chars, Choice, Group, Node, Repeat, Row
from logverdict.pattern import Pattern
from logverdict.rulebook.hints import Place
from logverdict.rulebook.rule import Ruleset
from logverdict.rulebook.sought import matches_of

Words: TypeAlias = tuple[str, ...]
"""Of these one stands in every text that a pattern matches in, once the text is folded (`str.casefold`)."""
Ways: TypeAlias = tuple[tuple[Words, ...], ...]
"""Alternatives: where a pattern matches, one word of each set of one of these stands."""

_MOST: Final = 120
_MOST_SETS: Final = 4
_FEW: Final = 4


def sought_in(ruleset: Ruleset) -> Mapping[Pattern, frozenset[Place]]:
    """Give all patterns of a ruleset, each with the places where the `when` of a rule looks for it."""
    found: dict[Pattern, set[Place]] = {pattern: set() for pattern in ruleset.patterns.values()}
    for rule in ruleset.rules:
        for kind, test in matches_of(rule.when.bound):
            found.setdefault(test.pattern, set()).add((kind or "", test.syntax.name))
        for _, test in matches_of(rule.unless.bound if rule.unless else None):
            found.setdefault(test.pattern, set())
    return {pattern: frozenset(places) for pattern, places in found.items()}


def words_of(pattern: Pattern) -> Ways:
    """Find the ways in which a pattern can match, each by its words; none where they tell nothing."""
    try:
        tree = tree_of(pattern.source, ignore_case=pattern.ignores_case)
        ways = tuple(dict.fromkeys(_way(part) for part in _alternatives(tree)))
    except (DialectError, RecursionError):
        return ()
    return ways if all(ways) and sum(map(len, chain(*ways))) <= _MOST else ()


def _alternatives(node: Node) -> Sequence[Node]:
    match node:
        case Choice(parts=parts):
            return parts
        case Group(part=part):
            return _alternatives(part)
    return (node,)


def _way(node: Node) -> tuple[Words, ...]:
    found = dict.fromkeys(words for words in _all_words(node) if words and all(map(_tells, words)))
    # The rarest first, as far as length tells: most ways are known to be closed by the first set.
    return tuple(sorted((tuple(sorted(words)) for words in found), key=_shortest, reverse=True)[:_MOST_SETS])


def _shortest(words: Words) -> int:
    return min(map(len, words))


def _all_words(node: Node) -> Iterator[frozenset[str] | None]:
    """Yield all that a pattern cannot be without, not only the best of it."""
    match node:
        case Row(parts=parts):
            yield from _in_row(parts)
        case Group(part=part):
            yield from _all_words(part)
        case _:
            yield _words(node)


def _words(node: Node) -> frozenset[str] | None:
    match node:
        case Row(parts=parts):
            return _best(_in_row(parts))
        case Choice(parts=parts):
            return _either([_words(part) for part in parts])
        case Group(part=part):
            return _words(part)
        case Repeat(part=part, least=least):
            return _words(part) if least else None
        case Chars():
            return _letters(node)
    return None


def _in_row(parts: Sequence[Node]) -> Iterator[frozenset[str] | None]:
    """Yield what each part cannot be without, and the words that characters make together."""
    word = ""
    for part in parts:
        letters = _letters(part) if isinstance(part, Chars) else None
        if letters and len(letters) == 1:
            word += next(iter(letters))
            continue
        yield frozenset({word})
        word = ""
        yield letters if isinstance(part, Chars) else _words(part)
    yield frozenset({word})


def _letters(part: Chars) -> frozenset[str] | None:
    """Give what the characters of a small set fold to; null for a large one, or where one folds to several.

    The cases of a letter fold alike: a set of the dialect holds all of them, up to the long s and the sign
    for Kelvin. So a letter of a match is always found as the letter of a word.
    """
    if sum(high - low + 1 for low, high in part.ranges) > 2 * _FEW:
        return None
    folded = {chr(code).casefold() for low, high in part.ranges for code in range(low, high + 1)}
    is_plain = len(folded) <= _FEW and all(len(letter) == 1 for letter in folded)
    return frozenset(folded) if is_plain else None


def _best(found: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """Choose the words that are rarest, as far as their length tells: the shortest of them is to be long."""
    able = (one for one in found if one and all(map(_tells, one)))
    return max(able, key=lambda one: (min(map(len, one)), -len(one)), default=None)


def _tells(word: str) -> bool:
    return len(word) > 1 or (bool(word) and not word.isalnum() and not word.isspace())


def _either(found: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [one for one in found if one]
    return frozenset().union(*known) if len(known) == len(found) else None
