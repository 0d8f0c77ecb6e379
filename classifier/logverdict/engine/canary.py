"""A text in which everything is found, to try new tables on: hits of all kinds, at all alignments."""

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from logverdict.dialect.endless import ambiguous_loop
from logverdict.dialect.escapes import DialectError
from logverdict.dialect.reading import tree_of
from logverdict.dialect.tree import EMPTY, Chars, Choice, Group, Node, Repeat, Row

_SIZE: Final = 256 << 10
_ROUNDS: Final = 3
_LENGTHS: Final = (0, 3, 17, 40, 70, 150)
_MORE: Final = (0, 1, 2, 33, 70)
"""How often what may go on for ever goes on: short of a vector of the processor, and beyond it."""
_WORDS: Final = b"the tests of note.txt ran in a sandbox, and some of them failed: see below\n"
_NOISE: Final = bytes(range(256))


def canary(expressions: Sequence[bytes]) -> bytes:
    """Make a text of a few hundred kilobytes that holds matches of these expressions, always the same one."""
    random = Random(0)  # noqa: S311  it guesses no secrets
    lines = [line for expression in expressions for line in _lines(expression, random)]
    lines += [_NOISE, b"", b"x" * 4096]
    random.shuffle(lines)
    text = b"\n".join(lines) + b"\n"
    return (text * (_SIZE // len(text) + 1))[: max(_SIZE, len(text))]


def sure_matches(expressions: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield texts, each with the number of an expression that Python's own engine finds in it."""
    random = Random(1)  # noqa: S311  it guesses no secrets
    for number, expression in enumerate(expressions):
        tree = _tree(expression)
        if tree is None or ambiguous_loop(tree):
            continue
        known = re.compile(expression, re.MULTILINE)
        for length in _LENGTHS:
            match = _match(tree, random).encode("latin-1", errors="replace")
            text = b"%s\n%s\n%s" % (_noise(random, length), match, _noise(random, length))
            if known.search(text):
                yield number, text


def _noise(random: Random, length: int) -> bytes:
    return bytes(random.choices(_WORDS, k=length))


def _tree(expression: bytes) -> Node | None:
    try:
        return tree_of(expression.decode("latin-1"))
    except (DialectError, RecursionError):
        return None


def _lines(expression: bytes, random: Random) -> Iterator[bytes]:
    tree = _tree(expression)
    for _ in range(_ROUNDS if tree else 0):
        match = _match(tree or EMPTY, random).encode("latin-1", errors="replace")
        # Whole, cut short, and inside other words.
        yield match
        yield match[: random.randrange(len(match) + 1)]
        yield b"%s: %s %s" % (_NOISE[: random.randrange(64)], match, match[::-1])


def _match(node: Node, random: Random) -> str:
    match node:
        case Chars(ranges=ranges):
            low, high = random.choice(ranges) if ranges else (0, 0)
            return chr(random.randint(low, high))
        case Row(parts=parts):
            return "".join(_match(part, random) for part in parts)
        case Choice(parts=parts):
            return _match(random.choice(parts), random)
        case Repeat(part=part, least=least):
            times = random.choice(_MORE if node.most is None else (0, (node.most or least) - least))
            return "".join(_match(part, random) for _ in range(least + times))
        case Group(part=part):
            return _match(part, random)
    return ""
