"""The fault scripts in short form; `make faults` runs them in full."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Script = Callable[..., str]


@pytest.fixture
def script(codex: Path, codex_home: Path) -> Script:
    """Run one of the scripts in a folder of its own; it must end well."""
    assert codex.exists()

    def run(name: str, *options: str) -> str:
        command = [sys.executable, str(ROOT / "tests" / "faults" / name), str(codex_home), *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=170, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_kills_at_random_instants_lose_nothing_and_leave_nothing(script: Script) -> None:
    shown = script("kills.py", "--rounds", "6", "--seed", "11")
    assert "6 rounds" in shown
    assert "0 wrong, 0 processes left" in shown


def test_a_kill_before_any_change_to_the_disk_loses_nothing(script: Script) -> None:
    assert "0 wrong, 0 processes left" in script("every_write.py", "--every", "37")


def test_many_jobs_at_once_end_with_their_verdicts_in_bounded_memory(script: Script) -> None:
    shown = script("many_jobs.py", "--jobs", "4")
    assert "4 jobs, 0 wrong, 0 processes left" in shown
    most = float(shown.split("of its own: at most ")[1].split(" MiB")[0])
    assert 0 < most < 200
