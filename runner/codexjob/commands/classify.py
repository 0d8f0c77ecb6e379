"""`codexjob classify`: judge logs that exist."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from logverdict.classify import classify
from logverdict.rulebook import Ruleset, load_ruleset, packaged_rules
from logverdict.sidecar import with_exit_code
from logverdict.source import STDIN, Log, find_logs
from logverdict.verdict import Verdict

from codexjob.exit_status import NO_INPUT, SUCCESS, status_of
from codexjob.formats.verdict_json import verdict_line, verdict_record


class Format(StrEnum):
    """How verdicts are written."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


def classify_command(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH...", help="Logs, folders, or - for stdin.")
    ] = None,
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or jsonl for programs.")
    ] = Format.text,
    exit_code: Annotated[
        int | None, typer.Option(help="Codex's exit status, where no .meta.json holds it.")
    ] = None,
    rules: Annotated[
        list[Path] | None, typer.Option(help="A folder of rules to use beside the built-in ones.")
    ] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 whatever the verdicts are.")
    ] = False,
) -> None:
    """Say of each log how the run ended, whether the work is done, and what it needs next."""
    ruleset = load_ruleset([packaged_rules(), *(rules or [])])
    logs = find_logs(_named(paths), sys.stdin.buffer)
    verdicts = _written(_judged(logs, ruleset, exit_code), output)
    if not any(verdict.cause != "log.missing" for verdict in verdicts):
        typer.echo(
            "codexjob: no log was found; name a log, or a folder that holds *.jsonl or *.log", err=True
        )
        raise typer.Exit(NO_INPUT)
    raise typer.Exit(SUCCESS if exit_zero else status_of(verdicts))


def _named(paths: list[str] | None) -> list[str]:
    if paths:
        return paths
    if sys.stdin.isatty():
        raise typer.BadParameter("name a log, a folder, or - for standard input", param_hint="PATH")
    return [STDIN]


def _judged(logs: Iterable[Log], ruleset: Ruleset, exit_code: int | None) -> Iterator[Verdict]:
    for log in logs:
        known = log if exit_code is None else replace(log, meta=with_exit_code(log.meta, exit_code))
        if log.trouble:
            typer.echo(f"codexjob: cannot read {log.trouble}", err=True)
        yield classify(known, ruleset)


def _written(verdicts: Iterator[Verdict], output: Format) -> list[Verdict]:
    """Write each verdict as soon as it is there (json: one document at the end), and keep them."""
    if output is Format.json:
        return _written_as_document(verdicts)
    write = _write_line if output is Format.jsonl else _write_text
    kept = []
    for verdict in verdicts:
        write(verdict)
        kept.append(verdict)
    return kept


def _written_as_document(verdicts: Iterator[Verdict]) -> list[Verdict]:
    import json

    kept = list(verdicts)
    typer.echo(json.dumps([verdict_record(verdict) for verdict in kept], ensure_ascii=False, indent=2))
    return kept


def _write_line(verdict: Verdict) -> None:
    sys.stdout.write(verdict_line(verdict) + "\n")
    sys.stdout.flush()


def _write_text(verdict: Verdict) -> None:
    from rich.console import Console

    from codexjob.formats.verdict_text import verdict_text

    Console(highlight=False, soft_wrap=True).print(verdict_text(verdict))
