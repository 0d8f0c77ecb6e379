"""One thing that was looked at, how it is, and what to do about it."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from codexjob.verify.execute import Command, Ended, execute

State: TypeAlias = Literal["ok", "warn", "blocks"]
_WAIT = 20.0


@dataclass(frozen=True, slots=True)
class Check:
    """How one thing is. `blocks` means that a run cannot go well; `todo` is null where all is well."""

    name: str
    state: State
    found: str
    todo: str | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at: the machine as a run with these settings would meet it.

    `environ` is what Codex would get. `models` is a file of models to use instead of the one that comes with
    codexjob, `model` a name that is asked for besides those in Codex's configuration.
    """

    codex: str
    log_dir: Path
    environ: Mapping[str, str]
    today: date
    model: str | None = None
    models: Path | None = None


def program(patient: Patient, name: str) -> str | None:
    """Find a program where Codex would; null where it is not there, or not executable."""
    path = shutil.which(name, path=patient.environ.get("PATH"))
    return path and str(Path(path).absolute())


def ask(patient: Patient, *argv: str) -> Ended:
    """Run a program for its answer, with Codex's environment, for at most twenty seconds."""
    return execute(Command(argv, Path.home(), patient.environ, _WAIT, "doctor"))


def first_line(text: str) -> str:
    """Give the first line that says anything."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def why_not(answer: Ended) -> str:
    """Say why a program did not do what it was asked."""
    return answer.trouble or first_line(answer.output) or f"exit status {answer.exit_code}"
