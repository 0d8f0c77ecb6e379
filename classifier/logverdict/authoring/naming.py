"""Name a drafted rule, and say why it is there, from what the log shows."""

import re
from typing import Final

from logverdict.authoring.decisive import Point
from logverdict.authoring.generalised import plain_words
from logverdict.authoring.private import masked
from logverdict.authoring.wish import Aim
from logverdict.classify import Judgement
from logverdict.decision import on_one_line
from logverdict.events import Command, Message, Other, Patch, Tool
from logverdict.rulebook import Ruleset
from logverdict.rulebook.vocabulary import kind_of

_MOST_WORDS: Final = 4
_SHORTEST_WORD: Final = 3
_LONGEST_NAME: Final = 70
_LONGEST_TITLE: Final = 80
_NAME: Final = re.compile(r"[^a-z0-9]+")
_FILLERS: Final = frozenset(
    word
    for words in (
        "the and for was were has have had that this with from are you your been its but can could did",
        "does didn couldn wasn aren isn don than then them they will would into onto any all",
    )
    for word in words.split()
)


def names(asked: str | None, aim: Aim, words: str, judgement: Judgement, ruleset: Ruleset) -> tuple[str, str]:
    """Give the id and the cause of a rule.

    Where a rule says already what is wished, the new cause lies below its cause: the deeper one wins.
    """
    known = {rule.id for rule in ruleset.rules}
    slug = _slug(words)
    if asked is not None:
        return _free(asked if asked not in known else f"{asked}.{slug}", known), asked
    decision = judgement.decision
    is_finer = (
        decision.decided_by == "rule"
        and (decision.verdict, decision.action) == (aim.verdict, aim.action)
        and decision.cause.partition(".")[0] != "rules"
    )
    name = _free(f"{decision.cause if is_finer else aim.question}.{slug}", known)
    return name, name


def title(point: Point, words: str) -> str:
    """Say in a line what the rule recognises."""
    event = point.event
    said = on_one_line(masked(words), _LONGEST_TITLE).rstrip(".")
    match event:
        case None:
            return f"The run ended so: {point.before}"
        case Message():
            return f"The agent says: {said}"
        case Command() | Patch() | Tool():
            return f"A {kind_of(event)} failed: {said}"
    return f"Codex says: {said}"


def reason(point: Point, judgement: Judgement) -> str:
    """Tell where a rule is from: what was found, and what the rules said before. The author says more."""
    facts, decision = judgement.facts, judgement.decision
    version = f" of Codex {facts.version}" if facts.version else ""
    status = f" and exit status {facts.meta.exit_code}" if facts.meta.exit_code is not None else ""
    stands = _stands(point)
    return (
        f"Drafted from a log{version} whose turn is `{facts.turn}`{status}; {stands} decides. "
        f"Without this rule the verdict was {decision.verdict} ({decision.cause}), action {decision.action}."
    )


def _stands(point: Point) -> str:
    match point.event:
        case None:
            return "what is known of the run"
        case Other():
            return "a line that is no event of Codex"
    return f"its {kind_of(point.event)}"


def _slug(words: str) -> str:
    found = [word.lower() for word in plain_words(words) if word.isascii()]
    telling = [
        word for word in dict.fromkeys(found) if len(word) >= _SHORTEST_WORD and word not in _FILLERS
    ] or found
    return _NAME.sub("_", "_".join(telling[:_MOST_WORDS]))[:_LONGEST_NAME].strip("_") or "drafted"


def _free(name: str, known: set[str]) -> str:
    """Find a name that no rule has yet."""
    return next(one for number in range(1, len(known) + 2) if (one := _numbered(name, number)) not in known)


def _numbered(name: str, number: int) -> str:
    return name[: _LONGEST_NAME + 4] if number == 1 else f"{name[:_LONGEST_NAME]}_{number}"
