"""Shorten the lines of an example, but not the words that its rule stands on."""

import json
from typing import Any, Final

_LONGEST_LINE: Final = 400
_LONGEST_VALUE: Final = 240
_AROUND: Final = 80


def shortened(line: str, words: str = "") -> str:
    """Shorten long values of a line of JSON, and any other line, to both ends and what is around `words`."""
    if len(line) <= _LONGEST_LINE:
        return line
    # What collects logs may put a stamp before each line of JSON.
    begin = max(line.find("{"), 0)
    try:
        record = json.loads(line[begin:])
    except (ValueError, RecursionError):
        return _both_ends(line, words, _LONGEST_VALUE)
    brief = json.dumps(_briefly(record, words), ensure_ascii=False, separators=(",", ":"))
    return f"{line[:begin]}{brief}"


def _briefly(value: Any, words: str) -> Any:
    match value:
        case str() if len(value) > _LONGEST_VALUE:
            return _both_ends(value, words, _LONGEST_VALUE // 2)
        case dict():
            return {key: _briefly(inner, words) for key, inner in value.items()}
        case list():
            return [_briefly(inner, words) for inner in value]
    return value


def _both_ends(text: str, words: str, head: int) -> str:
    """Keep how a text begins and ends, and between them the words with what is around them."""
    tail = len(text) - _LONGEST_VALUE // 2
    at = text.find(words) if words else -1
    if at < 0 or at + len(words) <= head or at >= tail:
        return f"{text[:head]} … {text[tail:]}"
    start, end = max(_begin(text, at), head), min(at + len(words) + _AROUND, tail)
    before = "" if start == head else " … "
    after = "" if end == tail else " … "
    return f"{text[:head]}{before}{text[start:end]}{after}{text[tail:]}"


def _begin(text: str, at: int) -> int:
    """Find where to begin before the words: with the end of the line above, since a pattern may name it."""
    above = text.rfind("\n", max(0, at - _AROUND), at)
    return above if above >= 0 else max(0, at - _AROUND)
