"""Find the format of a log from its content, and read it."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from logverdict.events import Part, Transcript
from logverdict.record import record
from logverdict.stored import Content, is_blank
from logverdict.transcript.lines import Lines
from logverdict.transcript.stderr import read_stderr


@record(frozen=True, slots=True)
class Reader:
    """A format of a single file: a module of logverdict.transcript with its `is_NAME` and `read_NAME`.

    A log that holds none of the words that it `needs` is not of this format, so its module is not loaded.
    """

    module: str
    name: str
    needs: tuple[bytes, ...] = ()
    reads_as: str = ""

    def recognises(self, lines: Lines) -> bool:
        """Tell whether a log is of this format."""
        if self._path not in sys.modules and not self._may_be(lines):
            return False
        return bool(self._function(f"is_{self.name}")(lines))

    def read(self, lines: Lines) -> Transcript:
        """Read a log of this format."""
        transcript: Transcript = self._function(f"read_{self.reads_as or self.name}")(lines)
        return transcript

    def _may_be(self, lines: Lines) -> bool:
        # A big log stays on disk, and colours may stand between the words.
        data = lines.data
        if not self.needs or not isinstance(data, bytes) or not lines.is_plain:
            return True
        return any(word in data for word in self.needs)

    def _function(self, name: str) -> Callable[[Lines], Any]:
        function: Callable[[Lines], Any] = getattr(import_module(self._path), name)
        return function

    @property
    def _path(self) -> str:
        return f"logverdict.transcript.{self.module}"


# JSON can write the letters of a key as escapes; no Codex does, but then every reader has a look.
_ESCAPED: Final = b"\\u"
STREAMS: Final = (
    Reader("jsonl", "jsonl", (b'"type"', _ESCAPED)),
    Reader("old_jsonl", "old_jsonl", (b'"msg"', b'"workdir"', _ESCAPED)),
)
"""The formats of standard output with `--json`, where standard error was captured apart."""
READERS: Final = (
    Reader("stamped", "stamped", (b"] OpenAI Codex v",)),
    Reader("rollout", "rollout", (b'"payload"', b'"instructions"', b'"record_type"', _ESCAPED)),
    *STREAMS,
    Reader("excerpt", "first_era", (b"/@openai/codex/dist/cli.js:",), reads_as="excerpt"),
    Reader("human", "human"),
    Reader("excerpt", "excerpt"),
)


def read_transcript(parts: Mapping[Part, Content]) -> Transcript:
    """Read a log, whatever its format, as events with their places.

    `parts` holds `jsonl` with or without `stderr` for a run whose streams were captured apart, or `log` for
    a single file of any kind. A `rollout` beside them only adds what they lack; alone, it is the log. The
    format is `empty` where nothing was written and `unreadable` where none is recognised.
    """
    if "rollout" not in parts:
        return _record(parts)
    from logverdict.transcript.beside import with_rollout

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
