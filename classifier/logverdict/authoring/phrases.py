"""Which words of a text a rule could stand on: one clause or line, without what was wrapped around it."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

_LONGEST: Final = 20_000
_MOST_LINES: Final = 200
_LONGEST_LINE: Final = 1_000
_CLAUSE: Final = 110
_SAYING: Final = 70
_LONGEST_CLAUSE: Final = 200
_FEWEST: Final = 3
_JSON_MESSAGE: Final = re.compile(r'"(?:message|detail)"\s{0,4}:\s{0,4}"([^"\\\n]{8,400})')
_HEAD: Final = re.compile(
    r"^(?:Reconnecting\.\.\.\s?(?:\d+/\d+)?\s?\(?|\[?(?:ERROR|Error|error)\]?:\s+(?=\S+ \S+ \S+))"
)
_TAIL: Final = re.compile(
    r",? \(?(?:url|cf-ray|request[ -]id|x-request-id|resets_at|auth error): .{0,500}$"
    r"|[\s,;:(\[{\"'`\u2014\u2013-]+$"
)
_DANGLING: Final = re.compile(
    r"(?: (?:a|an|the|and|or|of|to|in|on|for|with|by|as|that|is|was|are|run|no|not|it))+$"
)
_FRAME: Final = re.compile(r"\s*(?:$|at .+[:)]\S*$|File \".+\", line \d+|Traceback \(most recent call )")
_SENTENCE: Final = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"')\u201d]))\s+|(?<=[\u3002\uff01\uff1f])|\n+")
_PART: Final = re.compile(
    r"[;,:] |\s[\u2014\u2013-]\s| (?:because|so|but|since|which|although|while|and then) "
)
_TELLING: Final = re.compile(
    r"(?i)\b(?:not|no|never|cannot|unable|fail\w*|without|blocked|denied|refused|missing|still|remain\w*|"
    r"unfortunately|sorry|stuck|skipped|incomplete|unfinished|broken|only|todo|todos)\b|n[\u2019']t\b|[?\uff1f]"
)
_OFFER: Final = re.compile(r"(?i)\b(?:want|like) me to\b|\blet me know\b")
_TROUBLE: Final = re.compile(
    r"(?i)\b(?:error|fatal|failed|failure|denied|refused|cannot|unable|timed out|not found|not permitted|"
    r"no such|read-only|panicked|exception|missing|invalid|unreachable|no space|could not|couldn.t)\b"
)


def of_codex(text: str) -> Iterator[str]:
    """Yield phrases of an error, warning or trace: first those of the innermost message, then each line."""
    opening = text[:_LONGEST]
    inner = [found for found in _JSON_MESSAGE.findall(opening) if " " in found.strip()]
    shown = (line[:_LONGEST_LINE] for line in opening.splitlines()[:_MOST_LINES])
    lines = [line for line in shown if not _FRAME.match(line)]
    for line in (*inner, *lines):
        bare = _bare(line)
        first = _SENTENCE.split(bare)[0]
        yield from _each(_cut(first), _bare(first), bare)


def of_output(text: str) -> Iterator[str]:
    """Yield lines of a command's output, those that tell of trouble first, the last of them foremost."""
    shown = text[-_LONGEST:].splitlines()[-_MOST_LINES:]
    lines = [line.strip() for line in shown if not _FRAME.match(line[:_LONGEST_LINE])]
    for line in _foremost(lines, lambda line: len(_TROUBLE.findall(line[:_CLAUSE])[:1])):
        yield from _each(_bare(_cut(line)), line)


def of_agent(text: str) -> Iterator[str]:
    """Yield clauses and sentences of a message: those first that admit something, of equals the last."""
    sentences = [one.strip() for one in _SENTENCE.split(text[-_LONGEST:])[-_MOST_LINES:] if one.strip()]
    for sentence in _foremost(sentences, _admissions):
        yield from _each(_cut(max(_PART.split(sentence), key=_admissions).strip(), _SAYING), _cut(sentence))


def _foremost(texts: Sequence[str], weight: Callable[[str], int]) -> list[str]:
    """Sort by weight, the heaviest first, of equals the last."""
    ranked = sorted(enumerate(texts), key=lambda numbered: (weight(numbered[1]), numbered[0]), reverse=True)
    return [text for _, text in ranked]


def _admissions(words: str) -> int:
    begin = words[:_LONGEST_CLAUSE]
    # An offer at the end is a courtesy: it asks for nothing that the work needs.
    return 0 if _OFFER.search(begin) else len(_TELLING.findall(begin)) + ("?" in words)


def _each(*phrases: str) -> Iterator[str]:
    """Yield different phrases of some words; writing without spaces counts by its length."""
    for phrase in dict.fromkeys(phrases):
        if len(phrase.split()) >= _FEWEST or (phrase and not phrase.isascii()):
            yield phrase


def _bare(line: str) -> str:
    """Take off what Codex wraps around a message: its own retry in front, address and ids behind."""
    before, now = "", line.strip()
    while now != before:
        before, now = now, _TAIL.sub("", _HEAD.sub("", now))
        now = now[:-1] if now.endswith(")") and now.count(")") > now.count("(") else now
    return now


def _cut(phrase: str, longest: int = _CLAUSE) -> str:
    """Cut a phrase that is too long to be the same next time, between two words."""
    if len(phrase) <= longest:
        return phrase
    return _TAIL.sub("", _DANGLING.sub("", phrase[:longest].rsplit(" ", 1)[0]))
