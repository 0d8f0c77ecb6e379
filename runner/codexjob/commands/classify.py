"""`codexjob classify`: judge logs that exist."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from logverdict.source import STDIN

from codexjob.classifying import classify_logs
from codexjob.engine_option import EngineOption, use
from codexjob.rule_sources import chosen_ruleset
from codexjob.rules_option import RulesOption
from codexjob.told import Request


class Format(StrEnum):
    """How verdicts are written."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


def classify_command(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH...", help="Logs, folders, or - for stdin.")
    ] = None,
    *,
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or jsonl for programs.")
    ] = Format.text,
    exit_code: Annotated[
        int | None, typer.Option(help="Codex's exit status, where no .meta.json holds it.")
    ] = None,
    rules: RulesOption = None,
    engine: EngineOption = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever the verdicts are.")
    ] = False,
) -> None:
    """Say of each log how the run ended, whether the work is done, and what it needs next."""
    named = tuple(map(str, rules or ()))
    use(engine)
    request = Request(
        tuple(_named(paths)), output.value, exit_code, named, exit_zero, engine.value if engine else None
    )
    raise typer.Exit(classify_logs(request, chosen_ruleset(rules)))


def _named(paths: list[str] | None) -> list[str]:
    if paths:
        return paths
    if sys.stdin is None or sys.stdin.isatty():
        raise typer.BadParameter("name a log, a folder, or - for standard input", param_hint="PATH")
    return [STDIN]
