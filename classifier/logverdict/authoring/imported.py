"""Draft rules from the table of an analysis document: each row a rule with a scope, or a reason why not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from logverdict.authoring.imported_examples import examples_for
from logverdict.authoring.imported_row import Meant, meant_by
from logverdict.authoring.pattern_table import Row, pattern_rows
from logverdict.authoring.trial import rule_of, with_rule
from logverdict.authoring.written_draft import DraftedRule
from logverdict.errors import DraftError
from logverdict.rulebook import Ruleset
from logverdict.verdict import Action, Question, VerdictKind

_DOTTED: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_SLASH: Final = re.compile(r"(?<!\\)/")
_LONGEST_NAME: Final = 60
_LONGEST_TITLE: Final = 100
_STDERR: Final = ("trace", "warning", "other")
_TOKENS: Final = re.compile(r"tokens.used", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that no rule was drafted from, and why."""

    line: int
    shown: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came out of a document: the rules, and the rows that became none."""

    drafts: tuple[DraftedRule, ...]
    refused: tuple[Refused, ...]


def import_table(text: str, file: str, ruleset: Ruleset) -> Imported:
    """Draft a rule from each row of the tables of patterns in a document.

    Raises:
        DraftError: there is no such table in it.
    """
    drafts: list[DraftedRule] = []
    refused: list[Refused] = []
    for row in pattern_rows(text, file):
        try:
            draft = _drafted(row, file, ruleset)
            drafts.append(draft)
            ruleset = with_rule(ruleset, rule_of(draft, ruleset))
        except DraftError as err:
            refused.append(Refused(row.line, row.cell("pattern").text, str(err)))
    return Imported(tuple(drafts), tuple(refused))


def _drafted(row: Row, file: str, ruleset: Ruleset) -> DraftedRule:
    cause = row.cell("cause").text.strip("` ")
    if any(rule.id == cause for rule in ruleset.rules):
        raise DraftError(f"the rule `{cause}` is there already")
    meant = meant_by(row)
    question, verdict, action = _aim(meant)
    name = _name(cause, meant, ruleset)
    draft = DraftedRule(
        id=name,
        question=question,
        cause=name,
        verdict=verdict,
        action=action,
        title=_title(row),
        when=_when(meant, question),
        why=f"Row at line {row.line} of {file}. {_scope_told(meant, question)} Say here why it holds.",
    )
    return replace(draft, examples=tuple(examples_for(draft, meant, ruleset)))


def _aim(meant: Meant) -> tuple[Question, VerdictKind | None, Action | None]:
    """Tell which question a row answers: what is to be ignored is noise, what is real is about the work."""
    verdict, action = meant.verdict, meant.action
    if meant.is_absent:
        return "ending", verdict, _or(action, "human")
    if meant.condition is not None:
        question: Question = "work" if meant.row.heading.startswith("Work") else "ending"
        return question, verdict, _or(action, "human")
    if verdict == "environmental" and action in (None, "ignore"):
        return "noise", None, None
    if verdict == "environmental" or meant.scope == "stderr":
        return "ending", verdict, _or(action, "human")
    return "work", verdict, _or(action, "resume_review" if verdict == "real" else "verify")


def _or(action: str | None, default: Action) -> Action:
    known: tuple[Action, ...] = (
        "verify", "retry", "retry_later", "resume", "resume_review", "fresh_session", "human",
    )  # fmt: skip
    return next((one for one in known if one == action), default)


def _when(meant: Meant, question: Question) -> str:
    """Write the condition: the pattern only where its words can mean what the document says they do."""
    if meant.is_absent:
        return _absence(meant)
    if meant.condition is not None:
        return meant.pattern
    source = _SLASH.sub(r"\/", meant.pattern)
    pattern = f"/{source}/"
    if meant.scope == "stderr":
        kinds = _STDERR if question == "noise" else ("error", *_STDERR)
        told = " or ".join(f"any {kind} ~ {pattern}" for kind in kinds)
        return f"{'finished' if question == 'noise' else 'not finished'} and ({told})"
    match question:
        case "noise":
            return f"finished and any command where (exit_code != 0 and output ~ {pattern})"
        case "work":
            return f"last command has (exit_code != 0 and output ~ {pattern})"
        case "ending":
            return f"not finished and any error ~ {pattern}"


def _absence(meant: Meant) -> str:
    if _TOKENS.search(meant.pattern):
        return "turn open and no usage and no error"
    raise DraftError("what a log lacks can only be asked for by kind, such as `no usage` or `no message`")


def _scope_told(meant: Meant, question: Question) -> str:
    if meant.is_absent:
        return "Codex prints its tokens where a turn ends: such a log stops before that, without an error."
    if meant.condition is not None:
        return "Its condition is the document's own."
    where = (
        "on what Codex prints to standard error"
        if meant.scope == "stderr"
        else {
            "noise": "on the output of failed commands of finished runs",
            "work": "on the output of a last command that failed",
            "ending": "on Codex's own errors of runs that did not finish",
        }[question]
    )
    return f"The document looks for these words anywhere; here they count {where}."


def _name(cause: str, meant: Meant, ruleset: Ruleset) -> str:
    known = {rule.id for rule in ruleset.rules}
    words = re.findall(r"[a-z0-9]+", re.sub(r"\\[a-zA-Z]", " ", meant.pattern.lower()))
    slug = ("no_" if meant.is_absent else "") + ("_".join(words[:5]) or "pattern")
    name = cause if _DOTTED.fullmatch(cause) else f"imported.{slug}"[:_LONGEST_NAME].rstrip("_")
    return next(one for one in _numbered(name, len(known)) if one not in known)


def _numbered(name: str, most: int) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in range(2, most + 3))


def _title(row: Row) -> str:
    cell = row.cell("pattern")
    before = cell.text.removesuffix(cell.codes[-1]).strip(" :") if cell.codes else ""
    said = row.cell("note").text or (before if " " in before else f"The log says {cell.text}")
    flat = " ".join(said.split())
    return flat if len(flat) <= _LONGEST_TITLE else f"{flat[: _LONGEST_TITLE - 1]}…"
