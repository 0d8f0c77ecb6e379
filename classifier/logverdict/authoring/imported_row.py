"""What a row of a document's table means: its patterns, where they count, its category and its action."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from logverdict.authoring.pages import NEXT
from logverdict.authoring.pattern_table import Cell, Row
from logverdict.errors import DraftError
from logverdict.rulebook.condition import (
    Claim,
    Comparison,
    Condition,
    Conjunction,
    Disjunction,
    Flaw,
    Match,
    Negation,
)
from logverdict.rulebook.grammar import ConditionError, parse_condition
from logverdict.rulebook.vocabulary import FACTS, KINDS
from logverdict.rulebook.written_pattern import compiled_pattern
from logverdict.verdict import Action, VerdictKind

Scope: TypeAlias = Literal["anywhere", "stderr"]
Wanted: TypeAlias = Action | Literal["ignore"]

_SCOPE: Final = re.compile(r"^\s*\[(?P<stream>stderr|stdout|error)\]\s*", re.IGNORECASE)
_ABSENT: Final = re.compile(r"^\s*(?:no|not|missing|without|absence of|lacks?|lacking)\b", re.IGNORECASE)
_QUOTED: Final = re.compile(r'["\u201c]([^"\u201d\n]{1,500})["\u201d]')
_CATEGORIES: Final[tuple[tuple[VerdictKind, str], ...]] = (
    ("environmental", r"environment|infra|noise|benign|transient|harmless|warning|external"),
    ("unknown", r"unknown|unclear|undecid"),
    ("real", r"real|genuine|code|task|bug|fail|error"),
)
_ACTIONS: Final[tuple[tuple[Wanted, str], ...]] = (
    ("retry_later", r"later|wait|back ?off|cool"),
    ("resume_review", r"review|fix|investigat|inspect|repair"),
    ("fresh_session", r"fresh|new session|afresh"),
    ("resume", r"resume|continue"),
    ("human", r"human|manual|person|escalat|operator|ask|stop"),
    ("retry", r"re-?try|re-?run|again"),
    ("verify", r"verify|check"),
    ("ignore", r"ignore|none|nothing|accept|safe|warn|success|proceed|ok\b|no action"),
)


@dataclass(frozen=True, slots=True)
class Meant:
    """A row as understood. Either `condition` is one of our own language, or `pattern` is a regex.

    `is_absent` tells that the run lacks the pattern.
    """

    row: Row
    verdict: VerdictKind
    action: Wanted | None
    pattern: str = ""
    scope: Scope = "anywhere"
    is_absent: bool = False
    condition: Condition | None = None


def meant_by(row: Row) -> Meant:
    """Understand a row.

    Raises:
        DraftError: it does not say what a rule needs; the message tells what is missing.
    """
    verdict, action = _verdict(row), _action(row.cell("action"))
    cell = row.cell("pattern")
    condition = _condition(cell)
    if condition is not None:
        return Meant(row, verdict, action, pattern=cell.codes[-1], condition=condition)
    texts = [code for code in cell.codes if not _SCOPE.fullmatch(code)] or _texts(cell.text)
    scope: Scope = "stderr" if any(_is_stderr(text) for text in (cell.text, *cell.codes)) else "anywhere"
    if not texts:
        raise DraftError("it has no pattern")
    pattern = "|".join(_checked(_SCOPE.sub("", text).strip()) for text in texts)
    return Meant(row, verdict, action, pattern, scope, bool(_ABSENT.match(cell.text)))


def _verdict(row: Row) -> VerdictKind:
    said = row.cell("category").text or row.heading
    for verdict, words in _CATEGORIES:
        if re.search(words, said, re.IGNORECASE):
            return verdict
    raise DraftError(f"its category `{said}` is neither environmental nor real nor unknown")


def _action(cell: Cell) -> Wanted | None:
    own = {words: action for action, words in NEXT.items()}
    if cell.text.lower() in own:
        return _known(own[cell.text.lower()])
    return next((one for one, words in _ACTIONS if re.search(words, cell.text, re.IGNORECASE)), None)


def _known(action: str) -> Wanted | None:
    return next((one for one, _ in _ACTIONS if one == action), None)


def _condition(cell: Cell) -> Condition | None:
    """Read a condition of our own, as our own tables have them."""
    try:
        found = parse_condition(cell.codes[-1]) if cell.codes else None
    except ConditionError:
        return None
    return found if found is not None and _is_ours(found) else None


def _is_ours(condition: Condition) -> bool:
    """Tell a condition from plain words that happen to read like one: its names are those of the language."""
    match condition:
        case Conjunction(parts=parts) | Disjunction(parts=parts):
            return all(map(_is_ours, parts))
        case Negation(part=part):
            return _is_ours(part)
        case Claim(name=name) | Comparison(name=name) | Match(name=name):
            return name in FACTS
    return condition.selection.kind in KINDS


def _texts(text: str) -> Sequence[str]:
    """Find the patterns of a cell without code: what stands in quotes, else all of it."""
    bare = text.strip()
    return _QUOTED.findall(bare) or ([bare] if bare else [])


def _is_stderr(text: str) -> bool:
    found = _SCOPE.match(text)
    return found is not None and found["stream"].lower() == "stderr"


def _checked(source: str) -> str:
    if not source:
        raise DraftError("it has no pattern")
    if source.endswith("…"):
        raise DraftError("its pattern is cut short (…): import the pack itself instead")
    found = compiled_pattern(source)
    if isinstance(found, Flaw):
        raise DraftError(f"{found.message}{f': {found.hint}' if found.hint else ''}")
    return source
