"""`codexjob explain`: why a log was judged as it was, and why a rule fired or did not."""

import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated

import typer
from logverdict.explain import Explanation, explain
from logverdict.rulebook import Ruleset

from codexjob.commands.one_log import one_log
from codexjob.errors import UsageError
from codexjob.rule_sources import chosen_ruleset
from codexjob.rules_option import RulesOption
from codexjob.say import say


class Format(StrEnum):
    """How an explanation is written."""

    text = "text"
    json = "json"


def explain_command(
    log: Annotated[str, typer.Argument(metavar="LOG", help="A log, or - for standard input.")],
    rule: Annotated[
        list[str] | None, typer.Option(help="Take this rule apart: why it fired, or why not.")
    ] = None,
    output: Annotated[
        Format, typer.Option("--format", help="A tree for people, json for programs.")
    ] = Format.text,
    rules: RulesOption = None,
) -> None:
    """Show how a verdict came about: which rules fired, which one won and why."""
    ruleset = chosen_ruleset(rules)
    asked = _known(rule or (), ruleset)
    explanation = explain(one_log(log), ruleset, asked)
    _write_json(explanation) if output is Format.json else _write_text(explanation)


def _known(asked: Sequence[str], ruleset: Ruleset) -> tuple[str, ...]:
    ids = [rule.id for rule in ruleset.rules]
    unknown = next((name for name in asked if name not in ids), None)
    if unknown is not None:
        raise UsageError(f"there is no rule {unknown!r}; {_meant(unknown, ids)}")
    return tuple(dict.fromkeys(asked))


def _meant(name: str, ids: Iterable[str]) -> str:
    close = get_close_matches(name, list(ids), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else "`codexjob rules list` names them all"


def _write_json(explanation: Explanation) -> None:
    from codexjob.formats.explain_json import explain_json

    say(sys.stdout, f"{explain_json(explanation)}\n")


def _write_text(explanation: Explanation) -> None:
    from codexjob.formats.dissection_text import dissection_tree
    from codexjob.formats.explain_text import explain_tree, head_line
    from codexjob.formats.for_terminal import for_terminal

    head = head_line(explanation.verdict) if explanation.rules else explain_tree(explanation)
    say(sys.stdout, for_terminal((head, *map(dissection_tree, explanation.rules))))
