"""Runs whose record is the same but whose truth is not: what no reader of a log can decide."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from logverdict.authoring.labelled import LabelledRun

# What differs between two recordings of the same thing. The order counts: names before numbers.
_MASKED: Final = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (rb"\x1b\[[0-9;]*m", b""),
        (rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", b"<id>"),
        (rb", (?:request id|cf-ray|response_id): [\w-]+", b""),
        (rb"\b(?:resp|req|call|msg|rs|fc|item|run|exec|sess)_[0-9A-Za-z_]+", b"<id>"),
        (rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?", b"<time>"),
        (rb"(?:/[\w.@+-]+){2,}", b"<path>"),
        (rb"(?:127\.0\.0\.1|localhost):\d+", b"<host>"),
        (rb"\bOpenAI Codex v[\d.]+(?: \(research preview\))?", b"<codex>"),
        (rb"\bin \d+(?:\.\d+)?m?s\b", b"in <duration>"),
        (rb'"\w*tokens":\d+', b'"tokens":0'),
        (rb"\d{1,3}(?:,\d{3})+|\d{4,}", b"<number>"),
    )
)


def undecidable(runs: Iterable[LabelledRun]) -> Mapping[str, str]:
    """Map the name of each run that has a twin of another label to the name of that twin.

    Two runs are twins where all that a verdict is made from is the same after ids, times, paths and counts
    are masked: the record, the exit status, the signal, and how the session stands to the one asked for.
    """
    groups: dict[bytes, list[LabelledRun]] = {}
    for run in runs:
        groups.setdefault(_likeness(run), []).append(run)
    return {run.name: twin.name for group in groups.values() for run, twin in _pairs(group)}


def _pairs(group: list[LabelledRun]) -> Iterable[tuple[LabelledRun, LabelledRun]]:
    for run in group:
        twin = next((other for other in group if other.truth.label != run.truth.label), None)
        if twin:
            yield run, twin


def _likeness(run: LabelledRun) -> bytes:
    meta = run.log.meta
    known = (run.mode, meta.exit_code, meta.signal, meta.ended_by, _session_likeness(run))
    digest = hashlib.sha256(repr(known).encode())
    for part, content in sorted(run.log.parts.items()):
        digest.update(f"\0{part}\0".encode())
        digest.update(_masked(content[:]))
    return digest.digest()


def _masked(content: bytes) -> bytes:
    for pattern, mask in _MASKED:
        content = pattern.sub(mask, content)
    return content


def _session_likeness(run: LabelledRun) -> str:
    asked = run.log.meta.session_asked
    if asked is None or asked == "--last":
        return asked or "none"
    is_there = any(asked.encode() in content[:] for content in run.log.parts.values())
    return "the one asked for" if is_there else "another one"
