"""All checks in their order."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from codexjob.doctor import account, models, places, programs, rules, sandbox
from codexjob.doctor.check import Check, Patient

Examination: TypeAlias = Callable[[Patient], Iterator[Check]]
EXAMINATIONS: Final[Sequence[Examination]] = (
    programs.python,
    programs.codex,
    programs.git,
    programs.grammars,
    account.home,
    account.login,
    sandbox.sandbox,
    places.log_folder,
    places.disk,
    places.stray_git,
    models.models,
    rules.engine,
    rules.rules,
)


def examine(patient: Patient) -> Iterator[Check]:
    """Look at everything; nothing is changed and no token is spent.

    Raises:
        UsageError: the file of models that was named is wrong.
    """
    for examination in EXAMINATIONS:
        yield from examination(patient)
