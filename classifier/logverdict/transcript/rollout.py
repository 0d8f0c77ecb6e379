"""The rollout file of a session, in all its shapes: what Codex keeps so that the session can be resumed."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from logverdict.events import Message, Prompt, Reasoning, Transcript, Usage
from logverdict.transcript.lines import Lines
from logverdict.transcript.literal import decoded
from logverdict.transcript.records import is_cut, records, table
from logverdict.transcript.rollout_facts import joined
from logverdict.transcript.rollout_turns import Turns
from logverdict.transcript.source import Source, source_of, text_of

_TYPES: Final = frozenset({
    "session_meta", "turn_context", "response_item", "event_msg", "compacted", "world_state",
    "token_usage_record",
})  # fmt: skip
_CANDIDATES: Final = 5
_NEAR: Final = 5
_NOT_ASKED: Final = ("<", "# AGENTS.md instructions")


def is_rollout(lines: Lines) -> bool:
    """Tell whether a log is a rollout file: its first line, or where that is cut, one of the next."""
    for index, text in enumerate(islice(lines.texts, _CANDIDATES)):
        value = decoded(source_of(lines, index).line) if text.startswith("{") else None
        if isinstance(value, dict):
            return _is_record(value)
        if text.strip() and index:
            return False
    return False


def _is_record(value: Mapping[str, Any]) -> bool:
    if isinstance(value.get("payload"), dict):
        return value.get("type") in _TYPES and isinstance(value.get("timestamp"), str)
    is_first = isinstance(value.get("timestamp"), str) and "instructions" in value and "id" in value
    return is_first or value.get("record_type") == "state"


def read_rollout(lines: Lines) -> Transcript:
    """Read a rollout file: the turns of a session, which may be of several runs."""
    rollout = _Rollout()
    for source, value in records(lines, rollout.events):
        rollout.take(source, value)
    rollout.rounds.close()
    rollout.rounds.add_turns(rollout.events)
    events = tuple(rollout.events)
    return Transcript("rollout", events, (), is_cut(lines), rollout.resets_at, rollout.time)


class _Rollout(Turns):
    """What was read so far: the session, its turns, their calls, and what was said."""

    __slots__ = ()

    def take(self, source: Source, value: Mapping[str, Any]) -> None:
        """Read one line."""
        self.time = text_of(value.get("timestamp")) or self.time
        kind, payload = value.get("type"), value.get("payload")
        if not isinstance(payload, dict):
            self._bare(source, value)
        elif kind == "session_meta":
            self.opened(source, payload)
        elif kind == "turn_context":
            self.context(payload)
        elif kind == "response_item":
            self._item(source, payload)
        elif kind == "event_msg":
            self._event(source, payload)
        elif kind not in _TYPES:
            self.events.append(source.other())

    def _bare(self, source: Source, value: Mapping[str, Any]) -> None:
        """Read a line of the oldest shape, an item without an envelope."""
        if self.session is None and "id" in value and "instructions" in value:
            self.opened(source, value)
        elif value.get("record_type") != "state":
            if value.get("type") == "message" and value.get("role") == "user":
                self._asked(source, value)
            self._item(source, value)

    def _item(self, source: Source, payload: Mapping[str, Any]) -> None:
        match payload.get("type"):
            case "message":
                if payload.get("role") == "assistant":
                    self._says(source, payload.get("content"))
                    self.rounds.hear()
            case "reasoning":
                if words := joined(payload.get("summary")):
                    self.events.append(Reasoning(source.at, source.field("text", words)))
            case "function_call" | "custom_tool_call" | "local_shell_call":
                self.call(source, payload)
            case "function_call_output" | "custom_tool_call_output":
                self.result(source, payload)
            case "web_search_call":
                self.searched(source, payload)

    def _event(self, source: Source, payload: Mapping[str, Any]) -> None:
        """Read an event. Those that say nothing of the work, or say it again, are passed over."""
        match payload.get("type"):
            case "user_message":
                self._asked(source, payload)
            case "agent_message":
                self._says(source, payload.get("message"), "message")
            case "item_completed":
                self._done(source, table(payload.get("item")))
            case "patch_apply_end" | "mcp_tool_call_end" | "exec_command_end":
                self.item(source, payload)
            case "token_count":
                self.counted(source, payload)
            case _ as kind:
                self.turned(source, kind, payload)

    def _says(self, source: Source, content: Any, key: str = "text") -> None:
        words = content if isinstance(content, str) else joined(content)
        text = source.field(key, words)
        near = reversed(self.events[-_NEAR:])
        said = next((event for event in near if not isinstance(event, Usage | Reasoning)), None)
        if words and not (isinstance(said, Message) and said.text.value == text.value):
            self.rounds.goes_on()
            self.events.append(Message(source.at, text))

    def _asked(self, source: Source, payload: Mapping[str, Any]) -> None:
        message = payload.get("message")
        words = message if isinstance(message, str) else joined(payload.get("content"))
        if words.startswith(_NOT_ASKED):
            return
        self.begun(source)
        key = "message" if isinstance(message, str) else "text"
        self.events.append(Prompt(source.at, source.field(key, words)))

    def _done(self, source: Source, item: Mapping[str, Any]) -> None:
        match item.get("type"):
            case "UserMessage":
                self._asked(source, item)
            case "AgentMessage":
                self._says(source, item.get("content"))
            case "CommandExecution" | "FileChange" | "McpToolCall":
                self.item(source, item)
