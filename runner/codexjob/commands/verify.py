"""`codexjob verify`: look for oneself at what a run did, whatever its agent said."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from codexjob.duration import parse_duration
from codexjob.errors import UsageError
from codexjob.exit_status import ENVIRONMENTAL, FAILURE, SUCCESS
from codexjob.ids import is_run_id
from codexjob.rules_option import RulesOption
from codexjob.say import say
from codexjob.secrecy.chokepoint import own_redactor

if TYPE_CHECKING:
    from codexjob.verify.checking import Checked

_STATUS: Final = {"passed": SUCCESS, "failed": FAILURE, "open": ENVIRONMENTAL}


class Format(StrEnum):
    """How the result is written."""

    text = "text"
    json = "json"


class Compare(StrEnum):
    """When red tests are run on the state before the run as well."""

    never = "never"
    cheap = "cheap"
    always = "always"


def verify_command(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RUN] [CMD]", help="A run id; after --run-tests a test command."),
    ] = None,
    *,
    meta: Annotated[Path | None, typer.Option(help="The run's meta file, instead of RUN.")] = None,
    syntax_check: Annotated[
        bool, typer.Option("--syntax-check", help="Read every changed file by its grammar; the default.")
    ] = False,
    run_tests: Annotated[
        bool, typer.Option("--run-tests", help="Run CMD, or the tests found from the project's files.")
    ] = False,
    compare: Annotated[
        Compare, typer.Option(help="When to run red tests on the state before the run too.")
    ] = Compare.cheap,
    test_timeout: Annotated[str, typer.Option(help="End a test command after this long.")] = "10m",
    log_dir: Annotated[Path, typer.Option(help="Where the files of all runs are.")] = Path("runs"),
    rules: RulesOption = None,
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json for programs.")
    ] = Format.text,
) -> None:
    """Check a run by oneself: its changes, their syntax, the project's tests; exits with 0, 1 or 75."""
    from codexjob.verify.checking import CheckOptions, check

    wants_syntax = syntax_check or not run_tests
    file, command = _named(words or [], meta, log_dir, run_tests)
    limit = parse_duration(test_timeout, "--test-timeout") if run_tests else None
    done = check(file, CheckOptions(wants_syntax, limit, command, compare.value, rules))
    say(sys.stdout, _json(done) if output is Format.json else _text(done))
    raise typer.Exit(_STATUS[done.found.outcome])


def _json(checked: "Checked") -> str:
    from codexjob.formats.verdict_json import verdict_record
    from codexjob.verify.document import verification_record

    found = verification_record(checked.files, checked.found, own_redactor().text)
    return json.dumps(found | {"verdict": verdict_record(checked.verdict)}, indent=2) + "\n"


def _text(checked: "Checked") -> str:
    from codexjob.formats.verification_text import verification_text

    return own_redactor().text(verification_text(checked))


def _named(words: list[str], meta: Path | None, log_dir: Path, run_tests: bool) -> tuple[Path, str | None]:
    """Tell the run from the test command: a run id is one by its shape."""
    runs = [word for word in words if meta is None and is_run_id(word)]
    commands = [word for word in words if word not in runs]
    if len(runs) + (meta is not None) != 1:
        raise UsageError(f"name one run: its whole id, as in {log_dir}, or its meta file with --meta")
    if len(commands) > run_tests:
        raise UsageError(f"unexpected argument {commands[-1]!r}: quote a test command after --run-tests")
    file = meta or log_dir.expanduser() / f"codex-run-{runs[0]}.meta.json"
    return file, commands[0] if commands else None
