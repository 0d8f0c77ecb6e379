"""The commands around detached jobs, with a fake Codex: what they print, cost and leave."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from codexjob.errors import BusyError, SupervisorError
from codexjob.life.ask import ask_to_end
from codexjob.life.create import HeldJob, create
from codexjob.life.detach import start_supervisor
from codexjob.life.identity import ProcessIdentity, is_alive
from codexjob.life.jobfiles import JobFiles, jobs_in
from codexjob.life.store import Asked, read_heartbeat, read_state
from codexjob.request import JobRequest

FakeCodex = Callable[[str], Path]
Held = Callable[..., HeldJob]
HANGING = "session()\ntime.sleep(120)"
LONG = 60.0
needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks into /proc")


def codexjob(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "codexjob", *words], cwd=cwd, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def held(folder: Path, job: Callable[..., JobRequest], fake_codex: FakeCodex) -> Iterator[Held]:
    """Create jobs on a fake Codex; in the end no supervisor of theirs may live."""
    made: list[HeldJob] = []
    foreign = set(psutil.Process().children())

    def make(body: str, **changes: Any) -> HeldJob:
        asked = Asked(job(fake_codex(body)), folder, max_parallel=changes.pop("max_parallel", 8), **changes)
        made.append(create(folder, asked))
        return made[-1]

    yield make
    for one in made:
        heartbeat = read_heartbeat(one.files)
        if heartbeat is not None and ask_to_end(one.files):
            until(partial(_is_gone, heartbeat.supervisor))
    for child in set(psutil.Process().children()) - foreign:
        child.wait(LONG)


def _is_gone(supervisor: ProcessIdentity) -> bool:
    return not is_alive(supervisor)


def test_a_detached_job_is_told_as_json_where_that_is_asked_for(fake_codex: FakeCodex, repo: Path) -> None:
    words = ["--repo", "repo", "--task", "x", "--codex", str(fake_codex("session()\ndone()"))]
    done = codexjob(repo.parent, "run", "--detach", "--format", "json", *words)
    told = json.loads(done.stdout)
    assert (done.returncode, told["schema"], told["detached"]) == (0, "codexjob.state/1", True)
    waited = codexjob(repo.parent, "wait", told["run_id"])
    assert waited.stdout.startswith(told["run_id"])
    listed = json.loads(codexjob(repo.parent, "list", "--format", "jsonl").stdout)
    assert listed["exit_status"] == waited.returncode
    assert listed["supervisor"] is None
    shown = codexjob(repo.parent, "show", told["run_id"]).stdout
    assert f"log        {listed['logs'][0]}" in shown


@needs_linux
def test_waiting_sleeps_in_the_kernel(held: Held) -> None:
    files = _started(held(HANGING))
    command = [sys.executable, "-m", "codexjob", "wait", files.run_id, "--log-dir", str(files.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as waiting:
        until(lambda: _is_blocked_on_a_lock(waiting.pid))
        os.kill(_supervisor(files), signal.SIGTERM)
        shown, _ = waiting.communicate(timeout=LONG)
    assert shown.split()[1] == "cancelled"
    assert waiting.returncode == 128 + signal.SIGTERM


def _is_blocked_on_a_lock(pid: int) -> bool:
    waiters = [line.split() for line in Path("/proc/locks").read_text().splitlines() if "->" in line]
    return any(words[2] == "FLOCK" and words[5] == str(pid) for words in waiters)


def _started(one: HeldJob) -> JobFiles:
    start_supervisor(one, one.files.folder)
    until(lambda: bool(one.files.first.jsonl.read_bytes()))
    return one.files


def _supervisor(files: JobFiles) -> int:
    return int(json.loads(files.heartbeat.read_bytes())["supervisor"]["pid"])


@needs_linux
def test_codex_is_asked_to_end_when_its_supervisor_is_killed(held: Held) -> None:
    files = _started(held(HANGING))
    codex = json.loads(files.first.meta.read_bytes())["pid"]
    assert psutil.pid_exists(codex)
    os.kill(_supervisor(files), signal.SIGKILL)
    until(lambda: not psutil.pid_exists(codex) or psutil.Process(codex).status() == psutil.STATUS_ZOMBIE)


def test_a_job_that_may_not_wait_is_refused_and_leaves_nothing(held: Held, repo: Path) -> None:
    first = _started(held(HANGING))
    refused = held(HANGING, wait=False)
    with pytest.raises(BusyError, match=f"waits for run {first.run_id}"):
        start_supervisor(refused, repo)
    until(lambda: jobs_in(first.folder) == [first])
    assert not list(first.folder.glob(f"*{refused.files.run_id}*"))


def test_a_job_that_would_wait_for_itself_is_refused(held: Held, repo: Path) -> None:
    within = "\n".join((
        "session()",
        f"argv = [{sys.executable!r}, '-m', 'codexjob', 'run', '--repo', {str(repo)!r}, '--task', 'x']",
        f"done_so = subprocess.run(argv, cwd={str(repo)!r}, capture_output=True, text=True)",
        "item('completed', 'agent_message', text=f'{done_so.returncode} {done_so.stderr}')",
        "done()",
    ))  # fmt: skip
    one = held(within)
    start_supervisor(one, repo)
    until(lambda: not one.files.lock.exists())
    record = one.files.first.jsonl.read_text()
    assert "75 codexjob: this job was started from within run" in record
    assert jobs_in(repo / "runs") == []


def test_a_supervisor_that_cannot_begin_says_why(held: Held, repo: Path, tmp_path: Path) -> None:
    one = held("session()\ndone()")
    with pytest.raises(SupervisorError, match="ended without a word"):
        start_supervisor(one, repo, (sys.executable, "-c", "import sys; sys.exit(3)"))
    other = held("session()\ndone()")
    other.files.asked.write_text("{")
    with pytest.raises(SupervisorError, match=r"job\.json is damaged"):
        start_supervisor(other, repo)
    with pytest.raises(SupervisorError, match="cannot start a supervisor: No such file"):
        start_supervisor(held("done()"), repo, (str(tmp_path / "none"),))


def test_a_supervisor_that_says_nothing_is_told_of(held: Held, repo: Path) -> None:
    # It hands the pipe to a child and ends, as a supervisor does.
    silent = "import subprocess, sys; subprocess.Popen(['sleep', '5'], pass_fds=[int(sys.argv[-1])])"
    with pytest.raises(SupervisorError, match="has not answered yet"):
        start_supervisor(held("done()"), repo, (sys.executable, "-c", silent), patience=0.1)


def test_a_job_that_cannot_be_carried_out_is_failed_and_says_why(
    held: Held, repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CODEXJOB_STATE_DIR", str(tmp_path / "file" / "below"))
    one = held("session()\ndone()")
    with pytest.raises(SupervisorError, match="cannot make the folder for locks"):
        start_supervisor(one, repo)
    until(lambda: not one.files.lock.exists())
    state = read_state(one.files)
    assert state is not None
    assert (state.state, state.exit_status) == ("failed", 75)


def test_tail_shows_the_last_lines_only(held: Held) -> None:
    files = _started(held(HANGING))
    words = ("tail", files.run_id, "-n", "1", "--log-dir", str(files.folder))
    shown = codexjob(files.folder, *words).stdout
    assert len(shown.splitlines()) == 1
    assert files.first.log.read_text().endswith(shown)
    assert codexjob(files.folder, "tail", "nobody", "--log-dir", str(files.folder)).returncode == 2
