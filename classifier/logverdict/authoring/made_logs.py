"""Make small logs of given words: the near misses that every rule should have, and examples for a table."""

import json
from typing import Final

_SESSION: Final = '{"type":"thread.started","thread_id":"0199aaaa-0000-7000-8000-000000000001"}'
_STARTED: Final = '{"type":"turn.started"}'
_COMPLETED: Final = (
    '{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":0,"output_tokens":5}}'
)
DONE: Final = "Done."


def failed_run(error: str) -> str:
    """Make a run whose turn failed with an error."""
    said = {"message": error}
    return _log({"type": "error", **said}, {"type": "turn.failed", "error": said})


def finished_run(*events: dict[str, object], message: str = DONE) -> str:
    """Make a run that came to its end with a message, after some events."""
    return _log(*events, said(message)) + f"{_COMPLETED}\n"


def cut_run() -> str:
    """Make a run whose record stops after it began."""
    return _log()


def traced_run(text: str, *, finished: bool) -> str:
    """Make a run with a line on its standard error."""
    trace = f"2026-01-05T10:00:00.000000Z ERROR codex_core::exec: {text}\n"
    return f"{_log()}{trace}" + (finished_run().removeprefix(_log()) if finished else "")


def said(message: str) -> dict[str, object]:
    """Make a message of the agent."""
    return _item("agent_message", text=message)


def command(output: str, exit_code: int, script: str = "./tools/release") -> dict[str, object]:
    """Make a command that ended."""
    status = "completed" if exit_code == 0 else "failed"
    return _item(
        "command_execution",
        command=script,
        aggregated_output=output,
        exit_code=exit_code,
        status=status,
    )


def _item(kind: str, **fields: object) -> dict[str, object]:
    return {"type": "item.completed", "item": {"type": kind, **fields}}


def _log(*events: dict[str, object]) -> str:
    numbered = (_numbered(event, number) for number, event in enumerate(events))
    lines = (json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in numbered)
    return "\n".join((_SESSION, _STARTED, *lines, ""))


def _numbered(event: dict[str, object], number: int) -> dict[str, object]:
    item = event.get("item")
    return {**event, "item": {"id": f"item_{number}", **item}} if isinstance(item, dict) else event
