"""A human log whose head was cut off, as by a wrapper that keeps the last lines only."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from logverdict.expression import expression
from logverdict.transcript.lines import Lines
from logverdict.transcript.markers import NUMBER, directory_at, old_result

_SEARCHED: Final = 4000
_NEAR: Final = 60
_RESULT: Final = expression(r" (?:succeeded|exited -?\d+|declined) in [\d.hms ]+:\Z")
_TITLE: Final = expression(r"\*\*[^*]+\*\*\Z")


def is_headless(lines: Lines) -> bool:
    """Tell whether a log holds blocks of a human log: a command with its result, or two other signs."""
    texts = lines.texts[:_SEARCHED]
    if any(True for _ in _commands(texts)):
        return True
    signs = {text for text, after in pairwise(texts) if _is_sign(text, after)}
    return len(signs) > 1


def is_glued(lines: Lines) -> bool:
    """Tell whether the results stand behind the commands, as they do up to 0.115."""
    return any(old_result(line) and not _RESULT.match(line) for line in _commands(lines.texts[:_SEARCHED]))


def _commands(texts: Sequence[str]) -> Iterator[str]:
    """Yield the last line of each command that has a result, on the same line or on the next."""
    for at, text in enumerate(texts):
        if text != "exec" or at + 1 == len(texts):
            continue
        opening = texts[at + 1]
        for line in range(at + 1, min(len(texts), at + _NEAR)):
            glued = old_result(texts[line])
            before = texts[line][: glued.start()] if glued else texts[line]
            following = texts[line + 1] if line + 1 < len(texts) else ""
            if directory_at(before, opening) is not None and (glued or _RESULT.match(following)):
                yield texts[line]
                break


def _is_sign(text: str, after: str) -> bool:
    match text:
        case "tokens used":
            return NUMBER.match(after) is not None
        case "thinking":
            return _TITLE.match(after) is not None
    return text == "codex" and bool(after.strip())
