import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from codexjob.launch import Surroundings, launch
from codexjob.request import JobRequest, RunRequest

Job = Callable[..., JobRequest]
FakeCodex = Callable[[str], Path]
RECONNECT = (
    "\nwhile True:\n    say('error', message='Reconnecting... waiting for network')\n    time.sleep(0.05)"
)
IGNORE = "signal.signal({}, signal.SIG_IGN)"
LEAVE = """
child = subprocess.Popen([sys.executable, "-IS", "-c", {body!r}], start_new_session=True)
open({pid!r}, "w").write(str(child.pid))
"""


def first(job: JobRequest) -> RunRequest:
    return RunRequest(job, "first", job.task, codex_version="0.169.0")


def test_time_limit_ends_codex(fake_codex: FakeCodex, job: Job, around: Surroundings) -> None:
    outcome = launch(first(job(fake_codex("session()\ntime.sleep(60)"), timeout=0.5)), around)
    assert outcome.meta.ended_by == "timeout"
    assert outcome.meta.signal == signal.SIGINT
    assert "time limit of 0.5s" in (outcome.meta.note or "")
    assert "codexjob: the time limit" in outcome.files.log.read_text()


def test_reconnects_are_no_progress(fake_codex: FakeCodex, job: Job, around: Surroundings) -> None:
    outcome = launch(first(job(fake_codex("session()" + RECONNECT), no_progress=0.5)), around)
    assert outcome.meta.ended_by == "no_progress"
    assert (outcome.meta.duration or 0) < 5


def test_open_command_stops_the_clock(fake_codex: FakeCodex, job: Job, around: Surroundings) -> None:
    body = (
        "session()\nitem('started', 'command_execution', command='make')\ntime.sleep(1)\n"
        "item('completed', 'command_execution', command='make', exit_code=0, status='completed')\ndone()"
    )
    outcome = launch(first(job(fake_codex(body), no_progress=0.5)), around)
    assert (outcome.meta.ended_by, outcome.meta.exit_code) == ("codex", 0)


def test_finished_codex_that_does_not_exit_is_ended(
    fake_codex: FakeCodex, job: Job, around: Surroundings
) -> None:
    outcome = launch(first(job(fake_codex("session()\ndone()\ntime.sleep(60)"), no_progress=0.4)), around)
    assert outcome.meta.ended_by == "no_progress"
    assert "had ended its turn" in (outcome.meta.note or "")


@pytest.mark.parametrize(
    ("ignored", "killer"),
    [("SIGINT", signal.SIGTERM), ("SIGINT SIGTERM", signal.SIGKILL)],
    ids=["term-after-int", "kill-after-term"],
)
def test_end_is_made_when_it_is_not_taken(
    ignored: str, killer: int, fake_codex: FakeCodex, job: Job, around: Surroundings
) -> None:
    body = f"for name in {ignored.split()!r}:\n    {IGNORE.format('getattr(signal, name)')}\nsession()\n"
    outcome = launch(first(job(fake_codex(body + "time.sleep(60)"), timeout=0.4)), around)
    assert (outcome.meta.signal, outcome.meta.ended_by) == (killer, "timeout")


def test_codex_that_ends_in_order_on_int_keeps_its_exit_code(
    fake_codex: FakeCodex, job: Job, around: Surroundings
) -> None:
    body = (
        "signal.signal(signal.SIGINT, lambda *_: (print('turn interrupted', file=sys.stderr), sys.exit(1)))\n"
    )
    outcome = launch(first(job(fake_codex(body + "session()\ntime.sleep(60)"), timeout=0.4)), around)
    assert (outcome.meta.exit_code, outcome.meta.signal, outcome.meta.ended_by) == (1, None, "timeout")
    assert outcome.files.stderr.read_text() == "turn interrupted\n"


