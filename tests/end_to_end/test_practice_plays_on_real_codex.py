import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from codexjob.practice import Scenario, ScriptedModel

Scripted = Callable[[Scenario | str], ScriptedModel]
SampleRepo = Callable[[dict[str, str]], Path]
BOTH = pytest.mark.parametrize("codex", ["0.120.0", "0.169.0"], indirect=True)


@dataclass(frozen=True)
class Played:
    """What one `codex exec --json` left behind."""

    exit_status: int
    events: tuple[dict[str, Any], ...]
    stderr: str

    @property
    def last(self) -> dict[str, Any]:
        """The last event."""
        return self.events[-1]

    def items(self, kind: str) -> list[dict[str, Any]]:
        """The completed items of one type, in the order of their ends."""
        done = [event["item"] for event in self.events if event["type"] == "item.completed"]
        return [item for item in done if item["type"] == kind]


@dataclass(frozen=True)
class Stage:
    """One scenario, ready to be played in its repository."""

    codex: Path
    home: Path
    repo: Path
    model: ScriptedModel

    def play(self, *prompt: str, limit: float = 60, settings: tuple[str, ...] = ()) -> Played:
        """Run Codex once, with as few retries as show that there are any."""
        quick = self.model.codex_arguments(request_max_retries=1, stream_max_retries=1)
        words = [str(self.codex), "exec", "--json", "-s", "workspace-write", "-C", str(self.repo)]
        started = subprocess.Popen(
            [*words, *quick, *settings, *(prompt or (self.model.scenario.task,))],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "CODEX_HOME": str(self.home)}, start_new_session=True,
        )  # fmt: skip
        try:
            out, err = started.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            # The whole group: the program on PATH is a shim, and killing it alone leaves Codex running.
            os.killpg(started.pid, signal.SIGKILL)
            started.communicate()
            raise
        return Played(started.returncode, tuple(json.loads(line) for line in out.splitlines()), err)


@pytest.fixture
def stage(
    codex: Path, codex_home: Path, sample_repo: SampleRepo, scripted: Scripted
) -> Callable[[Scenario | str], Stage]:
    def set_up(scenario: Scenario | str) -> Stage:
        model = scripted(scenario)
        return Stage(codex, codex_home, sample_repo(model.scenario.files), model)

    return set_up


def is_green(repo: Path) -> bool:
    done = subprocess.run(
        [sys.executable, "-B", "-m", "unittest"], cwd=repo, capture_output=True, check=False
    )
    return done.returncode == 0


@BOTH
def test_a_task_is_done_well_although_a_misquoted_check_failed(stage: Callable[[str], Stage]) -> None:
    noisy = stage("accepted_with_noise")
    assert not is_green(noisy.repo)
    played = noisy.play()
    assert (played.exit_status, played.last["type"]) == (0, "turn.completed")
    codes = {item["command"]: item["exit_code"] for item in played.items("command_execution")}
    assert 2 in codes.values()
    assert played.items("command_execution")[-1]["exit_code"] == 0
    assert played.items("file_change")[0]["status"] == "completed"
    assert is_green(noisy.repo)
    assert noisy.model.unplayed == 0


@BOTH
def test_red_tests_are_left_with_exit_status_0_and_repaired_by_the_review(
    stage: Callable[[str], Stage],
) -> None:
    red = stage("red_tests_repaired")
    first = red.play()
    assert (first.exit_status, first.last["type"]) == (0, "turn.completed")
    assert first.items("command_execution")[-1]["exit_code"] == 1
    assert not is_green(red.repo)
    thread = first.events[0]["thread_id"]
    review = red.play("resume", thread, "Check your work and finish it.")
    assert (review.exit_status, review.events[0]["thread_id"]) == (0, thread)
    assert review.items("command_execution")[-1]["exit_code"] == 0
    assert is_green(red.repo)
    assert red.model.unplayed == 0


@BOTH
def test_a_stream_is_cut_until_codex_gives_up_and_the_resumed_session_finishes(
    stage: Callable[[str], Stage],
) -> None:
    cut = stage("stream_cut_resumed")
    first = cut.play()
    assert (first.exit_status, first.last["type"]) == (1, "turn.failed")
    assert "stream disconnected before completion" in first.last["error"]["message"]
    resumed = cut.play("resume", first.events[0]["thread_id"], "The stream was cut. Go on.")
    assert (resumed.exit_status, resumed.last["type"]) == (0, "turn.completed")
    assert resumed.items("command_execution")[-1]["exit_code"] == 0
    assert is_green(cut.repo)
    assert cut.model.unplayed == 0


@BOTH
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("wrong_key", "unexpected status 401 Unauthorized"),
        ("usage_limit", " or try again at "),
        ("rate_limit_http", "exceeded retry limit, last status: 429"),
        ("rate_limit_stream", "Please try again in 50ms"),
        ("context_window", "ran out of room in the model's context window"),
    ],
)
def test_an_error_of_the_model_ends_codex_with_its_words(
    stage: Callable[[str], Stage], name: str, text: str
) -> None:
    played = stage(name).play()
    assert (played.exit_status, played.last["type"]) == (1, "turn.failed")
    assert text in played.last["error"]["message"]


def test_a_context_overflow_fails_again_on_resume_and_not_in_a_fresh_session(
    stage: Callable[[str], Stage],
) -> None:
    full = stage("context_window")
    first = full.play()
    again = full.play("resume", first.events[0]["thread_id"], "Go on.")
    assert "ran out of room" in again.last["error"]["message"]
    assert full.play().last["type"] == "turn.completed"


@pytest.mark.parametrize("name", ["hang", "long_command"])
def test_a_hanging_model_lasts_until_it_is_stopped(stage: Callable[[str], Stage], name: str) -> None:
    hanging = stage(name)
    with pytest.raises(subprocess.TimeoutExpired):
        hanging.play(limit=3)


@pytest.mark.parametrize("codex", ["0.120.0", "0.125.0", "0.169.0"], indirect=True)
def test_the_end_of_a_test_that_outlives_its_turn_is_lost(stage: Callable[[str], Stage]) -> None:
    played = stage("lost_ends").play()
    begun = [e["item"]["command"] for e in played.events if e["type"] == "item.started"]
    ended = [item["command"] for item in played.items("command_execution")]
    assert (played.exit_status, played.last["type"]) == (0, "turn.completed")
    assert any("unittest" in command for command in begun)
    assert not any("unittest" in command for command in ended)


@BOTH
def test_a_model_codex_does_not_know_patches_through_the_shell(stage: Callable[[str], Stage]) -> None:
    played = stage("success").play(settings=("-c", 'model="practice-1"'))
    assert played.exit_status == 0
    assert played.items("file_change")[0]["changes"][0]["kind"] == "add"


@BOTH
def test_a_request_beyond_the_last_reply_says_so(stage: Callable[[Scenario], Stage]) -> None:
    short = stage(Scenario.model_validate({"name": "short", "replies": [{"run": "true"}]}))
    played = short.play()
    assert "scenario short: no reply is left for request 2" in played.last["error"]["message"]
    assert [request.reply for request in short.model.requests] == [0, None]
