"""What was found out outside of the log: read from the file beside a run, and weighed on question 2.

`X.verification.json` beside `X.jsonl` tells what the files can be read as and what the project's tests say,
whatever the agent said. It vetoes a success like any evidence. It answers an open check only where it belongs
to this very record, which its digest shows: an agent that writes into the log folder cannot know that yet.
"""

import json
from typing import TYPE_CHECKING, Final, get_args

from logverdict.decision import Decision, on_one_line, unknown
from logverdict.facts import Facts, OutsideTests, Verification
from logverdict.stored import Content, Stored, load

if TYPE_CHECKING:
    from pathlib import Path

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX: Final = ".verification.json"
_LARGEST: Final = 1 << 20
# A check that gave no answer, or that nobody made: the project's own tests, run outside, are the answer.
_ANSWERED: Final = frozenset(
    {"work.unverified", "work.admits_no_tests", "work.changed_after_red", "work.check_not_run"}
)
_ANSWERED_DOUBTS: Final = frozenset({"work.changed_after_check"})


def read_verification(path: "str | Path", record: Content) -> Verification | None:
    """Read what was found out about the run with this record; null where there is nothing to be read."""
    try:
        written = load(path, _LARGEST + 1)
        if isinstance(written, Stored):
            return None
        content = json.loads(written)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    tests = next((known for known in get_args(OutsideTests) if known == content.get("tests")), None)
    reason, broken, removed = (content.get(name) for name in ("reason", "broken", "tests_removed"))
    return Verification(
        tests=tests,
        broken=tuple(map(str, broken)) if isinstance(broken, list) else (),
        reason=reason if isinstance(reason, str) else "",
        is_of_this_record=content.get("record") == digest_of(record),
        has_lost_tests=removed != [],
    )


def digest_of(record: Content) -> str:
    """Name a record by its content."""
    # Few logs have such a file beside them, and loading this costs as much as reading a small log.
    import hashlib

    digest = hashlib.sha256()
    for block in record.blocks() if isinstance(record, Stored) else (record,):
        digest.update(block)
    return digest.hexdigest()


def answered_causes(facts: Facts) -> frozenset[str]:
    """Name the causes that are no longer open, since the project's tests passed outside of the run."""
    build = facts.last_build
    is_built = build is None or build.result == "passed"
    return _ANSWERED if _has_passed(facts) and is_built else frozenset()


def answered_doubts(facts: Facts) -> frozenset[str]:
    """Name the doubts that passing tests remove."""
    return _ANSWERED_DOUBTS if _has_passed(facts) else frozenset()


def answers_last_test(facts: Facts) -> bool:
    """Tell whether the answer that the run's last test did not give is known from outside."""
    return _has_passed(facts)


def refuted(facts: Facts) -> Decision | None:
    """Refuse work whose files no longer read, or whose tests fail and did not before."""
    found = facts.verification
    if found is None or not (found.broken or found.tests == "failed"):
        return None
    cause = "work.syntax_broken" if found.broken else "work.verification_failed"
    return Decision("real", False, cause, "resume_review", _said(found), "default")


def left_open(facts: Facts) -> Decision | None:
    """Refuse to call done what was looked at from outside without an answer."""
    found = facts.verification
    if found is None or found.tests not in ("failed_before", "not_run"):
        return None
    if found.tests == "failed_before":
        return unknown("work.failing_before", "human", _said(found))
    return unknown("work.verification_open", "verify", _said(found))


def _has_passed(facts: Facts) -> bool:
    found = facts.verification
    if found is None or found.broken or found.has_lost_tests:
        return False
    return found.tests == "passed" and found.is_of_this_record


def _said(found: Verification) -> str:
    return on_one_line(found.reason or "codexjob looked for itself and did not find it done.", 300)
