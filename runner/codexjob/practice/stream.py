"""Write a reply as the server-sent events of the Responses API, or as a plain HTTP answer."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, assert_never

from codexjob.practice.scenario import Reply, Usage
from codexjob.practice.steps import (
    Answer,
    Call,
    Cut,
    Failed,
    Hang,
    Incomplete,
    Patch,
    Run,
    Say,
    Step,
    Think,
)
from codexjob.practice.tools import Item, Tool, tool_call

_USED: Final = "-used-percent"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A plain answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EventStream:
    """The events of a stream, already encoded; after them it ends, or `hangs`."""

    events: tuple[bytes, ...]
    hangs: bool = False


def render(
    reply: Reply, tools: Mapping[str, Tool], number: int, now: Callable[[], float]
) -> HttpAnswer | EventStream:
    """Write what the `number`-th request is answered with.

    Raises:
        NoToolError: A step needs a tool that Codex does not offer.
    """
    match reply.steps:
        case (Answer() as answer,):
            return http_answer(answer, now())
        case steps:
            response: Item = {"id": f"resp_{number}", "object": "response"}
            begun = {"type": "response.created", "response": {**response, "status": "in_progress"}}
            told = [begun, *_told(reply, tools, response)]
            return EventStream(tuple(_encoded(event) for event in told), isinstance(steps[-1], Hang))


def http_answer(answer: Answer, now: float) -> HttpAnswer:
    """Write a plain answer; a mapping becomes JSON."""
    if isinstance(answer.body, str) and answer.resets_in is None:
        return HttpAnswer(answer.status, answer.body.encode(), tuple(answer.headers.items()))
    body: Item = dict(answer.body) if isinstance(answer.body, dict) else {"error": {"message": answer.body}}
    if answer.resets_in is not None:
        error = body.get("error")
        known = error if isinstance(error, dict) else {}
        body["error"] = {**known, "resets_at": round(now) + answer.resets_in}
    headers = {"content-type": "application/json", **answer.headers, **_reset_headers(answer, now)}
    return HttpAnswer(answer.status, json.dumps(body).encode(), tuple(headers.items()))


def _reset_headers(answer: Answer, now: float) -> dict[str, str]:
    """Say for each window of a limit whose use the headers tell when it opens again."""
    if answer.resets_in is None:
        return {}
    windows = (name.removesuffix(_USED) for name in answer.headers if name.endswith(_USED))
    return {f"{window}-reset-at": str(round(now) + answer.resets_in) for window in windows}


def error_answer(status: int, message: str) -> HttpAnswer:
    """Write an error of this server's own in the shape of the API's errors."""
    body = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": "scenario"}}
    return http_answer(Answer(status=status, body=body), time.time())


def _told(reply: Reply, tools: Mapping[str, Tool], response: Item) -> Iterator[Item]:
    for place, step in enumerate(reply.steps):
        yield from _step(step, tools, response, place)
    if not isinstance(reply.steps[-1], (Failed, Incomplete, Cut, Hang)):
        done = {**response, "status": "completed", "output": [], "usage": _usage(reply.usage)}
        yield {"type": "response.completed", "response": done}


def _step(step: Step, tools: Mapping[str, Tool], response: Item, place: int) -> Iterator[Item]:
    name = f"{response['id']}_{place}"
    match step:
        case Say(say=text):
            content = [{"type": "output_text", "text": text, "annotations": []}]
            yield _item(
                place, {"type": "message", "id": f"msg_{name}", "role": "assistant", "content": content}
            )
        case Think(think=text):
            summary = [{"type": "summary_text", "text": text}]
            yield _item(place, {"type": "reasoning", "id": f"rs_{name}", "summary": summary})
        case Run() | Patch() | Call():
            yield _item(place, tool_call(step, tools, f"call_{name}"))
        case Failed(failed=failure):
            error = {"code": failure.code, "message": failure.message}
            yield {"type": "response.failed", "response": {**response, "status": "failed", "error": error}}
        case Incomplete(incomplete=reason):
            stopped = {**response, "status": "incomplete", "incomplete_details": {"reason": reason}}
            yield {"type": "response.incomplete", "response": stopped}
        case Cut() | Hang() | Answer():
            return
        case _:
            assert_never(step)


def _item(place: int, item: Item) -> Item:
    return {"type": "response.output_item.done", "output_index": place, "item": item}


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.input + usage.output,
    }


def _encoded(event: Item) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
