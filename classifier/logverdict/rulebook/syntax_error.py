"""Say in plain words where a condition stops being a sentence, and what was expected there."""

import re
from difflib import get_close_matches
from typing import Final

from logverdict.expression import expression
from logverdict.rulebook.condition import Flaw

_WORDS: Final = {
    "AND": "`and`",
    "OR": "`or`",
    "NOT": "`not`",
    "NAME": "a name",
    "OPERATOR": "a comparison (= != < <= > >=)",
    "TILDE": "`~` and a pattern",
    "REGEX": "a /pattern/",
    "NAMED": "a ${pattern}",
    "QUANTITY": "a number",
    "STRING": '"quoted text"',
    "IN": "`in (…)`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "WHERE": "`where`",
    "HAS": "`has`",
    "TURN": "`turn`",
    "EVENTS": "`events`",
    "AFTER_THE_LAST": "a stretch (`after the last …`, `in the last …`)",
    "$END": "the end",
}
_BEGINS_CONDITION: Final = frozenset({"QUANTIFIER", "COUNT", "NAME", "NOT", "LPAR"})
_AFTER_A_TEST: Final = frozenset({"AND", "OR", "OPERATOR", "TILDE", "IN", "WHERE", "HAS", "RPAR", "$END"})
KEYWORDS: Final = (
    "and", "or", "not", "in", "where", "has", "first", "last", "any", "no", "every", "count", "then",
    "followed", "by", "after", "before", "the", "turn", "events",
)  # fmt: skip
_MISTAKEN: Final = (
    (re.compile(r"(?<==)="), "write one `=`"),
    (re.compile(r"\$\{"), "the name of a shared pattern stands in `${…}`, on one line"),
    (re.compile(r"\$"), "a shared pattern is written `${name}`"),
    (re.compile(r"&"), "write `and`"),
    (re.compile(r"\|"), "write `or`"),
    (re.compile(r"!~"), "write `not` before the test and `~` in it"),
    (re.compile(r"!"), "write `not`"),
    (re.compile(r"'"), 'quoted text stands in double quotes "…", a pattern between slashes /…/'),
    (re.compile(r'"'), "quoted text ends with a double quote on the same line"),
    (re.compile(r"(?<=\d\s)(?:ms|[smhd]|sec|min|seconds?|minutes?|hours?|days?)\b"), "write 30s, 10m or 2h"),
    (re.compile(r"(contains|matches|like|is)\b"), "write `~` and a /pattern/, or `=` and a value"),
)
_BROKEN_PATTERN: Final = r"a /pattern/ ends with a slash on the same line; a slash inside it is written \/"
_MISPLACED_ORDER: Final = expression(r"(and\s+)?(not\s+)?followed\s+by\b")
_QUOTED: Final = expression(r'"(?:\\.|[^"\\\n])*"')
_FOUND: Final = expression(r"\s*(\w+|\S)")


def explained(text: str, position: int | None, expected: frozenset[str]) -> Flaw:
    """Describe a syntax error of `text` at `position`, where one of the terminals `expected` could stand.

    No position means the end of `text`.
    """
    at = len(text.rstrip()) if position is None else position
    found = _FOUND.match(text, at)
    if found is None:
        return Flaw(at, f"expected {_listed(expected)}, but the condition ends here")
    hint = _meant(text, found.start(1), expected)
    return Flaw(found.start(1), f"expected {_listed(expected)}, not `{found.group(1)}`", hint)


def _listed(expected: frozenset[str]) -> str:
    words = ["a condition"] if expected >= {"QUANTIFIER", "COUNT"} else []
    rest = expected - _BEGINS_CONDITION if words else expected
    if rest >= {"AND", "OR"}:
        rest &= _AFTER_A_TEST
    words += [word for name, word in _WORDS.items() if name in rest]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _meant(text: str, at: int, expected: frozenset[str]) -> str:
    if text[at] in "/$" and "REGEX" not in expected:
        return "a pattern stands after `~`"
    if text[at] == "/":
        return _BROKEN_PATTERN
    if _QUOTED.match(text, at):
        return 'a pattern stands between slashes, behind `~`; a value stands in quotes: `= "…"`'
    if _MISPLACED_ORDER.match(text, at):
        return "`followed by` stands directly behind events, not behind a fact or a bracket"
    for mistaken, hint in _MISTAKEN:
        if mistaken.match(text, at):
            return hint
    words = re.findall(r"\w+", text[:at])[-2:]
    here = re.compile(r"\w+").match(text, at)
    return next(filter(None, map(_keyword_meant, ([here.group()] if here else []) + words)), "")


def _keyword_meant(word: str) -> str:
    if word in KEYWORDS:
        return ""
    if word.lower() in KEYWORDS:
        return f"keywords are lower case: `{word.lower()}`"
    close = get_close_matches(word, KEYWORDS, n=1, cutoff=0.75)
    return f"did you mean `{close[0]}`?" if close else ""
