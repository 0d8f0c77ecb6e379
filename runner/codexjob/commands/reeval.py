"""`codexjob reeval`: judge past logs again with the rules as they are now, and show what changes."""

import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from logverdict.classify import classify
from logverdict.errors import SourceError
from logverdict.past import (
    PastLabel,
    PastVerdict,
    label_beside,
    labels_in,
    verdict_beside,
    verdicts_in,
)
from logverdict.reevaluation import Reevaluation, judged_again, reevaluate
from logverdict.rulebook import Ruleset
from logverdict.source import Log, find_logs, name_logs

from codexjob.engine_option import EngineOption, use
from codexjob.exit_status import FAILURE, NO_INPUT, SUCCESS, WRONG_USE
from codexjob.rule_sources import chosen_ruleset
from codexjob.rules_option import RulesOption
from codexjob.say import say
from codexjob.standard_input import standard_input
from codexjob.watch import watched

_Found = TypeVar("_Found")


class Format(StrEnum):
    """How a re-evaluation is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


def reeval_command(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Logs and folders of logs.")],
    *,
    rules: RulesOption = None,
    engine: EngineOption = None,
    against: Annotated[
        Path | None,
        typer.Option(help="Old verdicts, one JSON object a line; else the .verdict.json beside each log."),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="Labels, one JSON object a line: path, truth; else the .label.json beside each log."
        ),
    ] = None,
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json for programs, markdown for a review.")
    ] = Format.text,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit with 1 where a labelled failure becomes a success.")
    ] = False,
) -> None:
    """Judge past logs again, and show every run of which the rules now say something else."""
    use(engine)
    ruleset = chosen_ruleset(rules)
    found = _reevaluated(paths, ruleset, _past(against), _labels(labels))
    if not found.runs:
        typer.echo("codexjob: no log was found; name a log, or a folder that holds some", err=True)
        raise typer.Exit(NO_INPUT)
    _write(found, output)
    raise typer.Exit(_status(found) if gate else SUCCESS)


def _past(file: Path | None) -> PastVerdict:
    return verdicts_in(file) if file else partial(_told, verdict_beside)


def _labels(file: Path | None) -> PastLabel:
    return labels_in(file) if file else partial(_told, label_beside)


def _told(read: Callable[[str], _Found | None], path: str) -> _Found | None:
    """Read what lies beside a log; what is broken there is told and passed over."""
    try:
        return read(path)
    except SourceError as err:
        typer.echo(f"codexjob: {err}", err=True)
        return None


def _reevaluated(paths: list[str], ruleset: Ruleset, past: PastVerdict, label: PastLabel) -> Reevaluation:
    names = list(name_logs(paths))
    logs = _readable(find_logs(names, standard_input()))
    pairs = judged_again(logs, partial(classify, ruleset=ruleset), past, label)
    return reevaluate(watched(pairs, len(names), "judging"))


def _readable(logs: Iterator[Log]) -> Iterator[Log]:
    for log in logs:
        if log.trouble is None:
            yield log
        else:
            typer.echo(f"codexjob: cannot read {log.trouble}", err=True)


def _status(found: Reevaluation) -> int:
    if found.dangers:
        return FAILURE
    if found.labelled:
        return SUCCESS
    typer.echo("codexjob: --gate has nothing to hold: no run has a label; give --labels FILE", err=True)
    return WRONG_USE


def _write(found: Reevaluation, output: Format) -> None:
    from codexjob.formats.reeval_json import reeval_json
    from codexjob.formats.reeval_markdown import reeval_markdown

    match output:
        case Format.json:
            say(sys.stdout, f"{reeval_json(found)}\n")
        case Format.markdown:
            say(sys.stdout, reeval_markdown(found))
        case Format.text:
            _write_text(found)


def _write_text(found: Reevaluation) -> None:
    from codexjob.formats.for_terminal import for_terminal
    from codexjob.formats.reeval_text import reeval_text

    say(sys.stdout, for_terminal(reeval_text(found)))
