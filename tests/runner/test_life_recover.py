import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
from codexjob.family import MARK
from codexjob.files import RunFiles, hold_space
from codexjob.job import Judge
from codexjob.judging import packaged_judge
from codexjob.life.create import HeldJob, create, wall_clock
from codexjob.life.identity import ProcessIdentity, identity_of
from codexjob.life.jobfiles import jobs_in
from codexjob.life.joblock import take_lock
from codexjob.life.recover import Recovered, recover, recover_job
from codexjob.life.state import JobState, moved
from codexjob.life.store import Asked, Heartbeat, read_state, write_heartbeat, write_state
from codexjob.life.told import told
from codexjob.request import JobRequest
from codexjob.runmeta import RunMeta, stamp, write_meta

THREAD: Final = "01a203d0-36eb-7fb2-84a4-f3daf3bd1049"
BEGUN: Final = [{"type": "thread.started", "thread_id": THREAD}, {"type": "turn.started"}]
DONE: Final = [
    {"type": "item.completed", "item": {"id": "item_0", "type": "agent_message", "text": "It holds a file."}},
    {"type": "turn.completed", "usage": {"input_tokens": 9, "cached_input_tokens": 0, "output_tokens": 2}},
]
DEAD: Final = ProcessIdentity(1, 0.0, "another-boot")
Died = Callable[..., HeldJob]
Recover = Callable[[HeldJob], Recovered]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return packaged_judge()


@pytest.fixture
def died(folder: Path, job: Callable[..., JobRequest]) -> Died:
    """Lay out what a supervisor left that died while its job was `running`, unless said otherwise."""

    def make(events: list[dict[str, object]], state: str = "running", **changes: Any) -> HeldJob:
        held = create(folder, Asked(job("codex", **changes), folder, max_parallel=8))
        now = stamp(wall_clock())
        if state != "queued":
            write_state(held.files, moved(_state(held), state, now))  # type: ignore[arg-type]
        if events:
            held.files.first.jsonl.write_text("".join(f"{json.dumps(event)}\n" for event in events))
            write_meta(held.files.first, _meta(held.files.first, now))
        write_heartbeat(held.files, Heartbeat(DEAD, now))
        held.lock.release()
        return held

    return make


@pytest.fixture
def recovered(judge: Judge) -> Recover:
    """Recover one job; it must need that, and leave nothing behind but whole files."""

    def go(held: HeldJob) -> Recovered:
        (found,) = recover(held.files.folder, lambda _: judge)
        assert found.state is not None
        assert read_state(held.files) == found.state
        names = {path.name for path in held.files.folder.iterdir()}
        assert not [name for name in names if name.startswith(".") or "heartbeat" in name]
        assert not [name for name in names if name.endswith((".lock", ".reserve"))]
        assert recover(held.files.folder, lambda _: judge) == ()
        return found

    return go


def _state(held: HeldJob) -> JobState:
    state = read_state(held.files)
    assert state is not None
    return state


def _meta(files: RunFiles, now: str) -> RunMeta:
    return RunMeta(files.run_id, f"job-{files.run_id}", "first", "repo", "do it", (), now, 0)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def test_a_cut_run_is_judged_and_its_job_lost(died: Died, recovered: Recover) -> None:
    held = died(BEGUN)
    hold_space(held.files.first)
    (held.files.folder / f".codex-run-{held.files.run_id}.meta.json.x8").write_text("{")
    found = recovered(held)
    assert found.state is not None
    assert (found.state.state, found.state.cause, found.state.exit_status) == ("lost", "interrupted", 75)
    meta = _read(held.files.first.meta)
    assert (meta["session_id"], meta["ended_by"]) == (THREAD, None)
    assert "supervisor of this run died" in meta["note"]
    assert _read(held.files.first.verdict)["action_taken"] is None
    assert "recovered: lost (interrupted)" in told(found)


def test_a_record_that_shows_the_end_makes_the_job_finished(died: Died, recovered: Recover) -> None:
    found = recovered(died(BEGUN + DONE))
    assert found.state is not None
    assert (found.state.state, found.state.exit_status, found.state.action) == ("finished", 0, "accept")


def test_a_success_that_was_to_be_verified_is_no_success_yet(died: Died, recovered: Recover) -> None:
    found = recovered(died(BEGUN + DONE, verify=True))
    assert found.state is not None
    assert (found.state.state, found.state.exit_status) == ("lost", 1)


def test_a_job_that_only_waited_is_accounted_for(died: Died, recovered: Recover) -> None:
    held = died([], "queued")
    found = recovered(held)
    assert found.state is not None
    assert (found.state.state, found.state.cause) == ("lost", "log.empty")
    assert _read(held.files.first.meta)["task"] == "do it"


def test_a_job_without_a_state_yet_is_accounted_for(died: Died, recovered: Recover) -> None:
    held = died([], "queued")
    held.files.state.unlink()
    found = recovered(held)
    assert found.state is not None
    assert found.state.state == "lost"


def test_a_job_that_was_never_written_down_leaves_nothing(died: Died, judge: Judge) -> None:
    held = died([], "queued")
    for path in (held.files.state, held.files.asked, held.files.heartbeat):
        path.unlink()
    assert recover(held.files.folder, lambda _: judge) == ()
    assert list(held.files.folder.iterdir()) == []


