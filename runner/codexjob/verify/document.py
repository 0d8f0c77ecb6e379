"""What was found out about a run, written beside it: schema `codexjob.verification/1`.

The classifier reads `record`, `tests`, `broken`, `tests_removed` and `reason`; the rest is for people and
programs. Everything is cut to stay far below the size that a sidecar may have.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from logverdict.stored import load
from logverdict.verification import SUFFIX, digest_of, read_verification

from codexjob.files import RunFiles, write_json
from codexjob.runmeta import stamp
from codexjob.verify.syntax import Break, SyntaxReport
from codexjob.verify.verification import SuiteResult, Verification

SCHEMA: Final = "codexjob.verification/1"
_MOST: Final = 200
_MOST_SUITES: Final = 8
_LONGEST: Final = 300

Redact = Callable[[str], str]


def verification_file(files: RunFiles) -> Path:
    """Name the file beside a run's record that the classifier looks for."""
    return files.jsonl.with_name(files.jsonl.name.removesuffix(".jsonl") + SUFFIX)


def write_verification(files: RunFiles, found: Verification, redact: Redact) -> None:
    """Write what was found out beside the run, for the classifier and for people.

    A look without tests does not take the place of one with tests, unless it found something.

    Raises:
        LogFolderError: it cannot be written.
    """
    path = verification_file(files)
    earlier = read_verification(path, b"")
    if found.suites is None and found.outcome == "passed" and earlier is not None and earlier.tests:
        return
    write_json(path, verification_record(files, found, redact))


def verification_record(files: RunFiles, found: Verification, redact: Redact) -> dict[str, object]:
    """Put what was found out into a document; `redact` takes secrets out of what tests printed."""
    return {
        "schema": SCHEMA,
        "run_id": files.run_id,
        "record": _digest(files),
        "at": stamp(datetime.now(UTC)),
        "repo": found.repo,
        "outcome": found.outcome,
        "reason": redact(reason(found)),
        "tests": found.tests,
        "broken": [_cut(shown_break(one)) for one in (found.syntax.broken if found.syntax else ())][:_MOST],
        "since": found.since,
        "gap": found.gap and _cut(found.gap),
        "changes": [{"path": _cut(one.path), "kind": one.kind} for one in found.changes[:_MOST]],
        "changes_total": len(found.changes),
        "tests_changed": [_cut(path) for path in found.tests_changed[:_MOST]],
        "tests_removed": [_cut(path) for path in found.tests_removed[:_MOST]],
        "syntax": _syntax(found.syntax),
        "suites": None
        if found.suites is None
        else [_suite(suite, redact) for suite in found.suites[:_MOST_SUITES]],
    }


def reason(found: Verification) -> str:
    """Say in one sentence what was found out."""
    parts = []
    if found.syntax is not None and found.syntax.broken:
        first = found.syntax.broken[0]
        more = len(found.syntax.broken) - 1
        parts.append(f"{shown_break(first)}{f' (and {more} more)' if more else ''}")
    parts += [_suite_told(suite) for suite in found.suites or ()]
    if found.suites is not None and found.tests == "not_run" and found.tests_removed:
        parts.append(f"no test is left: the run deleted {found.tests_removed[0]}")
    return f"Looked at from outside: {'; '.join(parts) or 'nothing speaks against the work'}."


def shown_break(one: Break) -> str:
    """Write where a file breaks as `file:line: reason`."""
    return f"{one.path}:{one.line}: {one.reason}"


def _suite_told(suite: SuiteResult) -> str:
    words = {"passed": "passed", "failed": "failed", "none": "ran no test", "not_run": "could not be run"}
    told = f"{suite.command} {words.get(suite.result, 'did not end in time')}"
    if suite.result == "not_run":
        told += f" ({suite.trouble or _last_line(suite.output)})"
    if suite.result == "failed":
        before = {"passed": "it passed before the run", "failed": "it failed before the run as well"}
        told += f" ({before.get(suite.before or '', 'how it was before the run is not known')})"
    return told


def _last_line(output: str) -> str:
    return _cut(next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "no output"))


def _syntax(report: SyntaxReport | None) -> dict[str, object] | None:
    if report is None:
        return None
    return {
        "checked": report.checked,
        "breaks": [asdict(one) | {"path": _cut(one.path)} for one in report.breaks[:_MOST]],
        "unread": [{"path": _cut(path), "reason": why} for path, why in report.unread[:_MOST]],
    }


def _suite(suite: SuiteResult, redact: Redact) -> dict[str, object]:
    shown = asdict(suite)
    notes = {name: shown[name] and _cut(shown[name]) for name in ("found_in", "trouble", "before_note")}
    return shown | notes | {"command": redact(_cut(suite.command)), "output": redact(suite.output)}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def record_of(files: RunFiles) -> Path:
    """Name the record of a run: the earlier wrapper kept only a log."""
    return files.jsonl if files.jsonl.exists() else files.log


def _digest(files: RunFiles) -> str | None:
    try:
        return digest_of(load(record_of(files)))
    except OSError:
        return None
