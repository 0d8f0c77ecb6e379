"""The one place that everything passes before it is written or sent."""

import os
from collections.abc import Mapping
from typing import Any

from codexjob.secrecy.redactor import Redactor, redactor_for
from codexjob.secrecy.values import secret_values


def own_redactor(environ: Mapping[str, str] = os.environ) -> Redactor:
    """Give the redactor for the secrets of this process; Codex gets no variable that is not among them."""
    return redactor_for(secret_values(environ))


def without_secrets(value: object, redactor: Redactor | None = None) -> Any:
    """Give a JSON value with all its texts redacted, names of fields too."""
    return _cleaned(value, redactor or own_redactor())


def _cleaned(value: object, redactor: Redactor) -> object:
    match value:
        case str():
            return redactor.text(value)
        case Mapping():
            return {redactor.text(str(name)): _cleaned(inner, redactor) for name, inner in value.items()}
        case list() | tuple():
            return [_cleaned(inner, redactor) for inner in value]
    return value
