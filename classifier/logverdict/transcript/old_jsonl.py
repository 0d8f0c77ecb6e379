"""The JSON stream of versions up to 0.42: `{"id": …, "msg": {…}}`, with no event for the end of a turn."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from logverdict.events import Error, Event, Prompt, Session, Transcript, Turn
from logverdict.record import replace
from logverdict.transcript.lines import Lines
from logverdict.transcript.literal import decoded, printable
from logverdict.transcript.old_items import begun, ended, said, usage
from logverdict.transcript.records import is_cut, records, table
from logverdict.transcript.rounds import Rounds
from logverdict.transcript.source import Source, source_of, text_of

_CANDIDATES: Final = 4000
_HEAD: Final = frozenset({"model", "workdir", "sandbox"})
_SILENT: Final = frozenset({
    "exec_command_output_delta", "turn_diff", "agent_message_delta", "agent_reasoning_delta",
    "agent_reasoning_section_break", "agent_reasoning_raw_content_delta", "web_search_begin",
    "session_configured", "shutdown_complete", "user_message",
})  # fmt: skip


def is_old_jsonl(lines: Lines) -> bool:
    """Tell whether a log holds events of the old stream, with no banner of a human log before them."""
    for index in islice(range(len(lines)), _CANDIDATES):
        text = lines.texts[index]
        if text.startswith("OpenAI Codex v"):
            return False
        if text.startswith("{") and _is_envelope(decoded(source_of(lines, index).line)):
            return True
    return False


def _is_envelope(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return _message(value) is not None or value.keys() >= _HEAD


def _message(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    message = value.get("msg")
    is_event = isinstance(message, dict) and isinstance(message.get("type"), str) and "id" in value
    return message if is_event else None


def read_old_jsonl(lines: Lines) -> Transcript:
    """Read the old stream; the end of the turn is taken from what the model was last asked and answered."""
    stream = _OldStream()
    for source, value in records(lines, stream.events):
        stream.take(source, value)
    stream.rounds.close()
    stream.rounds.add_turns(stream.events)
    return Transcript("jsonl", tuple(stream.events), (), is_cut(lines))


class _OldStream:
    """What was read so far: the events, the calls that are open, and the rounds of the turn."""

    __slots__ = ("events", "open", "rounds")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.open: dict[str, int] = {}
        self.rounds = Rounds()

    def take(self, source: Source, value: Mapping[str, Any]) -> None:
        """Read one line."""
        message = _message(value)
        if message is not None:
            self._event(source, message["type"], message)
        elif value.keys() >= _HEAD:
            self.events.append(_session(source, value))
        elif (prompt := text_of(value.get("prompt"))) is not None:
            self.events.append(Prompt(source.at, source.field("prompt", prompt)))
        else:
            self.events.append(source.other())

    def _event(self, source: Source, kind: str, message: Mapping[str, Any]) -> None:
        if kind in _SILENT:
            return
        if kind.endswith(("_begin", "_end")):
            self._call(source, kind, message)
        elif kind == "token_count":
            self._count(source, message)
        elif kind in ("task_started", "task_complete", "turn_aborted"):
            self._turn(source, kind)
        else:
            self._said(source, kind, message)

    def _turn(self, source: Source, kind: str) -> None:
        if kind == "task_started":
            self.rounds.close()
            self.events.append(Turn(source.at, "started"))
            return
        self.rounds.end()
        self.events.append(Turn(source.at, "completed" if kind == "task_complete" else "interrupted"))

    def _said(self, source: Source, kind: str, message: Mapping[str, Any]) -> None:
        event = said(source, kind, message)
        if isinstance(event, Error) and not event.is_retry:
            self.rounds.fail(len(self.events))
        elif kind != "error":
            self.rounds.goes_on()
        self.events.append(event)

    def _count(self, source: Source, message: Mapping[str, Any]) -> None:
        info = message.get("info")
        counted = usage(source, table(table(info).get("total_token_usage")) if "info" in message else message)
        if counted is None:
            self.rounds.goes_on()
            return
        self.rounds.is_summed = "info" in message
        self.events.append(counted)
        self.rounds.count(counted.total_tokens or 0, len(self.events) - 1)

    def _call(self, source: Source, kind: str, message: Mapping[str, Any]) -> None:
        name = text_of(message.get("call_id")) or ""
        if kind.endswith("_begin"):
            self.rounds.work()
            self.open[name] = len(self.events)
            self.events.append(begun(source, kind, message))
            return
        position = self.open.pop(name, None)
        event = ended(source, kind, message, None if position is None else self.events[position])
        if position is None:
            self.rounds.work()
            self.events.append(event)
        else:
            # An end under the id of another kind of work still stands where the work began.
            self.events[position] = replace(event, at=self.events[position].at)


def _session(source: Source, value: Mapping[str, Any]) -> Session:
    found = {key: text_of(value.get(key)) for key in ("model", "provider", "sandbox", "workdir")}
    shown = {key: None if text is None else printable(text) for key, text in found.items()}
    return Session(source.at, **shown)
