"""What judges the runs: the engine that matches, and the rules."""

from collections.abc import Iterator

from logverdict.errors import LogverdictError
from logverdict.pattern import ENGINE

from codexjob.doctor.check import Check, Patient
from codexjob.errors import UsageError
from codexjob.rule_sources import chosen_ruleset


def engine(_: Patient) -> Iterator[Check]:
    """Name the engine in use."""
    yield Check("engine", "ok", ENGINE)


def rules(_: Patient) -> Iterator[Check]:
    """Load all rules, the project's own too."""
    try:
        ruleset = chosen_ruleset()
    except (LogverdictError, UsageError) as err:
        todo = "mend them: codexjob rules lint shows each mistake"
        yield Check("rules", "blocks", str(err).split("\n", 1)[0], todo)
    else:
        yield Check("rules", "ok", f"{len(ruleset.rules)} rules, digest {ruleset.digest}")
