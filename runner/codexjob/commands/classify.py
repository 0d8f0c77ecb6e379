"""`codexjob classify`: judge logs that exist."""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from logverdict.classify import classify
from logverdict.rulebook import Ruleset, built_in_ruleset
from logverdict.sidecar import with_exit_code
from logverdict.source import STDIN, Log, find_logs
from logverdict.verdict import Verdict

from codexjob.errors import OutputError
from codexjob.exit_status import NO_INPUT, SUCCESS, status_of
from codexjob.formats.verdict_json import verdict_line, verdict_record
from codexjob.say import say
from codexjob.standard_input import standard_input

if TYPE_CHECKING:
    from rich.text import Text


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
    ruleset = built_in_ruleset(rules or ())
    logs = find_logs(_named(paths), standard_input())
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
    if sys.stdin is None or sys.stdin.isatty():
        raise typer.BadParameter("name a log, a folder, or - for standard input", param_hint="PATH")
    return [STDIN]


def _judged(logs: Iterable[Log], ruleset: Ruleset, exit_code: int | None) -> Iterator[Verdict]:
    for log in logs:
        if log.trouble:
            say(sys.stderr, f"codexjob: cannot read {log.trouble}\n")
        yield classify(_with_exit_code(log, exit_code), ruleset)


def _with_exit_code(log: Log, exit_code: int | None) -> Log:
    """Use the status given by hand only where the sidecar does not know better."""
    is_known = log.meta.exit_code is not None or log.meta.signal is not None
    if exit_code is None or is_known:
        return log
    return replace(log, meta=with_exit_code(log.meta, exit_code))


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
    document = json.dumps([verdict_record(verdict) for verdict in kept], ensure_ascii=False, indent=2)
    _say_all(f"{document}\n")
    return kept


def _write_line(verdict: Verdict) -> None:
    _say_all(verdict_line(verdict) + "\n")


def _write_text(verdict: Verdict) -> None:
    from codexjob.formats.verdict_text import verdict_text

    text = verdict_text(verdict)
    _say_all(_coloured(text) if _wants_colour() else f"{text.plain}\n")


def _wants_colour() -> bool:
    """Tell whether anything but plain text is wanted: only then the terminal library is worth its loading."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return is_terminal or "FORCE_COLOR" in os.environ


def _coloured(text: "Text") -> str:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    with console.capture() as shown:
        console.print(text)
    return shown.get()


def _say_all(text: str) -> None:
    if not say(sys.stdout, text):
        raise OutputError("standard output cannot be written (is a disk full?): the verdicts are incomplete")
