"""What judges the runs: the engine that matches, and the rules."""

from collections.abc import Iterator

from logverdict.engine.database import Database
from logverdict.engines import (
    INSTALL_HYPERSCAN,
    INSTALL_RE2,
    VARIABLE,
    chosen,
    exact,
    has_hyperscan,
    has_re2,
    scans,
)
from logverdict.errors import EngineError, LogverdictError

from codexjob.doctor.check import Check, Patient
from codexjob.errors import UsageError
from codexjob.rule_sources import chosen_ruleset


def engine(_: Patient) -> Iterator[Check]:
    """Tell which engine matches patterns and which looks at big logs first, and why."""
    try:
        why = "" if chosen() == "auto" else f", as {VARIABLE} says"
        matches, is_scanned = exact(), scans()
    except EngineError as err:
        yield Check("engine", "blocks", str(err), f"install it, or take {VARIABLE} away")
        return
    if matches == "re2":
        yield Check("engine", "ok", f"re2 matches patterns, in linear time{why}")
    elif has_re2():
        yield Check("engine", "warn", f"Python's own engine{why}: slower, and a pattern can take very long")
    else:
        found = "Python's own engine, since google-re2 is missing: slower, and a pattern can take very long"
        yield Check("engine", "warn", found, INSTALL_RE2)
    yield _hyperscan(is_scanned=is_scanned, why=why)


def _hyperscan(*, is_scanned: bool, why: str) -> Check:
    if is_scanned:
        try:
            Database((b"codexjob",))
        except EngineError as err:
            return Check("big logs", "warn", f"all of their events are read: {err}", INSTALL_HYPERSCAN)
        return Check("big logs", "ok", "hyperscan looks at them first")
    if has_hyperscan():
        return Check("big logs", "ok", f"hyperscan is there, but not used{why}")
    return Check(
        "big logs", "ok", f"all of their events are read: with hyperscan it is quicker ({INSTALL_HYPERSCAN})"
    )


def rules(_: Patient) -> Iterator[Check]:
    """Load all rules, the project's own too."""
    try:
        ruleset = chosen_ruleset()
    except (LogverdictError, UsageError) as err:
        todo = "mend them: codexjob rules lint shows each mistake"
        yield Check("rules", "blocks", str(err).split("\n", 1)[0], todo)
    else:
        yield Check("rules", "ok", f"{len(ruleset.rules)} rules, digest {ruleset.digest}")
