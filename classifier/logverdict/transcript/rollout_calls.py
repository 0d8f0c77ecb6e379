"""The calls of a rollout file: where each was made, and where its result stands."""

import json
from collections.abc import Mapping
from typing import Any, Final

from logverdict.events import Command, CommandStatus, Event, Patch, PatchStatus, Plan, Text, Tool, ToolStatus
from logverdict.record import replace
from logverdict.transcript.calls import Call, call_of, patched_paths, plan_of, script_of
from logverdict.transcript.literal import decoded, printable
from logverdict.transcript.outcome import Outcome, outcome_of
from logverdict.transcript.records import table
from logverdict.transcript.rounds import Rounds
from logverdict.transcript.source import Source, text_of, whole_number

_FILE: Final = "file://"


class Calls:
    """The events read so far, and the calls among them: by name, and by the process that still runs."""

    __slots__ = ("directory", "events", "open", "rounds", "running")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.rounds = Rounds(needs_words=True)
        self.open: dict[str, int] = {}
        self.running: dict[int, int] = {}
        self.directory: str | None = None

    def call(self, source: Source, payload: Mapping[str, Any]) -> None:
        """Read what the model asked for."""
        asked = call_of(payload)
        self.rounds.work()
        position = self.running.get(asked.process) if asked.process is not None else None
        if position is None:
            position = len(self.events)
            self.events.append(self._called(source, asked))
        name = text_of(payload.get("call_id")) or text_of(payload.get("id"))
        if name is not None:
            self.open[name] = position

    def _called(self, source: Source, asked: Call) -> Event:
        if asked.patch is not None:
            return Patch(source.at, patched_paths(asked.patch, asked.cwd or self.directory), "in_progress")
        if asked.script is not None:
            directory = asked.cwd or self.directory
            return Command(source.at, source.whole(asked.script), "in_progress", cwd=directory)
        if asked.name == "update_plan":
            words, steps, done = plan_of(table(decoded(asked.arguments)).get("plan"))
            return Plan(source.at, source.whole(words), steps, done)
        return Tool(source.at, asked.name, "in_progress", source.whole(asked.arguments))

    def result(self, source: Source, payload: Mapping[str, Any]) -> None:
        """Read what Codex answered to a call."""
        position = self.open.get(text_of(payload.get("call_id")) or "")
        if position is None:
            self.events.append(source.other())
            return
        self.rounds.answer()
        outcome = outcome_of(payload.get("output"))
        if outcome.running is not None:
            self.running[outcome.running] = position
        self.events[position] = _answered(source, self.events[position], outcome)

    def searched(self, source: Source, payload: Mapping[str, Any]) -> None:
        """Read a search of the web."""
        self.rounds.work()
        query = text_of(table(payload.get("action")).get("query"))
        text = None if query is None else source.field("query", query)
        self.events.append(Tool(source.at, "web_search", "completed", text))

    def item(self, source: Source, item: Mapping[str, Any]) -> None:
        """Read an item that was done: the call it belongs to is told by its name."""
        name = text_of(item.get("id")) or text_of(item.get("call_id"))
        position = self.open.get(name) if name is not None else None
        begun = self.events[position] if position is not None else None
        event = _item(source, item, begun)
        if event is None:
            return
        if position is not None and type(event) is type(begun):
            self.events[position] = event
        else:
            self.events.append(event)


def _output(value: Any) -> str:
    return outcome_of(table(value.get("payload", value)).get("output")).output


def _answered(source: Source, begun: Event, outcome: Outcome) -> Event:
    output = source.whole(outcome.output, _output) if outcome.output.strip() else None
    match begun:
        case Command():
            code = begun.exit_code if outcome.exit_code is None else outcome.exit_code
            return replace(
                begun, status=_command_status(outcome), exit_code=code, output=output or begun.output
            )
        case Patch() if begun.status == "in_progress":
            return replace(begun, status=_patch_status(outcome), output=output)
        case Tool() if begun.status == "in_progress":
            status: ToolStatus = "failed" if outcome.is_failed or outcome.is_aborted else "completed"
            return replace(begun, status=status, text=output)
    return begun


def _command_status(outcome: Outcome) -> CommandStatus:
    if outcome.running is not None or outcome.is_aborted:
        return "in_progress"
    if outcome.is_declined:
        return "declined"
    return "completed" if outcome.exit_code == 0 else "failed"


def _patch_status(outcome: Outcome) -> PatchStatus:
    if outcome.is_declined:
        return "declined"
    return "failed" if outcome.is_failed or outcome.is_aborted else "completed"


def _item(source: Source, item: Mapping[str, Any], begun: Event | None) -> Event | None:
    if "command" in item:
        return _command(source, item, begun if isinstance(begun, Command) else None)
    if "changes" in item:
        return _patch(source, item, begun)
    return _tool(source, item, begun)


def _command(source: Source, item: Mapping[str, Any], begun: Command | None) -> Event | None:
    script = script_of(item.get("command"))
    code = whole_number(item.get("exit_code"))
    if script is None:
        return None
    output = text_of(item.get("aggregated_output"))
    text: Text | None = source.field("aggregated_output", output) if output else None
    directory = (text_of(item.get("cwd")) or "").removeprefix(_FILE)
    status: CommandStatus = "completed" if code == 0 else "failed"
    if item.get("status") == "declined":
        status = "declined"
    if begun is not None:
        return replace(begun, status=status, exit_code=code, output=text or begun.output)
    return Command(source.at, source.whole(script), status, code, printable(directory) or None, text)


def _patch(source: Source, item: Mapping[str, Any], begun: Event | None) -> Patch:
    paths = tuple(printable(path) for path in table(item.get("changes")))
    is_done = item.get("success", item.get("status") == "completed") is True
    words = text_of(item.get("stdout" if is_done else "stderr"))
    output = source.field("stdout" if is_done else "stderr", words) if words else None
    status: PatchStatus = "completed" if is_done else "failed"
    return Patch(source.at if begun is None else begun.at, paths, status, output)


def _tool(source: Source, item: Mapping[str, Any], begun: Event | None) -> Tool:
    called = table(item.get("invocation")) or item
    name = ".".join(text_of(called.get(key)) or "" for key in ("server", "tool"))
    result = item.get("result")
    inner = table(table(result).get("Ok")) or table(result)
    is_done = item.get("status", "completed") == "completed" and bool(inner) and not inner.get("isError")
    text = source.whole(json.dumps(result, ensure_ascii=False)) if result else None
    at = source.at if begun is None else begun.at
    return Tool(at, printable(name), "completed" if is_done else "failed", text)
