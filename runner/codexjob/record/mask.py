"""Make a record stable and free of its machine: ids, times, durations, ports and paths become fixed ones.

A fixed value has the shape of the real one, so that whatever reads the log meets nothing new. The words of
the scenario stay as they are, its own ids too; a duration or a time of the day of the recording is masked
wherever it stands.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from codexjob.record.moments import Moments

PROJECT: Final = "/home/dev/project"
HOME: Final = "/home/dev"
INSTALLED: Final = "/usr/lib"
PORT: Final = 8080

# An id may stand behind a prefix such as `msg_`.
_UUID: Final = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])"
)
_CHUNK: Final = re.compile(r'("chunk":")([A-Za-z0-9+/=]+)(")')
_SPENT: Final = r"(?:\d+(?:\.\d+)?(?:ms|s)\b|\d+m ?\d+s\b)"
# Longer patterns first; each keeps what stands around the value that changes from run to run.
_FIXED: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.MULTILINE), fixed)
    for pattern, fixed in (
        # A command that a sandbox refused in 0.20 to 0.42 always has -1 and 0ms: that stays.
        (
            rf"((?:succeeded|success|declined|failed|in progress|exited (?!-1 in 0ms)-?\d+) in ){_SPENT}",
            r"\g<1>42ms",
        ),
        (r"(\bduration: )[\d.]+(?:ns|µs|ms|s)\b", r"\g<1>42ms"),
        (r"(; retrying \d+/\d+ in )[\d.]+m?s", r"\g<1>200ms"),
        (r"(aborted by user after )[\d.]+s", r"\g<1>2.0s"),
        (r"([Ww]all time:? )[\d.]+( seconds)", r"\g<1>0.1\g<2>"),
        (r"(in )\d+\.\d{2,3}s\b", r"\g<1>0.001s"),
        (r"((?:^|\s)(?:# )?duration_ms:? )[\d.]+", r"\g<1>1.5"),
        (r"^((?:real|user|sys)\t)\d+m[\d.]+s", r"\g<1>0m0.001s"),
        (r"\b((?:session ID|session_id\":) ?)\d{1,7}\b", r"\g<1>10001"),
        (r"(\\?\"process_id\\?\":\\?\"?)\d+", r"\g<1>10001"),
        # It counts the digits of durations in the output as well.
        (r"(Original token count: )\d+", r"\g<1>100"),
        (r"\b(Chunk ID: )[0-9a-f]+", r"\g<1>0a1b2c"),
        (r"(\\?\"duration_seconds\\?\": ?)[\d.]+", r"\g<1>0.1"),
        (r'("[a-z_]*(?:duration|_to_first_token|elapsed|latency)_ms": ?)\d+', r"\g<1>42"),
        (r'("duration": ?\{"secs": ?)\d+(, ?"nanos": ?)\d+', r"\g<1>0\g<2>42000000"),
        (r"(thread '[^'\n]{1,60}' \()\d+(\))", r"\g<1>101\g<2>"),
        (r"(codex-arg0|/\.tmp|/tmp/tmp)[A-Za-z0-9_]{6,10}\b", r"\g<1>AbCdEf"),
        (r"\b(pid[ =:]+)\d+", r"\g<1>101"),
    )
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What a record must not show: the folders of the run, where Codex is installed, and the model's address.

    `own` are texts in which ids stand that are the scenario's own.
    """

    repo: Path
    home: Path
    program: Path
    url: str
    own: str = ""

    def paths(self) -> Mapping[str, str]:
        """Give each folder and what stands for it, the longest first."""
        installed = self.program.parent.parent.parent
        given = {str(self.repo): PROJECT, str(self.home): HOME, str(installed): INSTALLED}
        given[str(self.home.parent)] = HOME
        return dict(sorted(given.items(), key=lambda pair: -len(pair[0])))


@dataclass(slots=True)
class Masker:
    """Masks the texts of one record; an id gets the same number in all of them, by first appearance."""

    machine: Machine
    moments: Moments
    numbers: dict[str, int] = field(default_factory=dict)

    def know(self, ids: Iterable[str | None]) -> None:
        """Give the first numbers to these ids, whatever comes first in the texts."""
        for known in ids:
            if known and _UUID.fullmatch(known):
                self._number(known)

    def text(self, text: str) -> str:
        """Mask a text."""
        for real, fixed in self.machine.paths().items():
            text = text.replace(real, fixed)
        address = urlsplit(self.machine.url)
        text = re.sub(rf"\b(127\.0\.0\.1|localhost):{address.port}\b", rf"\g<1>:{PORT}", text)
        text = _UUID.sub(self._masked_id, text)
        text = self.moments.mask(text)
        for pattern, fixed in _FIXED:
            text = pattern.sub(fixed, text)
        return _CHUNK.sub(self._masked_chunk, text)

    def raw(self, raw: bytes) -> bytes:
        """Mask bytes; those that are no UTF-8 stay as they are."""
        return _bytes(self.text(_text(raw)))

    def _masked_id(self, found: re.Match[str]) -> str:
        if found.group() in self.machine.own:
            return found.group()
        return f"0199c0de-0000-{found.group(1)}000-8000-{self._number(found.group()):012}"

    def _number(self, real: str) -> int:
        return self.numbers.setdefault(real, len(self.numbers) + 1)

    def _masked_chunk(self, found: re.Match[str]) -> str:
        """Mask inside the output that 0.4x writes as base64."""
        before, chunk, after = found.groups()
        try:
            inside = base64.b64decode(chunk, validate=True)
        except ValueError:
            return found.group()
        return before + base64.b64encode(self.raw(inside)).decode() + after


def _text(raw: bytes) -> str:
    return raw.decode(errors="surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
