"""Find the format of a log from its content, and read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from logverdict.events import Part, Transcript
from logverdict.transcript.human import is_human, read_human
from logverdict.transcript.jsonl import is_jsonl, read_jsonl
from logverdict.transcript.lines import Lines
from logverdict.transcript.stderr import read_stderr


@dataclass(frozen=True, slots=True)
class Reader:
    """A format of a single file: how it is recognised, and how it is read."""

    recognises: Callable[[Lines], bool]
    read: Callable[[Lines], Transcript]


READERS: Final = (Reader(is_jsonl, read_jsonl), Reader(is_human, read_human))


def read_transcript(parts: Mapping[Part, bytes]) -> Transcript:
    """Read a log, whatever its format, as events with their places.

    `parts` holds `jsonl` with or without `stderr` for a run whose streams were captured apart, or `log` for
    a single file of any kind. The format is `empty` where nothing was written and `unreadable` where none is
    recognised.
    """
    if "jsonl" in parts:
        return _apart(parts["jsonl"], parts.get("stderr", b""))
    if "log" in parts:
        return _single("log", parts["log"])
    return _single("stderr", parts.get("stderr", b""))


def _apart(stream: bytes, stderr: bytes) -> Transcript:
    if not stream.strip() and not stderr.strip():
        return Transcript("empty", ())
    lines = Lines("jsonl", stream)
    if stream.strip() and not is_jsonl(lines):
        return Transcript("unreadable", ())
    read = read_jsonl(lines)
    events = read.events + read_stderr(Lines("stderr", stderr))
    return Transcript("jsonl", events, read.spoofable, read.is_cut)


def _single(part: Part, data: bytes) -> Transcript:
    if not data.strip():
        return Transcript("empty", ())
    lines = Lines(part, data)
    for reader in READERS:
        if reader.recognises(lines):
            return reader.read(lines)
    return Transcript("unreadable", ())
