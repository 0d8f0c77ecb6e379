"""What a job does on the real Codex CLI when nobody watches: it waits, begins afresh, gives up, counts."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from codexjob.practice import Scenario, ScriptedModel

Scripted = Callable[[Scenario | str], ScriptedModel]
SampleRepo = Callable[[dict[str, str]], Path]
DEADLINE = 170.0
SOON = """
[policy]
unattended = "1h"
[policy.cause."limit.usage"]
wait_jitter = 1
"""
LIMIT_THEN_DONE = {
    "name": "limit_then_done",
    "task": "Write done.txt.",
    "files": {"a.txt": "a"},
    "replies": [
        [{"run": "echo one > one.txt"}],
        {
            "status": 429,
            "headers": {"x-codex-primary-used-percent": "100.0", "x-codex-primary-window-minutes": "300"},
            "body": {"error": {"type": "usage_limit_reached", "message": "reached", "plan_type": "plus"}},
            "resets_in": 20,
        },
        [{"run": "echo done > done.txt"}],
        [{"say": "Done: done.txt is written."}],
    ],
}


@dataclass(frozen=True)
class Lonely:
    """A job on the real Codex, in a folder with settings of its own."""

    codex: Path
    home: Path
    repo: Path
    folder: Path
    model: ScriptedModel

    def run(self, *options: str, codex_args: tuple[str, ...] | None = None) -> Any:
        """Run the job to its end, and give its last summary."""
        quick = self.model.codex_arguments(request_max_retries=1, stream_max_retries=1)
        command = (
            sys.executable, "-P", "-m", "codexjob", "run", "--repo", str(self.repo), "--format", "json",
            "--task", self.model.scenario.task, "--log-dir", "runs", "--codex", str(self.codex),
            "--event-stream", "events", *options, "--", *(quick if codex_args is None else codex_args),
        )  # fmt: skip
        return json.loads(self.call(command))

    def call(self, command: Sequence[str]) -> str:
        """Run a command in the job's folder, and give what it prints."""
        state = {"CODEX_HOME": str(self.home), "CODEXJOB_STATE_DIR": str(self.folder / "state"), "TZ": "UTC"}
        done = subprocess.run(
            command, cwd=self.folder, env=os.environ | state, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=DEADLINE, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    def verdict(self, run: dict[str, Any]) -> dict[str, Any]:
        """Read the verdict of a run."""
        found: dict[str, Any] = json.loads(
            (self.folder / "runs" / f"codex-run-{run['run_id']}.verdict.json").read_bytes()
        )
        return found

    def events(self) -> list[dict[str, Any]]:
        """Read the events that were told."""
        return [json.loads(line) for line in (self.folder / "events").read_text().splitlines()]


@pytest.fixture
def lonely(
    codex: Path, codex_home: Path, scripted: Scripted, sample_repo: SampleRepo, tmp_path: Path
) -> Callable[..., Lonely]:
    def make(scenario: Scenario | str, settings: str = "") -> Lonely:
        model = scripted(scenario)
        folder = tmp_path / "here"
        folder.mkdir()
        (folder / "codexjob.toml").write_text(settings)
        return Lonely(codex, codex_home, sample_repo(model.scenario.files), folder, model)

    return make


def test_a_usage_limit_is_waited_for_until_the_rollouts_time_and_the_session_goes_on(
    lonely: Callable[..., Lonely],
) -> None:
    job = lonely(Scenario.model_validate(LIMIT_THEN_DONE), SOON)
    summary = job.run("--max-retries", "0")
    first, second = summary["runs"]
    spent = job.verdict(first)
    assert (spent["cause"], spent["action_taken"]) == ("limit.usage", "retry_later")
    assert (second["kind"], second["session_id"]) == ("resume", first["session_id"])
    assert (summary["job_success"], (job.repo / "done.txt").read_text()) == (True, "done\n")
    starts = [event["timestamp"] for event in job.events() if event["type"] == "run.started"]
    # Codex prints whole minutes; only its rollout knows the second.
    resets_at = datetime.fromisoformat(spent["retry_at"])
    began, again = map(datetime.fromisoformat, starts)
    assert 10 < (resets_at - began).total_seconds() < 60
    assert 0 <= (again - resets_at).total_seconds() < 60
    # Each reply of the model counts 1200 tokens: Codex counts those of the thread, the verdict the run's.
    assert job.verdict(second)["tokens"]["input"] == 2400


def test_an_unknown_session_is_begun_afresh_with_a_brief(lonely: Callable[..., Lonely]) -> None:
    job = lonely("success")
    (job.repo / "half done.txt").write_text("left by the session before\n")
    summary = job.run("--resume", "01a203d0-36eb-7fb2-84a4-f3daf3bd1049")
    first, second = summary["runs"]
    assert (first["cause"], second["kind"], summary["job_success"]) == (
        "session.unknown",
        "fresh_session",
        True,
    )
    meta = json.loads((job.folder / "runs" / f"codex-run-{second['run_id']}.meta.json").read_bytes())
    assert meta["task"].startswith(job.model.scenario.task)
    assert "session.unknown" in meta["task"]
    assert "Changed so far, by git:\n" in meta["task"]
    assert " half done.txt | new" in meta["task"]
    (acted,) = [event["data"] for event in job.events() if event["data"].get("next_kind") == "fresh_session"]
    assert acted["why"] == "the session is not resumed: Codex does not know it"


def test_a_dead_network_is_ended_by_the_no_progress_limit_and_told_as_network(
    lonely: Callable[..., Lonely],
) -> None:
    job = lonely("success")
    args = tuple(arg.replace(job.model.url, "http://127.0.0.1:9") for arg in job.model.codex_arguments())
    assert any("127.0.0.1:9" in arg for arg in args)
    summary = job.run("--no-progress", "20s", "--max-retries", "0", codex_args=args)
    verdict = job.verdict(summary["runs"][0])
    assert (verdict["verdict"], verdict["cause"], verdict["action"]) == (
        "environmental",
        "network.unreachable",
        "resume",
    )
    assert (verdict["ended_by"], verdict["action_taken"]) == ("no_progress", "stop")


def test_a_spent_account_holds_another_job_back_until_it_opens_and_charges_no_attempt(
    lonely: Callable[..., Lonely],
) -> None:
    job = lonely(Scenario.model_validate(LIMIT_THEN_DONE), SOON)
    spent = job.run("--max-retries", "0", "--unattended", "1s")
    verdict = job.verdict(spent["runs"][0])
    assert (len(spent["runs"]), verdict["action_taken"]) == (1, "retry_later")
    done = job.run("--max-retries", "0")
    assert (done["job_success"], [run["kind"] for run in done["runs"]]) == (True, ["first"])
    starts = [event["timestamp"] for event in job.events() if event["type"] == "run.started"]
    assert datetime.fromisoformat(starts[1]) >= datetime.fromisoformat(verdict["retry_at"])


BUSY = {
    "name": "busy",
    "task": "Look around for long.",
    "files": {"a.txt": "a"},
    # Codex writes down what a reply used when the commands of the reply are done.
    "replies": [*[[{"run": "ls"}]] * 3, [{"run": "sleep 60"}], [{"say": "Done."}]],
}


def test_a_limit_on_tokens_interrupts_politely_and_keeps_the_session(lonely: Callable[..., Lonely]) -> None:
    job = lonely(Scenario.model_validate(BUSY))
    summary = job.run("--max-tokens", "3000")
    (run,) = summary["runs"]
    verdict = job.verdict(run)
    assert (verdict["cause"], verdict["ended_by"]) == ("interrupted.budget", "budget")
    assert verdict["signal"] is None, "Codex ended by itself once it was interrupted"
    assert verdict["tokens"]["total"] == 4 * 1280
    assert run["session_id"] is not None
    (ended,) = [event["data"] for event in job.events() if event["type"] == "job.finished"]
    assert "5120 tokens of 3000 (--max-tokens)" in ended["advice"]
    assert summary["cost"] is not None
    assert summary["cost"] > 0
    assert summary["job_cost"] == summary["cost"]


def test_a_wait_for_a_limit_goes_on_after_its_supervisor_died(lonely: Callable[..., Lonely]) -> None:
    job = lonely(Scenario.model_validate(LIMIT_THEN_DONE), SOON)
    job.run("--max-retries", "0", "--detach")
    (state,) = (job.folder / "runs").glob("*.state.json")
    until = time.monotonic() + DEADLINE
    while "waits until" not in (json.loads(state.read_bytes())["note"] or ""):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert json.loads(state.read_bytes())["state"] == "queued"
    run_id = state.name.removeprefix("codex-run-").removesuffix(".state.json")
    heartbeat = json.loads(state.with_name(f"codex-run-{run_id}.heartbeat.json").read_bytes())
    os.kill(heartbeat["supervisor"]["pid"], signal.SIGKILL)
    assert f"run {run_id} goes on" in job.call((sys.executable, "-P", "-m", "codexjob", "recover"))
    job.call((sys.executable, "-P", "-m", "codexjob", "wait", run_id))
    kept = json.loads(state.read_bytes())
    assert (kept["state"], len(kept["runs"])) == ("finished", 2)
    assert (job.repo / "done.txt").exists()
