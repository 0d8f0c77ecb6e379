import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from codexjob.family import MARK, Family, adopt_orphans
from codexjob.interrupt import Interrupts, noting_signals
from codexjob.launch import Surroundings, launch
from codexjob.process import codex_version
from codexjob.request import JobRequest, RunRequest


def program(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("body", "version"),
    [
        ("echo codex-cli 0.169.0", "0.169.0"),
        ("echo codex 0.170.0-alpha.1", "0.170.0-alpha.1"),
        ("exit 1", None),
    ],
)
def test_version_is_taken_from_what_codex_says(body: str, version: str | None, tmp_path: Path) -> None:
    assert codex_version(program(tmp_path / "codex", body)) == version


def test_version_of_a_codex_that_hangs_is_unknown(tmp_path: Path) -> None:
    began = time.monotonic()
    assert codex_version(program(tmp_path / "codex", "sleep 60"), wait=0.2) is None
    assert time.monotonic() - began < 10


def test_version_of_a_missing_codex_is_unknown(tmp_path: Path) -> None:
    assert codex_version(str(tmp_path / "none")) is None


def test_signals_are_noted_and_given_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with noting_signals() as interrupts:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.wait(5)
    assert (interrupts.signal, interrupts.count) == (signal.SIGTERM, 2)
    assert signal.getsignal(signal.SIGTERM) == before


def test_signals_stay_where_they_are_outside_the_main_thread() -> None:
    seen: list[object] = []

    def note() -> None:
        with noting_signals():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=note)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]


def test_wait_is_over_when_the_time_is() -> None:
    assert Interrupts().wait(0.01) is False


@pytest.mark.skipif(not adopt_orphans(), reason="only Linux hands orphans to their grandparent")
@pytest.mark.parametrize(("run_id", "is_ended"), [("mine", True), ("other", False)])
def test_orphan_is_ended_only_with_the_mark_of_the_run(run_id: str, is_ended: bool) -> None:
    adopt_orphans()
    stranger = subprocess.Popen(["sleep", "60"])
    family = Family("mine")
    parent = subprocess.Popen(
        ["sh", "-c", "sleep 60 & echo $!"], stdout=subprocess.PIPE, env={**os.environ, MARK: run_id}
    )
    with parent:
        assert parent.stdout is not None
        orphan = psutil.Process(int(parent.stdout.readline()))
    try:
        assert family.sweep(0.5).ended == is_ended
        assert orphan.is_running() is not is_ended
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
        if orphan.is_running():
            orphan.kill()
            orphan.wait()


def test_nothing_is_left_when_codexjob_itself_fails(
    fake_codex: Callable[[str], Path],
    job: Callable[..., JobRequest],
    around: Surroundings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("codexjob.launch.Watch.until_end", lambda _: 1 / 0)
    asked = job(fake_codex("session()\ntime.sleep(60)"))
    with pytest.raises(ZeroDivisionError):
        launch(RunRequest(asked, "first", "x", codex_version="0.169.0"), around)
