"""What Codex prints, written to the files of the run while it comes."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from codexjob.files import RunFiles
from codexjob.ids import is_session_id
from codexjob.lines import LineSplitter
from codexjob.progress import ProgressClock
from codexjob.readable import foreign, readable
from codexjob.secrecy.chokepoint import own_redactor
from codexjob.secrecy.redactor import Redaction, Redactor


class Sink:
    """A file that bytes are added to. Its first error is kept and ends the writing, but raises nothing."""

    def __init__(self, path: Path) -> None:
        self.error: OSError | None = None
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, content: bytes) -> None:
        """Add all of `content`, unless an earlier write failed."""
        left = memoryview(content)
        try:
            while left and self.error is None:
                left = left[os.write(self._handle, left) :]
        except OSError as err:
            self.error = err

    def close(self) -> None:
        """Close the file; late errors of the disk are kept like those of writing."""
        try:
            os.close(self._handle)
        except OSError as err:
            self.error = self.error or err


@dataclass(slots=True)
class Recorder:
    """Keeps the record of one run, without secrets: bytes in `.jsonl` and `.stderr`, lines in `.log`.

    `session_id` is the one that Codex reported, once it did. `watcher` is given each event.
    """

    files: RunFiles
    clock: ProgressClock
    now: Callable[[], float]
    session_id: str | None = None
    redactor: Redactor = field(default_factory=own_redactor)
    watcher: Callable[[Mapping[str, object]], None] = lambda _: None
    _jsonl: Sink = field(init=False)
    _stderr: Sink = field(init=False)
    _log: Sink = field(init=False)
    _events: LineSplitter = field(default_factory=LineSplitter)
    _errors: LineSplitter = field(default_factory=LineSplitter)
    _stdout_kept: Redaction = field(init=False)
    _stderr_kept: Redaction = field(init=False)

    def __post_init__(self) -> None:
        self._jsonl = Sink(self.files.jsonl)
        self._stderr = Sink(self.files.stderr)
        self._log = Sink(self.files.log)
        self._stdout_kept = Redaction(self.redactor)
        self._stderr_kept = Redaction(self.redactor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._jsonl.write(self._stdout_kept.finish())
        self._stderr.write(self._stderr_kept.finish())
        for sink in self._sinks():
            sink.close()

    @property
    def write_error(self) -> OSError | None:
        """Give the first error of a file of this run, such as a full disk."""
        return next((sink.error for sink in self._sinks() if sink.error is not None), None)

    def take_stdout(self, chunk: bytes) -> None:
        """Record a piece of Codex's standard output."""
        self._keep_stdout(self._stdout_kept.feed(chunk))

    def take_stderr(self, chunk: bytes) -> None:
        """Record a piece of Codex's standard error."""
        self._keep_stderr(self._stderr_kept.feed(chunk))

    def _keep_stdout(self, chunk: bytes) -> None:
        self._jsonl.write(chunk)
        for line in self._events.feed(chunk):
            self._note_line(line)

    def _keep_stderr(self, chunk: bytes) -> None:
        self._stderr.write(chunk)
        for line in self._errors.feed(chunk):
            self.tell(foreign("stderr", _decoded(line)))

    def finish(self) -> None:
        """Record what was held back, and last lines that have no line end."""
        self._keep_stdout(self._stdout_kept.finish())
        self._keep_stderr(self._stderr_kept.finish())
        for line in self._events.finish():
            self._note_line(line)
        for line in self._errors.finish():
            self.tell(foreign("stderr", _decoded(line)))

    def tell(self, lines: Iterable[str]) -> None:
        """Add lines to the log for people."""
        text = "".join(f"{line}\n" for line in lines)
        self._log.write(self.redactor.text(text).encode())

    def _note_line(self, line: bytes | None) -> None:
        event = None
        # Not an event: noise of a merged stream, a hostile nesting, a number too long.
        with suppress(ValueError, RecursionError):
            event = json.loads(line) if line else None
        if not isinstance(event, dict):
            self.tell(foreign("stdout", _decoded(line)) if line != b"" else [])
            return
        self.clock.note(event, self.now())
        self.watcher(event)
        self.tell(readable(event))
        thread_id = event.get("thread_id")
        if event.get("type") == "thread.started" and isinstance(thread_id, str) and is_session_id(thread_id):
            self.session_id = self.session_id or thread_id.lower()

    def _sinks(self) -> tuple[Sink, Sink, Sink]:
        return self._jsonl, self._stderr, self._log


def _decoded(line: bytes | None) -> str:
    return "(a line too long to show)" if line is None else line.decode("utf-8", errors="backslashreplace")
