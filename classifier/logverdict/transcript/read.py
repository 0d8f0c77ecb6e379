"""Find the format of a log from its content, and read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from logverdict.events import Part, Transcript
from logverdict.stored import Content, is_blank
from logverdict.transcript.beside import with_rollout
from logverdict.transcript.excerpt import is_excerpt, is_first_era, read_excerpt
from logverdict.transcript.human import is_human, read_human
from logverdict.transcript.jsonl import is_jsonl, read_jsonl
from logverdict.transcript.lines import Lines
from logverdict.transcript.old_jsonl import is_old_jsonl, read_old_jsonl
from logverdict.transcript.rollout import is_rollout, read_rollout
from logverdict.transcript.stamped import is_stamped, read_stamped
from logverdict.transcript.stderr import read_stderr


@dataclass(frozen=True, slots=True)
class Reader:
    """A format of a single file: how it is recognised, and how it is read."""

    recognises: Callable[[Lines], bool]
    read: Callable[[Lines], Transcript]


STREAMS: Final = (Reader(is_jsonl, read_jsonl), Reader(is_old_jsonl, read_old_jsonl))
"""The formats of standard output with `--json`, where standard error was captured apart."""
READERS: Final = (
    Reader(is_stamped, read_stamped), Reader(is_rollout, read_rollout), *STREAMS,
    Reader(is_first_era, read_excerpt), Reader(is_human, read_human), Reader(is_excerpt, read_excerpt),
)  # fmt: skip


def read_transcript(parts: Mapping[Part, Content]) -> Transcript:
    """Read a log, whatever its format, as events with their places.

    `parts` holds `jsonl` with or without `stderr` for a run whose streams were captured apart, or `log` for
    a single file of any kind. A `rollout` beside them only adds what they lack; alone, it is the log. The
    format is `empty` where nothing was written and `unreadable` where none is recognised.
    """
    if "rollout" not in parts:
        return _record(parts)
    rollout = _single("rollout", parts["rollout"])
    return with_rollout(_record(parts), rollout) if len(parts) > 1 else rollout


def _record(parts: Mapping[Part, Content]) -> Transcript:
    if "jsonl" in parts:
        return _apart(parts["jsonl"], parts.get("stderr", b""))
    if "log" in parts:
        return _single("log", parts["log"])
    return _single("stderr", parts.get("stderr", b""))


def _apart(stream: Content, stderr: Content) -> Transcript:
    if is_blank(stream) and is_blank(stderr):
        return Transcript("empty", ())
    lines = Lines("jsonl", stream)
    reader = next((reader for reader in STREAMS if reader.recognises(lines)), STREAMS[0])
    if not is_blank(stream) and not reader.recognises(lines):
        return Transcript("unreadable", ())
    read = reader.read(lines)
    events = read.events + read_stderr(Lines("stderr", stderr))
    return Transcript("jsonl", events, read.spoofable, read.is_cut)


def _single(part: Part, data: Content) -> Transcript:
    if is_blank(data):
        return Transcript("empty", ())
    lines = Lines(part, data)
    for reader in READERS:
        if reader.recognises(lines):
            return reader.read(lines)
    return Transcript("unreadable", ())
