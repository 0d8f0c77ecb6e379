import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from codexjob.practice import PracticeError, Scenario, ScriptedModel, codex_home, sample_repository
from codexjob.practice.play import play

SHELL = [{"type": "function", "name": "exec_command"}]


def scenario(*replies: Any) -> Scenario:
    return Scenario.model_validate({"name": "test", "pause": 0, "replies": replies})


def request(prompts: int = 1, thread: str = "t") -> dict[str, Any]:
    said = [{"type": "message", "role": "user", "content": []}] * prompts
    return {"input": said, "tools": SHELL, "prompt_cache_key": thread}


def send(
    model: ScriptedModel, body: Any, *, path: str = "/responses", method: str = "POST", **headers: str
) -> tuple[int, str]:
    where = urlsplit(model.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, where.path + path, raw, headers)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


@pytest.fixture
def hello() -> Iterator[ScriptedModel]:
    with ScriptedModel(scenario([{"think": "hm"}, {"say": "hello"}])) as model:
        yield model


def test_a_reply_is_a_stream_of_events_with_its_usage(hello: ScriptedModel) -> None:
    status, text = send(hello, request())
    told = events(text)
    assert status == 200
    assert [event["type"].removeprefix("response.") for event in told] == [
        "created", "output_item.done", "output_item.done", "completed",
    ]  # fmt: skip
    assert told[2]["item"]["content"][0]["text"] == "hello"
    assert told[-1]["response"]["usage"]["total_tokens"] == 1280


def test_the_request_after_the_last_reply_is_told_so_and_recorded(hello: ScriptedModel) -> None:
    send(hello, request())
    status, text = send(hello, request())
    assert (status, "no reply is left for request 2" in text) == (400, True)
    assert [(made.number, made.reply, made.tools) for made in hello.requests] == [
        (1, 0, ("exec_command",)),
        (2, None, ("exec_command",)),
    ]
    assert hello.unplayed == 0


def test_a_repeated_reply_lasts_for_its_number_its_turn_or_its_session() -> None:
    replies = [{"say": "a", "repeat": 2}, {"say": "b", "repeat": "turn"}, {"say": "c", "repeat": "session"}]
    asked = [(1, "t"), (1, "t"), (1, "t"), (1, "t"), (2, "t"), (3, "t"), (1, "u"), (1, "u")]
    with ScriptedModel(scenario(*replies, {"say": "d", "repeat": "forever"})) as model:
        for prompts, thread in asked:
            send(model, request(prompts, thread))
        assert [made.reply for made in model.requests] == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ({"cut": True}, "response.output_item.done"),
        ({"failed": {"code": "c", "message": "m"}}, "response.failed"),
        ({"incomplete": "max_output_tokens"}, "response.incomplete"),
    ],
)
def test_a_broken_stream_never_completes(end: dict[str, Any], last: str) -> None:
    with ScriptedModel(scenario([{"say": "a"}, end])) as model:
        assert events(send(model, request())[1])[-1]["type"] == last


def test_a_status_answers_with_its_headers_and_body_and_the_time_of_the_reset() -> None:
    limit = {"status": 429, "headers": {"x-a": "b"}, "body": {"error": {"type": "usage"}}, "resets_in": 60}
    with ScriptedModel(scenario(limit, {"status": 502, "body": "<html>"}), now=lambda: 1000.4) as model:
        assert send(model, request()) == (429, '{"error": {"type": "usage", "resets_at": 1060}}')
        assert send(model, request()) == (502, "<html>")


def test_a_step_without_its_tool_is_told_with_its_place() -> None:
    with ScriptedModel(scenario({"run": "ls"})) as model:
        status, text = send(model, {"input": []})
    assert (status, "scenario test, reply 1: Codex offers no shell tool" in text) == (400, True)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_request_is_refused_and_not_counted(hello: ScriptedModel, body: bytes) -> None:
    assert send(hello, body)[0] == 400
    assert hello.requests == ()


def test_a_body_without_a_sane_length_is_refused(hello: ScriptedModel) -> None:
    assert send(hello, b"", **{"Content-Length": "99999999999999"})[0] == 413
    assert send(hello, b"", **{"Content-Length": "-1"})[0] == 411


def test_what_codex_asks_beside_the_model_is_answered_quietly(
    hello: ScriptedModel, capfd: pytest.CaptureFixture[str]
) -> None:
    assert send(hello, b"", path="/models?client_version=1", method="GET")[0] == 200
    assert send(hello, b"", method="GET", Upgrade="websocket", Connection="Upgrade")[0] == 426
    assert send(hello, b"", path="/elsewhere", method="GET")[0] == 404
    assert send(hello, {}, path="/elsewhere")[0] == 404
    assert hello.requests == ()
    assert capfd.readouterr() == ("", "")


def test_a_hanging_reply_ends_at_once_when_the_model_stops() -> None:
    with ScriptedModel(scenario({"hang": True})) as model:
        where = urlsplit(model.url)
        body = json.dumps(request()).encode()
        waiting = socket.create_connection((where.hostname, where.port), timeout=10)
        waiting.sendall(b"POST /v1/responses HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        assert b"200 OK" in waiting.recv(100)
        begun = time.monotonic()
    while waiting.recv(4096):
        pass
    waiting.close()
    assert time.monotonic() - begun < 2


def test_many_requests_at_once_each_get_a_reply_of_their_own() -> None:
    with ScriptedModel(scenario(*({"say": str(n)} for n in range(16)))) as model:
        threads = [threading.Thread(target=send, args=(model, request())) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [made.reply for made in model.requests] == list(range(16))


def test_the_arguments_name_the_provider_and_only_the_retries_asked_for(
    hello: ScriptedModel,
) -> None:
    plain = hello.codex_arguments()
    assert plain[::2] == ("-c", "-c")
    assert hello.url in plain[3]
    assert "retries" not in plain[3]
    quick = hello.codex_arguments(model="m", request_max_retries=0, stream_max_retries=1)
    assert "request_max_retries = 0, stream_max_retries = 1" in quick[3]
    assert quick[5] == 'model="m"'


def test_playing_tells_the_command_to_paste_until_it_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "it's.yaml"
    path.write_text("name: paste\ntask: Don't stop.\nfiles: {a/b.txt: b}\nreplies: [say: hello]\n")
    told: list[str] = []
    stop = threading.Event()
    stop.set()
    play(path, folder=tmp_path / "my play", tell=told.append, until=stop)
    assert "exec -s workspace-write -C " in told[1]
    assert """'Don'"'"'t stop.' </dev/null""" in told[1]
    assert (tmp_path / "my play" / "repo" / "a" / "b.txt").read_text() == "b"
    assert (tmp_path / "my play" / "home" / "config.toml").exists()


def test_a_folder_in_use_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(PracticeError, match="is not empty"):
        sample_repository(tmp_path, {"kept.txt": "lost"})
    assert (tmp_path / "kept.txt").read_text() == "kept"
    with pytest.raises(PracticeError, match="cannot prepare Codex's home"):
        codex_home(tmp_path / "kept.txt")


def test_a_missing_git_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PracticeError, match="git is not installed"):
        sample_repository(tmp_path / "repo", {})
