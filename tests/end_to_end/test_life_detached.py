"""Jobs that nobody watches, on the real Codex CLI: started, waited for, cancelled, killed, recovered."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from codexjob.life.ask import await_rest
from codexjob.life.jobfiles import JobFiles
from codexjob.life.service import load_judge
from codexjob.practice import Scenario, ScriptedModel, read_scenario, sample_repository
from marked import MARK, still_marked

Scripted = Callable[[Scenario | str], ScriptedModel]
SampleRepo = Callable[[dict[str, str]], Path]
LONG = 90.0


@dataclass
class Life:
    """A log folder, its jobs, and the commands that ask about them."""

    codex: Path
    home: Path
    repo: Path
    runs: Path
    model: ScriptedModel
    mark: str
    started: list[str] = field(default_factory=list)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `codexjob` on this log folder."""
        done = subprocess.run(
            [sys.executable, "-m", "codexjob", *words], env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=LONG, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def ask(self, word: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of the commands that ask about jobs."""
        return self.command(word, *words, "--log-dir", str(self.runs))

    def start(self, *options: str, task: str | None = None) -> str:
        """Start a detached job and give its run id."""
        quick = self.model.codex_arguments(request_max_retries=1, stream_max_retries=1)
        given = ("--repo", str(self.repo), "--task", task or self.model.scenario.task)
        place = ("--log-dir", str(self.runs), "--codex", str(self.codex), "--detach")
        done = self.command("run", *given, *place, *options, "--", *quick)
        assert done.returncode == 0, done.stderr
        self.started.append(done.stdout.splitlines()[0].removeprefix("codex_run_id="))
        return self.started[-1]

    def state(self, run_id: str) -> dict[str, Any]:
        """Read the state of a job."""
        return self.document(run_id, "state")

    def rest(self, run_id: str) -> int | None:
        """Wait until a job is at rest, as `codexjob wait` does, and give its exit status."""
        return await_rest(JobFiles(self.runs, run_id), load_judge).exit_status

    def document(self, run_id: str, kind: str) -> dict[str, Any]:
        """Read a JSON file of a run."""
        path = self.runs / f"codex-run-{run_id}.{kind}.json"
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something to be so."""
        end = time.monotonic() + LONG
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.05)

    def until_command(self, run_id: str) -> None:
        """Wait until Codex runs a command."""
        record = self.runs / f"codex-run-{run_id}.jsonl"
        self.until(lambda: "command_execution" in record.read_text())

    def supervisor(self, run_id: str) -> psutil.Process:
        """Give the supervisor of a job."""
        return psutil.Process(self.document(run_id, "heartbeat")["supervisor"]["pid"])

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the jobs."""
        return {**os.environ, "CODEX_HOME": str(self.home), MARK: self.mark, "TZ": "UTC"}


@pytest.fixture
def life(
    codex: Path, codex_home: Path, sample_repo: SampleRepo, scripted: Scripted, tmp_path: Path
) -> Iterator[Callable[[Scenario | str], Life]]:
    """Make a log folder with a scripted model; afterwards no process of its jobs may be left."""
    made: list[Life] = []

    def make(scenario: Scenario | str) -> Life:
        model = scripted(scenario)
        repo = sample_repo(model.scenario.files or {"README.md": "A folder to work in.\n"})
        made.append(Life(codex, codex_home, repo, tmp_path / "runs", model, codex_home.name))
        return made[-1]

    yield make
    for one in made:
        for run_id in one.started:
            one.rest(run_id)
        left = still_marked(one.mark)
        for process in left:
            process.kill()
        assert left == []


def test_a_detached_job_lives_on_and_is_waited_for(life: Callable[..., Life]) -> None:
    one = life("red_tests_repaired")
    run_id = one.start()
    supervisor = one.supervisor(run_id)
    assert supervisor.ppid() != os.getpid()
    assert os.getsid(supervisor.pid) != os.getsid(0)
    assert one.model.scenario.task not in " ".join(supervisor.cmdline())
    done = one.ask("wait", run_id)
    assert (done.returncode, done.stdout.split()[1:3]) == (0, ["finished", "success"])
    state = one.state(run_id)
    assert [change["state"] for change in state["history"]] == ["queued", "running", "finished"]
    assert len(state["runs"]) == 2
    assert not list(one.runs.glob("*.lock")) + list(one.runs.glob("*.heartbeat.json"))
    assert one.document(run_id, "summary")["job_done"] is True


def test_the_status_of_wait_is_that_of_the_job(life: Callable[..., Life]) -> None:
    one = life("wrong_key")
    run_id = one.start()
    assert one.ask("wait", run_id).returncode == 75
    assert one.state(run_id)["state"] == "failed"
    shown = one.ask("show", run_id).stdout
    assert "environmental (auth.key)" in shown
    listed = json.loads(one.ask("list", "--format", "jsonl", "--state", "failed").stdout)
    assert (listed["run_id"], listed["cause"], listed["exit_status"]) == (run_id, "auth.key", 75)
    assert one.ask("list", "--state", "lost").stdout == "no jobs\n"


def test_a_cancelled_job_ends_in_order(life: Callable[..., Life]) -> None:
    one = life("long_command")
    run_id = one.start()
    one.until_command(run_id)
    assert "run " in one.ask("show", run_id).stdout
    assert one.ask("wait", run_id, "--timeout", "1s").returncode == 124
    cancelled = one.ask("cancel", run_id)
    assert (cancelled.returncode, cancelled.stdout) == (0, f"{run_id}  is cancelled\n")
    assert one.document(run_id, "meta")["ended_by"] == "cancelled"
    assert one.document(run_id, "verdict")["cause"] == "interrupted.cancelled"
    assert one.ask("wait", run_id).returncode == 128 + signal.SIGTERM
    assert one.ask("cancel", run_id).stdout == f"{run_id}  was already cancelled\n"
    assert still_marked(one.mark) == []


KILLED_AND_RESUMED = """
name: killed_and_resumed
about: The supervisor dies while a command runs; the session then finishes the work.
task: Write hello to greeting.txt.
files: {README.md: "A folder to write into."}
replies:
  - run: sleep 60
  - run: echo hello > greeting.txt
  - run: test "$(cat greeting.txt)" = hello
  - say: greeting.txt says hello.
"""


def test_a_killed_supervisor_leaves_a_job_that_is_recovered_and_resumed(
    life: Callable[..., Life], tmp_path: Path
) -> None:
    (tmp_path / "scenario.yaml").write_text(KILLED_AND_RESUMED)
    one = life(read_scenario(tmp_path / "scenario.yaml"))
    run_id = one.start()
    one.until_command(run_id)
    one.supervisor(run_id).kill()
    found = one.ask("recover")
    assert found.returncode == 0
    assert f"run {run_id} recovered: lost" in found.stdout
    assert still_marked(one.mark) == []
    assert not list(one.runs.glob(".*")) + list(one.runs.glob("*.reserve")) + list(one.runs.glob("*.lock"))
    assert one.document(run_id, "verdict")["success"] is False
    assert one.document(run_id, "meta")["ended_at"] is not None
    assert one.ask("recover", "--resume").returncode == 0
    assert one.rest(run_id) == 0
    state = one.state(run_id)
    assert [change["state"] for change in state["history"]] == [
        "queued", "running", "lost", "queued", "running", "finished",
    ]  # fmt: skip
    first, second = (one.document(run, "meta") for run in state["runs"])
    assert (second["kind"], second["session_asked"]) == ("resume", first["session_id"])
    assert (one.repo / "greeting.txt").read_text() == "hello\n"


def test_wait_notices_a_killed_supervisor_by_itself(life: Callable[..., Life]) -> None:
    one = life("long_command")
    run_id = one.start()
    one.until_command(run_id)
    with subprocess.Popen(
        [sys.executable, "-m", "codexjob", "wait", run_id, "--log-dir", str(one.runs)],
        env=one.environment, stdout=subprocess.PIPE, text=True,
    ) as waiting:  # fmt: skip
        one.supervisor(run_id).kill()
        shown, _ = waiting.communicate(timeout=LONG)
    assert shown.split()[1] == "lost"
    assert waiting.returncode == 75
    assert still_marked(one.mark) == []


def test_two_writers_of_one_repository_work_one_after_the_other(life: Callable[..., Life]) -> None:
    one = life("long_command")
    first = one.start()
    one.until_command(first)
    second = one.start()
    one.until(lambda: f"waits for run {first}" in (one.state(second)["note"] or ""))
    assert one.state(second)["state"] == "queued"
    refused = one.command(
        "run", "--repo", str(one.repo), "--task", "x", "--log-dir", str(one.runs / "other"),
        "--codex", str(one.codex), "--no-wait",
    )  # fmt: skip
    assert refused.returncode == 75
    assert f"run {first}" in refused.stderr
    assert not list((one.runs / "other").iterdir())
    assert one.ask("cancel", second).stdout == f"{second}  is cancelled\n"
    assert one.state(second)["runs"] == [second]
    one.ask("cancel", first)


def test_tail_follows_a_job_to_its_end(life: Callable[..., Life]) -> None:
    one = life("success")
    run_id = one.start()
    followed = one.ask("tail", "-f", "-n", "1000", run_id)
    assert followed.returncode == 0
    log = (one.runs / f"codex-run-{run_id}.log").read_text()
    assert followed.stdout == log
    assert one.ask("tail", "-n", "1", run_id).stdout == log.splitlines(keepends=True)[-1]


COMMITTED = """
name: committed_in_a_worktree
about: The agent commits its work.
task: Write hello to greeting.txt and commit it.
files: {README.md: "A folder to write into."}
replies:
  - run: echo hello > greeting.txt && git add -A && git -c user.name=a -c user.email=b commit -qm work
  - run: echo more > "new file.txt"
  - run: test "$(cat greeting.txt)" = hello
  - say: greeting.txt says hello, and is committed.
"""


@pytest.mark.parametrize("codex", ["0.120.0", "0.169.0"], indirect=True)
def test_a_worktree_of_its_own_can_be_committed_to_and_is_kept(
    life: Callable[..., Life], tmp_path: Path
) -> None:
    (tmp_path / "scenario.yaml").write_text(COMMITTED)
    one = life(read_scenario(tmp_path / "scenario.yaml"))
    (one.repo / "README.md").write_text("changed, not committed\n")
    run_id = one.start("--worktree")
    assert one.rest(run_id) == 0
    tree = one.state(run_id)["worktree"]
    assert (tree["branch"], tree["commits"]) == (f"codexjob/{run_id}", 1)
    # Some versions of Codex leave an empty file of their own.
    assert tree["changed"] in (2, 3)
    assert (Path(tree["path"]) / "greeting.txt").read_text() == "hello\n"
    assert not (one.repo / "greeting.txt").exists()
    shown = one.ask("show", run_id).stdout
    assert f"merge codexjob/{run_id}" in shown
    assert f"{tree['changed']} files changed, 1 commits" in shown
    merged = subprocess.run(
        ["git", "merge", "-q", f"codexjob/{run_id}"], cwd=one.repo, capture_output=True, check=False
    )
    assert (one.repo / "greeting.txt").exists(), merged.stderr


def test_a_worktree_needs_a_repository(life: Callable[..., Life]) -> None:
    one = life("success")
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    try:
        done = one.command(
            "run", "--repo", str(folder), "--task", "x", "--log-dir", str(one.runs), "--worktree"
        )
    finally:
        folder.rmdir()
    assert done.returncode == 2
    assert "is in no git repository" in done.stderr


def test_jobs_beyond_the_limit_wait_their_turn(life: Callable[..., Life], tmp_path: Path) -> None:
    one = life("long_command")
    first = one.start("--max-parallel", "1")
    one.until_command(first)
    other = replace(one, repo=sample_repository(tmp_path / "other", {"README.md": "x"}), started=one.started)
    second = other.start("--max-parallel", "1")
    one.until(lambda: "waits for one of 1 places" in (one.state(second)["note"] or ""))
    third = other.start("--max-parallel", "1")
    one.until(lambda: f"waits behind run {second}" in (one.state(third)["note"] or ""))
    one.supervisor(second).kill()
    one.ask("cancel", first)
    one.until(lambda: one.state(third)["state"] == "running")
    one.ask("cancel", third)
    one.rest(second)
    assert one.state(second)["state"] == "lost"
    assert "the supervisor of this job died before" in (one.document(second, "meta")["note"] or "")
