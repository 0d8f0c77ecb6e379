"""The main job on the real Codex CLI: every way a run can end, its verdict, and what was done about it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from codexjob.practice import Scenario, ScriptedModel
from marked import MARK, marked, name_of, still_marked, words_of

Scripted = Callable[[Scenario | str], ScriptedModel]
SampleRepo = Callable[[dict[str, str]], Path]
BOTH = pytest.mark.parametrize("codex", ["0.120.0", "0.169.0"], indirect=True)
LOSSY = pytest.mark.parametrize("codex", ["0.125.0"], indirect=True)
DEADLINE = 60.0


@dataclass(frozen=True)
class Done:
    """A finished `codexjob run`."""

    status: int
    announced: dict[str, str]
    summary: dict[str, Any]
    folder: Path

    def verdict(self, run: int = -1) -> dict[str, Any]:
        """The verdict file of the n-th run of the job."""
        name = f"codex-run-{self.summary['runs'][run]['run_id']}.verdict.json"
        found: dict[str, Any] = json.loads((self.folder / name).read_bytes())
        return found

    def told(self, run: int = -1) -> tuple[object, ...]:
        """Verdict, success, cause, action of the n-th run."""
        verdict = self.verdict(run)
        return verdict["verdict"], verdict["success"], verdict["cause"], verdict["action"]


@dataclass(frozen=True)
class Job:
    """Everything a job needs, with a mark in its environment by which its processes are found."""

    codex: Path | str
    home: Path
    repo: Path
    runs: Path
    model: ScriptedModel
    mark: str

    def command(self, *options: str, args: tuple[str, ...] = ()) -> list[str]:
        """Write the command line."""
        quick = self.model.codex_arguments(request_max_retries=1, stream_max_retries=1)
        task = self.model.scenario.task
        given = (
            "--repo",
            str(self.repo),
            "--task",
            task,
            "--log-dir",
            str(self.runs),
            "--codex",
            str(self.codex),
        )
        start = (sys.executable, "-m", "codexjob", "run", *given, "--format", "json")
        return [*start, *options, "--", *quick, *args]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the job's processes."""
        return {**os.environ, "CODEX_HOME": str(self.home), MARK: self.mark, "TZ": "UTC"}

    def run(self, *options: str, args: tuple[str, ...] = ()) -> Done:
        """Run the job to its end."""
        done = subprocess.run(
            self.command(*options, args=args), env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=DEADLINE, check=False,
        )  # fmt: skip
        return self.finished(done.returncode, done.stdout, done.stderr)

    def finished(self, status: int, stdout: str, stderr: str) -> Done:
        """Take up what a job left."""
        assert "Traceback" not in stderr
        lines = [line.split("=", 1) for line in stderr.splitlines() if "=" in line.split(" ")[0]]
        return Done(status, dict(reversed(lines)), json.loads(stdout), self.runs)

    @contextmanager
    def running(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        """Start the job and wait until Codex runs its command."""
        with subprocess.Popen(
            self.command(*options), env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            try:
                self.wait_for_command(process)
                yield process
            finally:
                process.kill()

    def wait_for_command(self, process: subprocess.Popen[str]) -> None:
        """Wait until the record shows a command that is open."""
        until = time.monotonic() + DEADLINE
        while not any("command_execution" in record.read_text() for record in self.runs.glob("*.jsonl")):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.fixture
def set_up(
    codex: Path, codex_home: Path, sample_repo: SampleRepo, scripted: Scripted, tmp_path: Path
) -> Iterator[Callable[..., Job]]:
    """Make jobs, and see to it that none leaves a process behind."""
    made: list[Job] = []

    def make(scenario: Scenario | str, codex_path: Path | str = codex) -> Job:
        model = scripted(scenario)
        repo = sample_repo(model.scenario.files or {"README.md": "A folder to work in.\n"})
        made.append(Job(codex_path, codex_home, repo, tmp_path / "runs", model, f"{codex_home.name}"))
        return made[-1]

    yield make
    for job in made:
        assert [name_of(process) for process in still_marked(job.mark)] == []


def is_green(repo: Path) -> bool:
    command = [sys.executable, "-B", "-m", "unittest"]
    return subprocess.run(command, cwd=repo, capture_output=True, check=False).returncode == 0


@BOTH
def test_a_task_done_well_is_accepted(set_up: Callable[..., Job]) -> None:
    job = set_up("success")
    done = job.run()
    assert done.status == 0
    assert done.told() == ("success", True, "done", "accept")
    assert (job.repo / "greeting.txt").read_text() == "hello\n"
    assert done.verdict()["codex_version"] in str(job.codex)
    assert list(done.announced)[::-1] == ["codex_run_id", "log_file", "meta_file", "summary_file_pending"]


@BOTH
def test_the_files_of_a_run_are_whole_private_and_never_judged_twice(set_up: Callable[..., Job]) -> None:
    job = set_up("success")
    job.run()
    kinds = sorted(path.name.split(".", 1)[1] for path in job.runs.iterdir())
    of_job, of_run = ["job.json", "state.json"], ["before.json", "jsonl", "log", "meta.json", "stderr"]
    assert kinds == sorted([*of_job, *of_run, "summary.json", "verdict.json"])
    assert {path.stat().st_mode & 0o777 for path in job.runs.iterdir()} == {0o600}
    command = [sys.executable, "-m", "codexjob", "classify", "--format", "jsonl", str(job.runs)]
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    (line,) = again.stdout.splitlines()
    assert json.loads(line)["cause"] == "done"


@BOTH
def test_a_misquoted_check_on_the_way_is_noise(set_up: Callable[..., Job]) -> None:
    job = set_up("accepted_with_noise")
    done = job.run()
    assert done.status == 0
    assert done.told() == ("environmental", True, "done.despite_noise", "accept")
    assert "noise.shell_quoting" in [finding["rule"] for finding in done.verdict()["noise"]]
    assert is_green(job.repo)


@BOTH
def test_red_tests_behind_exit_status_0_are_reviewed_and_repaired(set_up: Callable[..., Job]) -> None:
    job = set_up("red_tests_repaired")
    done = job.run()
    first, second = done.summary["runs"]
    assert (first["exit_code"], second["exit_code"], done.status) == (0, 0, 0)
    assert done.told(0) == ("real", False, "work.tests_failing", "resume_review")
    assert done.told(1) == ("success", True, "done", "accept")
    assert (second["kind"], first["session_id"]) == ("resume_review", second["session_id"])
    assert done.verdict(0)["action_taken"] == "resume_review"
    assert done.verdict(1)["session_asked"] == first["session_id"]
    # Each reply of the model counts 1200 tokens; Codex counts the thread, the verdict the run.
    assert [done.verdict(run)["tokens"]["input"] for run in (0, 1)] == [4800, 4800]
    assert is_green(job.repo)


@BOTH
def test_red_tests_without_a_review_left_are_a_failure(set_up: Callable[..., Job]) -> None:
    job = set_up("red_tests_repaired")
    done = job.run("--max-reviews", "0", "--max-retries", "0")
    assert done.status == 1
    assert len(done.summary["runs"]) == 1
    assert done.verdict()["action_taken"] == "stop"
    assert not is_green(job.repo)


@BOTH
def test_a_cut_stream_is_resumed_and_the_work_finished(set_up: Callable[..., Job]) -> None:
    job = set_up("stream_cut_resumed")
    done = job.run()
    assert done.told(0) == ("environmental", False, "network.stream_cut", "resume")
    assert done.told(1)[:2] == ("success", True)
    assert done.status == 0
    assert done.summary["runs"][0]["session_id"] == done.summary["runs"][1]["session_id"]
    assert is_green(job.repo)


@BOTH
def test_a_wrong_key_is_left_to_a_person_at_once(set_up: Callable[..., Job]) -> None:
    done = set_up("wrong_key").run()
    assert done.told() == ("environmental", False, "auth.key", "human")
    assert (len(done.summary["runs"]), done.status) == (1, 75)


@BOTH
def test_a_usage_limit_tells_when_to_try_again(set_up: Callable[..., Job]) -> None:
    before = datetime.now(UTC)
    done = set_up("usage_limit").run()
    assert done.told() == ("environmental", False, "limit.usage", "retry_later")
    at = datetime.fromisoformat(done.verdict()["retry_at"])
    # Codex prints whole minutes of the time that the server's answer names: three hours from now.
    assert abs(at - before - timedelta(hours=3)) < timedelta(minutes=2)
    assert (len(done.summary["runs"]), done.status) == (1, 75)


@BOTH
@pytest.mark.parametrize("scenario", ["rate_limit_http", "rate_limit_stream"])
def test_a_rate_limit_is_tried_again_as_often_as_allowed(scenario: str, set_up: Callable[..., Job]) -> None:
    done = set_up(scenario).run("--max-retries", "1")
    assert [done.told(run)[2] for run in range(len(done.summary["runs"]))] == ["limit.rate", "limit.rate"]
    assert done.told()[:2] == ("environmental", False)
    assert (done.verdict(0)["action_taken"], done.verdict(1)["action_taken"]) == ("resume", "stop")
    assert done.status == 75


@BOTH
def test_a_full_context_window_leads_to_a_fresh_session(set_up: Callable[..., Job]) -> None:
    job = set_up("context_window")
    done = job.run()
    assert done.told(0) == ("environmental", False, "session.context_window", "fresh_session")
    assert done.told(1)[:2] == ("success", True)
    first, second = done.summary["runs"]
    assert first["session_id"] != second["session_id"]
    assert (job.repo / "last.txt").read_text() == "2000\n"


@BOTH
def test_our_time_limit_is_told_as_ours(set_up: Callable[..., Job]) -> None:
    job = set_up("long_command")
    done = job.run("--timeout", "6s", "--max-retries", "0")
    assert done.told() == ("environmental", False, "interrupted.timeout", "resume")
    assert (done.verdict()["ended_by"], done.status) == ("timeout", 75)


@BOTH
def test_silence_is_ended_by_the_no_progress_limit(set_up: Callable[..., Job]) -> None:
    done = set_up("hang").run("--no-progress", "4s", "--timeout", "50s", "--max-retries", "0")
    assert done.told() == ("environmental", False, "interrupted.no_progress", "resume")
    assert (done.verdict()["ended_by"], done.status) == ("no_progress", 75)


@LOSSY
def test_a_check_whose_end_the_record_lost_is_unverified(set_up: Callable[..., Job]) -> None:
    done = set_up("lost_ends").run()
    assert done.told() == ("unknown", False, "work.unverified", "verify")
    assert (len(done.summary["runs"]), done.status) == (1, 1)


def codex_of(job: Job, *, is_native: bool) -> psutil.Process:
    """Find the npm shim, or the native program that it started."""
    found = [process for process in marked(job.mark) if "exec" in words_of(process)[:4]]
    shims = [process for process in found if name_of(process).startswith("node")]
    natives = [process for process in found if name_of(process) == "codex"]
    return (natives if is_native else shims)[0]


@BOTH
@pytest.mark.parametrize("is_native", [False, True], ids=["shim", "native"])
def test_a_signal_from_outside_is_not_the_agents_fault(is_native: bool, set_up: Callable[..., Job]) -> None:
    job = set_up("long_command")
    with job.running("--max-retries", "0") as process:
        codex_of(job, is_native=is_native).terminate()
        done = job.finished(process.wait(DEADLINE), *process.communicate())
    assert done.told()[:2] == ("environmental", False)
    # Up to 0.163 the shim exits with 0 when it is terminated: then only the missing end of the turn speaks.
    assert done.told()[2:] in (("interrupted.signal", "resume"), ("interrupted", "resume"))
    assert done.status == 75


@BOTH
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_to_codexjob_ends_codex_and_leaves_whole_files(
    number: signal.Signals, status: int, set_up: Callable[..., Job]
) -> None:
    job = set_up("long_command")
    with job.running() as process:
        process.send_signal(number)
        done = job.finished(process.wait(DEADLINE), *process.communicate())
    assert done.status == status
    assert done.told()[:3] == ("environmental", False, "interrupted.cancelled")
    assert (done.verdict()["ended_by"], len(done.summary["runs"])) == ("cancelled", 1)


@pytest.mark.parametrize("missing", ["none-such/codex", "README.md"])
def test_a_codex_that_cannot_be_started_is_the_hosts_fault(missing: str, set_up: Callable[..., Job]) -> None:
    job = set_up("success", missing)
    (job.repo / "README.md").write_text("not a program\n")
    done = job.run()
    assert done.told() == ("environmental", False, "host.codex_missing", "human")
    assert (done.verdict()["ended_by"], done.status) == ("start_failed", 75)


@BOTH
def test_a_folder_that_is_no_git_repository_is_refused_by_codex(set_up: Callable[..., Job]) -> None:
    # Not below /tmp: a killed Codex may leave an empty /tmp/.git behind, and Codex then takes all of /tmp for
    # a repository (openai/codex#31599).
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        job = replace(set_up("success"), repo=Path(folder))
        done = job.run()
    assert done.told() == ("environmental", False, "startup.not_git", "human")
    assert (done.verdict()["exit_code"], done.status) == (1, 75)


@BOTH
def test_a_session_is_resumed_by_the_id_of_a_run(set_up: Callable[..., Job]) -> None:
    job = set_up("red_tests_repaired")
    first = job.run("--max-reviews", "0", "--max-retries", "0")
    done = job.run("--resume", first.summary["run_id"])
    assert done.status == 0
    assert done.summary["session_id"] == first.summary["session_id"]
    assert is_green(job.repo)


@BOTH
def test_a_session_that_codex_does_not_know_is_begun_afresh(set_up: Callable[..., Job]) -> None:
    job = set_up("success")
    done = job.run("--resume", "01a203d0-36eb-7fb2-84a4-f3daf3bd1049")
    assert done.told(0)[2:] == ("session.unknown", "fresh_session")
    assert done.told(1)[:2] == ("success", True)
