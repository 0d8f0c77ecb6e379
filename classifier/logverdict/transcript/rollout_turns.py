"""The session and the turns of a rollout file: how each began and ended."""

from collections.abc import Mapping
from typing import Any, Final

from logverdict.events import Error, Session, Turn
from logverdict.record import replace
from logverdict.transcript.literal import printable
from logverdict.transcript.old_items import usage
from logverdict.transcript.records import table
from logverdict.transcript.rollout_calls import Calls
from logverdict.transcript.rollout_facts import error_code, reset_time
from logverdict.transcript.source import Source, text_of

_SAYS_ERRORS_FROM: Final = 145


class Turns(Calls):
    """What was read of the session and its turns.

    `session` is the index of its event; `time` is when the last line was written; `is_open` while a turn is
    under way, `is_reviewed` where it was a review that came to its end.
    """

    __slots__ = ("is_open", "is_reviewed", "resets_at", "session", "time")

    def __init__(self) -> None:
        super().__init__()
        self.session: int | None = None
        self.resets_at: int | None = None
        self.time: str | None = None
        self.is_open = self.is_reviewed = False

    def opened(self, source: Source, payload: Mapping[str, Any]) -> None:
        """Read who opened the session, and where."""
        if self.session is not None:
            return
        self.session = len(self.events)
        keys = ("id", "cli_version", "model_provider", "cwd")
        name, version, provider, directory = (_printed(payload, key) for key in keys)
        self.directory = directory
        self.events.append(Session(source.at, name, version, provider=provider, workdir=directory))

    def context(self, payload: Mapping[str, Any]) -> None:
        """Read with what model and sandbox a request is made."""
        self.rounds.goes_on()
        self.directory = _printed(payload, "cwd") or self.directory
        session = self.events[self.session] if self.session is not None else None
        if self.session is None or not isinstance(session, Session):
            return
        policy = payload.get("sandbox_policy")
        sandbox = text_of(table(policy).get("type")) or text_of(table(policy).get("mode")) or text_of(policy)
        model = _printed(payload, "model")
        known = replace(session, model=model or session.model, sandbox=sandbox or session.sandbox)
        self.events[self.session] = known

    def turned(self, source: Source, kind: Any, payload: Mapping[str, Any]) -> None:
        """Read an event of a turn."""
        match kind:
            case "task_started" | "turn_started":
                self.begun(source)
            case "task_complete" | "turn_complete":
                self._completed(source, payload)
            case "turn_aborted":
                self._aborted(source)
            case "exited_review_mode":
                # The requests of the reviewer stand in a file of their own.
                self.is_reviewed = isinstance(payload.get("review_output"), dict)

    def begun(self, source: Source) -> None:
        """Note that a turn begins."""
        last = self.events[-1] if self.events else None
        if self.is_open and isinstance(last, Turn) and last.status == "started":
            return
        if self.is_open:
            self.rounds.close()
        self.is_open, self.is_reviewed = True, False
        self.events.append(Turn(source.at, "started"))

    def _completed(self, source: Source, payload: Mapping[str, Any]) -> None:
        error = payload.get("error")
        self.is_open = False
        if isinstance(error, dict):
            self._failed(source, error)
        elif payload.get("last_agent_message") or self._is_answered() or self._says_errors():
            self.events.append(Turn(source.at, "completed"))
        else:
            self.events.append(Turn(source.at, "failed"))
        self.rounds.end()

    def _is_answered(self) -> bool:
        return self.rounds.is_closed or self.is_reviewed

    def _failed(self, source: Source, error: Mapping[str, Any]) -> None:
        message = text_of(error.get("message")) or ""
        text = source.field("message", message)
        self.events.append(Error(source.at, text, code=error_code(error.get("codex_error_info"))))
        self.events.append(Turn(source.at, "failed", text))

    def _says_errors(self) -> bool:
        """Tell whether this version writes down the error of a turn, as they do from 0.145 on."""
        session = self.events[self.session] if self.session is not None else None
        version = session.version if isinstance(session, Session) else None
        minor = (version or "").split(".")[1:2]
        return bool(minor and minor[0].isdecimal() and int(minor[0][:6]) >= _SAYS_ERRORS_FROM)

    def _aborted(self, source: Source) -> None:
        self.is_open = False
        self.rounds.end()
        self.events.append(Turn(source.at, "interrupted"))

    def counted(self, source: Source, payload: Mapping[str, Any]) -> None:
        """Read the tokens of the thread, and how much of the limits is used."""
        limits = payload.get("rate_limits")
        if isinstance(limits, dict):
            self.resets_at = reset_time(limits, self.time)
        total = table(payload.get("info")).get("total_token_usage")
        counted = usage(source, table(total))
        if counted is not None:
            self.events.append(counted)
            self.rounds.count(counted.total_tokens or 0, len(self.events) - 1)


def _printed(payload: Mapping[str, Any], key: str) -> str | None:
    value = text_of(payload.get(key))
    return None if value is None else printable(value)
