"""The three pipes of Codex: fed and read without ever waiting for each other."""

import os
import selectors
import subprocess
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import IO, Final, Self, TypeAlias

_CHUNK: Final = 1 << 16
Take: TypeAlias = Callable[[bytes], None]


class Capture:
    """Writes the prompt to Codex, closes its input, and hands on what its output and error streams bring."""

    def __init__(
        self, process: subprocess.Popen[bytes], prompt: bytes, take_stdout: Take, take_stderr: Take
    ) -> None:
        self._selector = selectors.DefaultSelector()
        self._prompt = memoryview(prompt)
        self._open: set[IO[bytes]] = set()
        self._input = process.stdin
        self._watch(process.stdout, selectors.EVENT_READ, take_stdout)
        self._watch(process.stderr, selectors.EVENT_READ, take_stderr)
        self._watch(process.stdin, selectors.EVENT_WRITE, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in tuple(self._open):
            self._close(stream)
        self._selector.close()

    @property
    def is_open(self) -> bool:
        """Tell whether an output stream may still bring something."""
        return bool(self._open - {self._input})

    def pump(self, wait: float) -> bool:
        """Move what can be moved, waiting at most `wait` seconds for it; tell whether anything was."""
        ready = self._selector.select(wait)
        for key, _ in ready:
            if key.data is None:
                self._feed()
            else:
                self._read(key.fileobj, key.data)  # type: ignore[arg-type]  # only streams are registered
        return bool(ready)

    def drain(self, seconds: float) -> None:
        """Read what is left, until all writers are gone or `seconds` are over."""
        until = monotonic() + seconds
        while self.is_open and (left := until - monotonic()) > 0:
            self.pump(left)

    def _watch(self, stream: IO[bytes] | None, event: int, take: Take | None) -> None:
        if stream is None:
            raise ValueError("Codex must be started with pipes on all three streams")
        os.set_blocking(stream.fileno(), False)
        self._selector.register(stream, event, take)
        self._open.add(stream)

    def _feed(self) -> None:
        if self._input is None:
            return
        try:
            written = os.write(self._input.fileno(), self._prompt[:_CHUNK]) if self._prompt else 0
        except BlockingIOError:
            return
        except OSError:
            # Codex closed its input or is gone: what it says and its exit status tell why.
            self._close(self._input)
            return
        self._prompt = self._prompt[written:]
        if not self._prompt:
            self._close(self._input)

    def _read(self, stream: IO[bytes], take: Take) -> None:
        try:
            chunk = os.read(stream.fileno(), _CHUNK)
        except BlockingIOError:
            return
        if chunk:
            take(chunk)
        else:
            self._close(stream)

    def _close(self, stream: IO[bytes]) -> None:
        self._open.discard(stream)
        self._selector.unregister(stream)
        with suppress(OSError):
            stream.close()
