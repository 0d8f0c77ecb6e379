"""Play a scenario to the real Codex CLI, as the model behind a provider of its configuration."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from codexjob.practice.scenario import Reply, Scenario
from codexjob.practice.server import LoopbackServer
from codexjob.practice.stream import EventStream, HttpAnswer, error_answer, render
from codexjob.practice.tools import NoToolError, offered_tools

PROVIDER: Final = "practice"


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One request that Codex made: which reply it got (from 0; None: none was left), and what it said.

    `thread` is Codex's session, `body` the JSON text of the request.
    """

    number: int
    reply: int | None
    thread: str
    tools: tuple[str, ...]
    body: str


class ScriptedModel:
    """A model that answers what its scenario says; a context manager that serves while it is open.

    A request beyond the last reply is answered with HTTP 400 and a message that says so.
    """

    def __init__(self, scenario: Scenario, *, port: int = 0, now: Callable[[], float] = time.time) -> None:
        self.scenario = scenario
        self._now = now
        self._progress = _Progress(scenario.replies)
        self._requests: list[ModelRequest] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = LoopbackServer(self._respond, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.stop()
        self._thread.join()

    @property
    def url(self) -> str:
        """The base URL, as Codex's configuration wants it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def requests(self) -> tuple[ModelRequest, ...]:
        """The model requests so far, in the order they came."""
        with self._lock:
            return tuple(self._requests)

    @property
    def unplayed(self) -> int:
        """The number of replies that no request has got yet."""
        with self._lock:
            return self._progress.unplayed

    def codex_arguments(
        self,
        *,
        model: str | None = None,
        request_max_retries: int | None = None,
        stream_max_retries: int | None = None,
    ) -> tuple[str, ...]:
        """Write the `-c` overrides that point `codex exec` here; they stand before `resume` and the prompt.

        Without `model` it is the default model of this Codex version; retries are Codex's own defaults (4 and
        5) unless given, so that a test need not wait for them.
        """
        provider = {"name": PROVIDER, "base_url": self.url, "wire_api": "responses"}
        retries = {"request_max_retries": request_max_retries, "stream_max_retries": stream_max_retries}
        given = {**provider, **{key: value for key, value in retries.items() if value is not None}}
        table = ", ".join(f"{key} = {json.dumps(value)}" for key, value in given.items())
        settings = [f'model_provider="{PROVIDER}"', f"model_providers.{PROVIDER}={{{table}}}"]
        settings += [f"model={json.dumps(model)}"] if model else []
        return tuple(part for setting in settings for part in ("-c", setting))

    def _respond(self, body: Mapping[str, Any]) -> HttpAnswer | EventStream:
        tools, turn = offered_tools(body), _turn(body)
        with self._lock:
            place = self._progress.take(turn)
            number = len(self._requests) + 1
            self._requests.append(ModelRequest(number, place, turn.thread, tuple(tools), json.dumps(body)))
        self._stopping.wait(self.scenario.pause)
        if place is None:
            return error_answer(400, f"scenario {self.scenario.name}: no reply is left for request {number}")
        try:
            return render(self.scenario.replies[place], tools, number, self._now)
        except NoToolError as err:
            return error_answer(400, f"scenario {self.scenario.name}, reply {place + 1}: {err}")


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn of a session; `prompts` counts the messages of the user so far."""

    thread: str
    prompts: int


class _Progress:
    """Which reply is next: the one piece of state of a scenario that is being played."""

    def __init__(self, replies: tuple[Reply, ...]) -> None:
        self._replies = replies
        self._place = -1
        self._played = 0
        self._turn = _Turn("", 0)

    @property
    def unplayed(self) -> int:
        return max(0, len(self._replies) - self._place - 1)

    def take(self, turn: _Turn) -> int | None:
        if self._place < 0 or self._is_used_up(turn):
            self._place, self._played = min(self._place + 1, len(self._replies)), 0
        self._turn, self._played = turn, self._played + 1
        return self._place if self._place < len(self._replies) else None

    def _is_used_up(self, turn: _Turn) -> bool:
        if self._place >= len(self._replies):
            return True
        match self._replies[self._place].repeat:
            case "forever":
                return False
            case "turn":
                return turn != self._turn
            case "session":
                return turn.thread != self._turn.thread
            case int() as times:
                return self._played >= times


def _turn(body: Mapping[str, Any]) -> _Turn:
    """Tell turns apart: a new one adds a message of the user to its thread, a repeated request does not."""
    given = body.get("input")
    items = given if isinstance(given, list) else []
    users = [item for item in items if isinstance(item, dict) and item.get("role") == "user"]
    return _Turn(str(body.get("prompt_cache_key", "")), len(users))
