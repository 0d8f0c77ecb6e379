"""What a run has used so far: read from the rollout, for the event stream tells it at the end only."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, Final

from logverdict.facts import Tokens

from codexjob.rollout import rollout_of

_EVERY: Final = 2.0
_LONGEST: Final = 8 << 20
_MARKS: Final = (b'"token_count"', b'"turn_context"')
_NOTHING: Final = Tokens(total=0, input=0, cached_input=0, output=0)


@dataclass(slots=True)
class Meter:
    """Follows the rollout of one run: the model of the last turn, and its tokens beyond `before`."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    model: str | None = None
    before: Tokens = _NOTHING
    _total: Tokens | None = None
    _path: Path | None = None
    _read_to: int = 0
    _looked: float = float("-inf")

    def begin(self, session_id: str | None) -> None:
        """Take what the session that is resumed has used before."""
        self.look(session_id)
        self.before = self._total or _NOTHING

    def look_sometimes(self, session_id: str | None) -> None:
        """Read on, unless that was done just now."""
        if monotonic() - self._looked >= _EVERY:
            self.look(session_id)

    def look(self, session_id: str | None) -> None:
        """Read on to the end."""
        self._looked = monotonic()
        if self._path is None and session_id is not None:
            self._path = rollout_of(session_id, self.environ)
        if self._path is None:
            return
        with suppress(OSError), self._path.open("rb") as stream:
            self._read(stream)

    @property
    def used(self) -> Tokens | None:
        """Give the tokens of this run; null where nothing tells them."""
        if self._total is None:
            return None
        now, before = self._total, self.before
        return Tokens(
            total=_less(now.total, before.total),
            input=_less(now.input, before.input),
            cached_input=_less(now.cached_input, before.cached_input),
            output=_less(now.output, before.output),
        )

    def _read(self, stream: BinaryIO) -> None:
        stream.seek(self._read_to)
        while (line := stream.readline(_LONGEST)).endswith(b"\n") or len(line) == _LONGEST:
            self._read_to += len(line)
            if any(mark in line for mark in _MARKS):
                self._take(line)

    def _take(self, line: bytes) -> None:
        with suppress(ValueError, RecursionError, AttributeError, TypeError):
            entry = json.loads(line)
            payload = entry["payload"] if isinstance(entry, dict) else {}
            if entry.get("type") == "turn_context":
                model = payload.get("model")
                self.model = model if isinstance(model, str) else self.model
            elif payload.get("type") == "token_count" and payload.get("info"):
                self._total = _tokens(payload["info"]["total_token_usage"])


def _tokens(counts: Mapping[str, Any]) -> Tokens:
    given, cached, made = (
        value if isinstance(value := counts.get(name), int) else None
        for name in ("input_tokens", "cached_input_tokens", "output_tokens")
    )
    total = None if given is None or made is None else given - (cached or 0) + made
    return Tokens(total=total, input=given, cached_input=cached, output=made)


def _less(now: int | None, before: int | None) -> int | None:
    return None if now is None else max(now - (before or 0), 0)
