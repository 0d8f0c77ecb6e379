"""Codex's home, its configuration and its login, without spending a token."""

import os
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from codexjob.doctor.check import Check, Patient, ask, first_line, program

_CONFIG_LIMIT: Final = 1 << 20
_KEY: Final = "CODEX_API_KEY"
_OWN_PROVIDER: Final = "openai"


def codex_home(patient: Patient) -> Path:
    """Name Codex's home as Codex finds it."""
    given = patient.environ.get("CODEX_HOME")
    return Path(given) if given else Path(patient.environ.get("HOME") or Path.home()) / ".codex"


def config(patient: Patient) -> dict[str, Any]:
    """Read Codex's configuration; empty where there is none.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not TOML.
    """
    path = codex_home(patient) / "config.toml"
    if not path.is_file():
        return {}
    with path.open("rb") as stream:
        return tomllib.loads(stream.read(_CONFIG_LIMIT).decode())


def home(patient: Patient) -> Iterator[Check]:
    """Look whether Codex can write its sessions, and read its configuration."""
    folder = codex_home(patient)
    yield _folder(folder, is_given=bool(patient.environ.get("CODEX_HOME")))
    try:
        config(patient)
    except (OSError, ValueError, RecursionError) as err:
        todo = f"mend {folder / 'config.toml'}: Codex ends with 1 before it does anything"
        yield Check("config", "blocks", f"cannot be read: {err}", todo)
    else:
        yield Check(
            "config", "ok", str(folder / "config.toml") if (folder / "config.toml").exists() else "none"
        )


def _folder(folder: Path, *, is_given: bool) -> Check:
    if not folder.is_dir():
        if is_given:
            todo = f"make it, or unset CODEX_HOME: mkdir -p {folder}"
            return Check("codex home", "blocks", f"{folder} is not there", todo)
        return Check("codex home", "ok", f"{folder} is not there yet; Codex makes it")
    if not os.access(folder, os.W_OK):
        return Check("codex home", "blocks", f"{folder} cannot be written", "Codex keeps its sessions there")
    if folder.resolve().is_relative_to(Path(tempfile.gettempdir()).resolve()):
        todo = (
            "it is below the temporary folder: Codex warns of that, and sessions are lost when it is cleared"
        )
        return Check("codex home", "warn", str(folder), todo)
    return Check("codex home", "ok", str(folder))


def login(patient: Patient) -> Iterator[Check]:
    """Ask Codex whether it is logged in; a provider of the user's own needs its key instead."""
    try:
        settings = config(patient)
    except (OSError, ValueError, RecursionError):
        return
    provider = settings.get("model_provider", _OWN_PROVIDER)
    path = program(patient, patient.codex)
    if provider != _OWN_PROVIDER:
        yield _provider(patient, str(provider), settings)
    elif patient.environ.get(_KEY):
        yield Check("login", "ok", f"{_KEY} is set")
    elif path is not None:
        answer = ask(patient, path, "login", "status")
        said = first_line(answer.output) or answer.trouble or f"exit status {answer.exit_code}"
        todo = f"run codex login once, or set {_KEY}"
        is_in = answer.exit_code == 0
        yield Check("login", "ok" if is_in else "blocks", said, None if is_in else todo)


def _provider(patient: Patient, name: str, settings: dict[str, Any]) -> Check:
    providers = settings.get("model_providers")
    own = providers.get(name) if isinstance(providers, dict) else None
    key = own.get("env_key") if isinstance(own, dict) else None
    if not isinstance(key, str):
        return Check("login", "ok", f"the provider {name} asks for no key")
    if patient.environ.get(key):
        return Check("login", "ok", f"the provider {name} takes {key}, which is set")
    return Check("login", "blocks", f"the provider {name} takes {key}, which is not set", f"set {key}")