def test_a_job_whose_repository_is_gone_is_still_brought_to_rest(
    died: Died, recovered: Recover, repo: Path
) -> None:
    held = died([], "queued")
    repo.rmdir()
    found = recovered(held)
    assert found.state is not None
    assert found.state.state == "lost"
    assert _read(held.files.first.meta)["repo"] == ""


def test_a_run_that_was_only_intended_is_forgotten(died: Died, recovered: Recover) -> None:
    held = died(BEGUN)
    intended = RunFiles(held.files.folder, "20990101-000000-aaaaaaaa")
    intended.jsonl.touch()
    write_state(held.files, replace(_state(held), runs=(held.files.run_id, intended.run_id)))
    found = recovered(held)
    assert found.state is not None
    assert found.state.runs == (held.files.run_id,)
    assert not intended.jsonl.exists()


@pytest.mark.parametrize(
    ("taken", "stop_signal", "state"),
    [
        ("resume", None, "lost"),
        ("resume_review", None, "lost"),
        ("human", None, "failed"),
        ("retry_later", None, "failed"),
        ("stop", None, "failed"),
        ("stop", 15, "cancelled"),
    ],
)
def test_what_was_done_about_the_last_verdict_says_whether_the_job_was_over(
    taken: str, stop_signal: int | None, state: str, died: Died, recovered: Recover
) -> None:
    held = died(BEGUN)
    held.files.first.verdict.write_text(json.dumps({"action_taken": taken}))
    write_meta(held.files.first, replace(_meta(held.files.first, "x"), stop_signal=stop_signal))
    found = recovered(held)
    assert found.state is not None
    assert found.state.state == state
    assert found.state.exit_status != 0


def test_a_job_that_was_to_wait_for_a_limit_is_not_over(died: Died, recovered: Recover) -> None:
    held = died(BEGUN, unattended=3600.0)
    held.files.first.verdict.write_text(json.dumps({"action_taken": "retry_later"}))
    found = recovered(held)
    assert found.state is not None
    assert found.state.state == "lost"


def test_a_lock_left_by_a_job_at_rest_is_cleared_away(died: Died, judge: Judge) -> None:
    held = died(BEGUN, "failed")
    assert recover(held.files.folder, lambda _: judge) == ()
    assert not held.files.lock.exists()
    assert not held.files.heartbeat.exists()
    assert _state(held).state == "failed"


def test_a_lock_that_somebody_removed_is_no_way_out(died: Died, judge: Judge) -> None:
    held = died(BEGUN)
    held.files.lock.unlink()
    found = recover_job(held.files, lambda _: judge)
    assert found is not None
    assert found.state is not None
    assert found.state.state == "lost"


def test_a_job_that_lives_is_not_touched(died: Died, judge: Judge) -> None:
    held = died(BEGUN)
    own = identity_of(os.getpid())
    assert own is not None
    lock = take_lock(held.files.lock)
    assert lock is not None
    write_heartbeat(held.files, Heartbeat(own, "now"))
    assert recover(held.files.folder, lambda _: judge) == ()
    assert _state(held).state == "running"
    lock.release()


def test_a_damaged_state_is_told_and_holds_up_no_other_job(died: Died, judge: Judge) -> None:
    damaged, other = died(BEGUN), died(BEGUN)
    damaged.files.state.write_text("{")
    found = {one.files.run_id: one for one in recover(damaged.files.folder, lambda _: judge)}
    assert "is damaged" in told(found[damaged.files.run_id])
    assert _state(other).state == "lost"
    done = subprocess.run(
        [sys.executable, "-m", "codexjob", "recover", "--log-dir", str(damaged.files.folder)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert len(jobs_in(damaged.files.folder)) == 2


@pytest.fixture
def sleeper() -> Iterator[Callable[[dict[str, str]], subprocess.Popen[bytes]]]:
    """Start processes that do nothing; those that are left are ended."""
    started: list[subprocess.Popen[bytes]] = []

    def start(env: dict[str, str]) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(["sleep", "120"], env={"PATH": os.environ["PATH"], **env}))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_what_a_dead_supervisor_left_running_is_ended_and_nobody_else(
    died: Died, recovered: Recover, sleeper: Callable[[dict[str, str]], subprocess.Popen[bytes]]
) -> None:
    held = died(BEGUN)
    marked, known, stranger, reused = (
        sleeper({MARK: held.files.run_id}), sleeper({}), sleeper({MARK: "another"}), sleeper({}),
    )  # fmt: skip
    identities = [identity_of(process.pid) for process in (known, reused)]
    assert None not in identities
    member, another = (identity for identity in identities if identity is not None)
    earlier = replace(another, started=another.started - 1)
    write_heartbeat(held.files, Heartbeat(DEAD, "now", held.files.run_id, None, (member, earlier)))
    found = recovered(held)
    assert found.processes_ended == 2
    assert [process.poll() is None for process in (marked, known, stranger, reused)] == [
        False, False, True, True,
    ]  # fmt: skip
    assert psutil.pid_exists(stranger.pid)
    assert _read(held.files.first.meta)["leftovers_ended"] == 2
