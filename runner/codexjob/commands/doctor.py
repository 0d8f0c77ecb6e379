"""`codexjob doctor`: what a run needs from this machine, and what to do where it is missing."""

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from codexjob.exit_status import FAILURE, SUCCESS
from codexjob.say import say
from codexjob.secrecy.environment import codex_environment

SCHEMA: Final = "codexjob.doctor/1"


class Format(StrEnum):
    """How the checks are written."""

    text = "text"
    json = "json"


def doctor_command(
    codex: Annotated[str, typer.Option(envvar="CODEXJOB_CODEX", help="The Codex program.")] = "codex",
    log_dir: Annotated[Path, typer.Option(help="Where the files of all runs are written.")] = Path("runs"),
    model: Annotated[str | None, typer.Option(help="A model that runs would use.")] = None,
    models: Annotated[
        Path | None, typer.Option(help="A file of models, instead of the one that comes with codexjob.")
    ] = None,
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json for programs.")
    ] = Format.text,
) -> None:
    """Look at what a run needs, without spending a token; exits with 1 where something blocks."""
    from codexjob.doctor.check import Patient
    from codexjob.doctor.examine import examine
    from codexjob.formats.doctor_text import check_text
    from codexjob.secrecy.chokepoint import own_redactor

    environ = codex_environment(os.environ)
    patient = Patient(codex, log_dir, environ, datetime.now(UTC).date(), model, models)
    redact = own_redactor().text
    checks = []
    for check in examine(patient):
        checks.append(check)
        if output is Format.text:
            say(sys.stdout, redact(check_text(check)))
    is_fine = all(check.state != "blocks" for check in checks)
    if output is Format.json:
        document = {"schema": SCHEMA, "ok": is_fine, "checks": [asdict(check) for check in checks]}
        say(sys.stdout, redact(json.dumps(document, indent=2)) + "\n")
    raise typer.Exit(SUCCESS if is_fine else FAILURE)
