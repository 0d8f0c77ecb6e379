"""`codexjob events`: see a log as the classifier sees it."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from logverdict.classify import facts_of, transcript_of
from logverdict.events import Event
from logverdict.facts import Facts
from logverdict.questions import answered_from

from codexjob.commands.one_log import one_log
from codexjob.commands.question import Question
from codexjob.rule_sources import chosen_ruleset
from codexjob.rules_option import RulesOption
from codexjob.say import say


class Format(StrEnum):
    """How events are written."""

    text = "text"
    jsonl = "jsonl"


def events_command(
    log: Annotated[str, typer.Argument(metavar="LOG", help="A log, or - for standard input.")],
    output: Annotated[
        Format, typer.Option("--format", help="A table for people, jsonl for programs.")
    ] = Format.text,
    question: Annotated[
        Question | None, typer.Option(help="Only the events that this question is answered from.")
    ] = None,
    rules: RulesOption = None,
) -> None:
    """Show a log as events and facts: what the rules look at."""
    found = one_log(log)
    transcript = transcript_of(found)
    facts = facts_of(found, transcript, chosen_ruleset(rules))
    events = answered_from(question.value, transcript.events, facts) if question else transcript.events
    _write_lines(events) if output is Format.jsonl else _write_table(events, facts)


def _write_lines(events: tuple[Event, ...]) -> None:
    from codexjob.formats.events_json import event_json

    for event in events:
        say(sys.stdout, event_json(event) + "\n")


def _write_table(events: tuple[Event, ...], facts: Facts) -> None:
    from rich.console import Console

    from codexjob.formats.events_table import events_table, facts_table

    console = Console(highlight=False)
    console.print(events_table(events))
    console.print()
    console.print(facts_table(facts))