@pytest.mark.parametrize(
    "body", ["import time; time.sleep(60)", "import signal, time; signal.signal(15, 1); time.sleep(60)"]
)
def test_grandchild_in_a_session_of_its_own_is_ended(
    body: str, fake_codex: FakeCodex, job: Job, around: Surroundings, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    leave = LEAVE.format(body=body.replace("signal(15, 1)", "signal(15, signal.SIG_IGN)"), pid=str(pid))
    outcome = launch(first(job(fake_codex(f"session()\n{leave}\ndone()"))), around)
    assert not psutil.pid_exists(int(pid.read_text()))
    assert (outcome.meta.ended_by, outcome.meta.exit_code) == ("codex", 0)
    assert outcome.meta.leftovers_ended == 1
    assert outcome.meta.leftovers == ()


def test_orphan_of_an_orphan_is_ended(
    fake_codex: FakeCodex, job: Job, around: Surroundings, tmp_path: Path
) -> None:
    mark = f"open({str(tmp_path / 'deep')!r}, 'w').write(str(os.getpid()))"
    deeper = f"import os, time; os.setsid() if os.fork() == 0 else os._exit(0); {mark}; time.sleep(60)"
    leave = LEAVE.format(body=deeper, pid=str(tmp_path / "pid"))
    wait = f"\nwhile not os.path.getsize({str(tmp_path / 'deep')!r}):\n    time.sleep(0.02)\n"
    (tmp_path / "deep").touch()
    outcome = launch(first(job(fake_codex(f"session()\n{leave}{wait}time.sleep(60)"), timeout=1.0)), around)
    assert not psutil.pid_exists(int((tmp_path / "deep").read_text()))
    assert outcome.meta.leftovers == ()


def test_grandchild_that_holds_the_pipes_does_not_delay_the_end(
    fake_codex: FakeCodex, job: Job, around: Surroundings, tmp_path: Path
) -> None:
    noisy = "import time\nwhile True: print('x', flush=True); time.sleep(0.01)"
    leave = LEAVE.format(body=noisy, pid=str(tmp_path / "pid"))
    outcome = launch(first(job(fake_codex(f"session()\n{leave}\ndone()"))), around)
    assert (outcome.meta.duration or 99) < 5
    assert outcome.meta.ended_by == "codex"


def test_process_that_was_there_before_is_not_touched(
    fake_codex: FakeCodex, job: Job, around: Surroundings
) -> None:
    stranger = psutil.Popen(["sleep", "60"])
    try:
        launch(first(job(fake_codex("session()\ntime.sleep(60)"), timeout=0.3)), around)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_codex_and_is_recorded(
    number: int, fake_codex: FakeCodex, job: Job, around: Surroundings
) -> None:
    timer = threading.Timer(0.5, around.interrupts.note, (number,))
    timer.start()
    outcome = launch(first(job(fake_codex("session()\ntime.sleep(60)"))), around)
    assert (outcome.meta.ended_by, outcome.meta.stop_signal) == ("cancelled", number)
    assert outcome.meta.exit_code is None


def test_second_signal_shortens_the_grace(fake_codex: FakeCodex, job: Job, around: Surroundings) -> None:
    patient = replace(around, graces=replace(around.graces, interrupt=30.0, terminate=30.0))
    for delay in (0.4, 0.8, 1.2):
        threading.Timer(delay, around.interrupts.note, (signal.SIGINT,)).start()
    body = f"{IGNORE.format('2')}\n{IGNORE.format('15')}\nsession()\n"
    began = time.monotonic()
    outcome = launch(first(job(fake_codex(body + "time.sleep(60)"))), patient)
    assert time.monotonic() - began < 10
    assert outcome.meta.signal == signal.SIGKILL


def test_signal_before_the_start_starts_nothing(
    fake_codex: FakeCodex, job: Job, around: Surroundings, repo: Path
) -> None:
    around.interrupts.note(signal.SIGTERM)
    outcome = launch(first(job(fake_codex(f"open({str(repo / 'x')!r}, 'w')"))), around)
    assert outcome.meta.ended_by == "cancelled"
    assert not list(repo.iterdir())
