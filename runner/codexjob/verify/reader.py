"""A process beside this one that reads files by their grammars, and may die of what it reads."""

import json
import selectors
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Final, Self, TypeAlias

from codexjob.verify.languages import Language

Readings: TypeAlias = list[tuple[int, str]]
_WAIT: Final = 30.0


class SyntaxReader:
    """Reads one file after another; a process that died or took too long is replaced by a new one."""

    def __init__(self, wait: float = _WAIT) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._wait = wait

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, content: bytes, language: Language) -> Readings | str:
        """Give the places where a file breaks, or the reason why nobody knows."""
        process = self._running()
        asked = [language.name, language.module, language.function, len(content)]
        try:
            _write(process, json.dumps(asked).encode() + b"\n" + content)
            answer = json.loads(self._answer(process))
        except (OSError, ValueError):
            self._end()
            return "its grammar could not read it"
        return answer if isinstance(answer, str) else [(line, reason) for line, reason in answer]

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            # -P: a file of the repository must not stand in for a module.
            self._process = subprocess.Popen(
                (sys.executable, "-P", "-m", "codexjob.verify.syntax_child"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        return self._process

    def _answer(self, process: subprocess.Popen[bytes]) -> bytes:
        answers = process.stdout
        if answers is None:
            return b""
        with selectors.DefaultSelector() as selector:
            selector.register(answers, selectors.EVENT_READ)
            return answers.readline() if selector.select(self._wait) else b""

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()


def _write(process: subprocess.Popen[bytes], content: bytes) -> None:
    left = memoryview(content)
    while left and process.stdin is not None:
        left = left[process.stdin.write(left) or 0 :]
