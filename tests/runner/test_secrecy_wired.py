"""No secret reaches a file of a run, and Codex gets no variable that it was not given."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from codexjob.interrupt import Interrupts
from codexjob.launch import Surroundings, launch
from codexjob.life.create import create
from codexjob.life.store import Asked
from codexjob.life.supervisor import LifeSetting, supervise
from codexjob.request import JobRequest, RunRequest
from codexjob.secrecy.environment import codex_environment

Job = Callable[..., JobRequest]
FakeCodex = Callable[[str], Path]
PHRASE = "correct-horse-battery"
SAYING = f"""
session()
message = {{"id": "1", "type": "agent_message", "text": "say {PHRASE}\\n"}}
line = json.dumps({{"type": "item.completed", "item": message}})
for piece in (line[:80], line[80:90], line[90:] + "\\n"):
    sys.stdout.write(piece); sys.stdout.flush(); time.sleep(0.02)
for piece in ("key ghp_" + "a" * 10, "a" * 26 + " and {PHRASE[:9]}", "{PHRASE[9:]}"):
    sys.stderr.write(piece); sys.stderr.flush(); time.sleep(0.02)
done()
"""


def test_no_secret_reaches_a_file_also_when_it_comes_in_pieces(
    around: Surroundings, job: Job, fake_codex: FakeCodex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", PHRASE)
    request = job(fake_codex(SAYING), task=f"use {PHRASE}", codex_args=("-c", f"a={PHRASE}"))
    outcome = launch(RunRequest(request, "first", request.task), around)
    for path in outcome.files.folder.iterdir():
        assert PHRASE.encode() not in path.read_bytes(), path
    stderr = outcome.files.stderr.read_text()
    assert stderr == "key [redacted:github] and [redacted:MY_TOKEN]"
    events = [json.loads(line) for line in outcome.files.jsonl.read_text().splitlines()]
    assert events[2]["item"]["text"] == "say [redacted:MY_TOKEN]\n"
    assert events[-1]["type"] == "turn.completed"
    assert "asked: use [redacted:MY_TOKEN]" in outcome.files.log.read_text()
    assert json.loads(outcome.files.meta.read_text())["task"] == "use [redacted:MY_TOKEN]"


def test_codex_gets_the_task_as_it_was_given(
    around: Surroundings, job: Job, fake_codex: FakeCodex, monkeypatch: pytest.MonkeyPatch, repo: Path
) -> None:
    monkeypatch.setenv("MY_TOKEN", PHRASE)
    request = job(
        fake_codex(f"open({str(repo / 'asked')!r}, 'w').write(prompt)\nsession()\ndone()"), task=PHRASE
    )
    launch(RunRequest(request, "first", request.task), around)
    assert (repo / "asked").read_text() == PHRASE


def test_codex_gets_only_what_it_needs_and_what_was_named(
    around: Surroundings, job: Job, fake_codex: FakeCodex, monkeypatch: pytest.MonkeyPatch, repo: Path
) -> None:
    for name in (
        "MY_TOKEN",
        "OTHER_ONE",
        "OPENAI_API_KEY",
        "CODEXJOB_WEBHOOK_SECRET",
        "CARGO_REGISTRY_TOKEN",
    ):
        monkeypatch.setenv(name, f"value-of-{name}")
    body = f"json.dump(dict(os.environ), open({str(repo / 'env')!r}, 'w'))\nsession()\ndone()"
    request = job(fake_codex(body), env=("MY_*",))
    launch(RunRequest(request, "first", request.task), around)
    seen: dict[str, Any] = json.loads((repo / "env").read_text())
    assert {"MY_TOKEN", "OPENAI_API_KEY", "PATH", "CODEXJOB_RUN_ID"} <= set(seen)
    assert not {"OTHER_ONE", "CODEXJOB_WEBHOOK_SECRET", "CARGO_REGISTRY_TOKEN"} & set(seen)


def test_variables_that_codex_is_told_to_take_its_keys_from_are_handed_on(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[model_providers.mine]\nenv_key = "MINE"\nenv_http_headers = { "X-A" = "HEADER_KEY" }\n'
        '[mcp_servers.a]\nbearer_token_env_var = "MCP_KEY"\nenv_vars = ["MCP_OTHER"]\n'
    )
    environ = dict.fromkeys(("MINE", "HEADER_KEY", "MCP_KEY", "MCP_OTHER", "GIVEN", "ELSE"), "x")
    args = ("-c", 'model_providers.b.env_key="GIVEN"')
    assert set(codex_environment(environ | {"CODEX_HOME": str(tmp_path)}, (), args)) == {
        "CODEX_HOME", "MINE", "HEADER_KEY", "MCP_KEY", "MCP_OTHER", "GIVEN",
    }  # fmt: skip


def test_a_configuration_that_cannot_be_read_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("= nonsense")
    assert codex_environment({"CODEX_HOME": str(tmp_path), "A": "b"}) == {"CODEX_HOME": str(tmp_path)}


def test_a_star_hands_everything_on() -> None:
    assert codex_environment(os.environ, ("*",)) == dict(os.environ)


def test_what_was_asked_keeps_a_secret_only_as_long_as_the_job_needs_it(
    folder: Path, job: Job, fake_codex: FakeCodex, monkeypatch: pytest.MonkeyPatch, make_verdict: Any
) -> None:
    monkeypatch.setenv("MY_TOKEN", PHRASE)
    monkeypatch.setenv("CODEXJOB_STATE_DIR", str(folder / "state"))
    asked = Asked(job(fake_codex("session()\ndone()"), task=f"use {PHRASE}"), folder, 1)
    held = create(folder, asked)
    assert PHRASE in held.files.asked.read_text()
    outcome = supervise(held, asked, LifeSetting(lambda: lambda _: make_verdict(), Interrupts()))
    assert outcome.exit_status == 0
    assert "use [redacted:MY_TOKEN]" in held.files.asked.read_text()


def test_what_is_printed_of_a_job_holds_no_secret(
    repo: Path, folder: Path, fake_codex: FakeCodex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", PHRASE)
    monkeypatch.setenv("CODEXJOB_STATE_DIR", str(folder / "state"))
    codex = fake_codex(f"session()\nsay('turn.failed', error={{'message': 'stream disconnected: {PHRASE}'}})")
    given = ("--repo", str(repo), "--task", PHRASE, "--codex", str(codex), "--log-dir", str(folder))
    for form in ("text", "json"):
        done = subprocess.run(
            (sys.executable, "-m", "codexjob", "run", *given, "--max-retries", "0", "--format", form),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        assert PHRASE not in done.stdout + done.stderr
        assert "stream disconnected" in done.stdout
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert PHRASE.encode() not in path.read_bytes(), path
