"""The models that are known, and whether those that runs would use are near their end."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from codexjob.doctor.account import config
from codexjob.doctor.check import Check, Patient
from codexjob.errors import UsageError

MODELS: Final = Path(__file__).with_name("models.yaml")
_SOON: Final = timedelta(days=90)
_LARGEST: Final = 1 << 20


class Model(BaseModel):
    """A model by its name; see the head of `models.yaml` for what the rest means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    use_for: str | None = None
    effort: str | None = None
    retires: date | None = None
    instead: str | None = None


class Models(BaseModel):
    """All models that are known, and when somebody last looked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    checked: date
    models: tuple[Model, ...]


def read_models(path: Path = MODELS) -> Models:
    """Read a file of models.

    Raises:
        UsageError: it cannot be read, or does not have the shape of `models.yaml`.
    """
    try:
        with path.open("rb") as stream:
            return Models.model_validate(yaml.safe_load(stream.read(_LARGEST)))
    except OSError as err:
        raise UsageError(f"cannot read the models in {path}: {err.strerror}") from err
    except ValidationError as err:
        first = err.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{path}: {where or 'the whole'}: {first['msg']}") from err
    except (yaml.YAMLError, ValueError, RecursionError) as err:
        raise UsageError(f"{path} is not YAML: {err}") from err


def models(patient: Patient) -> Iterator[Check]:
    """Look at the models that runs would use: the one asked for, and those in Codex's configuration."""
    known = read_models(patient.models or MODELS)
    names = sorted(_used(patient))
    for name in names:
        yield _judged(name, known, patient.today)
    if not names:
        listed = ", ".join(model.name for model in known.models if model.use_for)
        yield Check("model", "ok", f"Codex's own choice; known are {listed}")


def _used(patient: Patient) -> set[str]:
    try:
        settings = config(patient)
    except (OSError, ValueError, RecursionError):
        settings = {}
    profiles = settings.get("profiles")
    tables: list[Any] = [settings, *(profiles.values() if isinstance(profiles, dict) else ())]
    named = {table.get("model") for table in tables if isinstance(table, dict)} | {patient.model}
    return {name for name in named if isinstance(name, str)}


def _judged(name: str, known: Models, today: date) -> Check:
    model = next((one for one in known.models if one.name == name), None)
    if model is None:
        todo = (
            f"it is none of those known on {known.checked}: look for a typo, or add it to the file of models"
        )
        return Check("model", "warn", name, todo)
    use = f"use {model.instead} instead" if model.instead else "choose another one"
    if model.retires is not None and model.retires <= today:
        return Check("model", "blocks", f"{name} was shut down on {model.retires}", use)
    if model.retires is not None and model.retires - today <= _SOON:
        return Check("model", "warn", f"{name} is shut down on {model.retires}", use)
    if model.instead:
        return Check("model", "warn", f"{name} is of an older generation", use)
    return Check("model", "ok", name)
