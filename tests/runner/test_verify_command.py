import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from codexjob.practice.sample import sample_repository

RUN = "20261122-204427-mtlznrea"


def codexjob(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "codexjob", *map(str, arguments))
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Lay out a finished run whose repository was changed after its last commit."""
    repo = sample_repository(tmp_path / "repo", {"a.py": "x = 1\n"})
    (repo / "a.py").write_text("x = 2\n")
    (tmp_path / "logs").mkdir()
    meta = {"schema": "codexjob.meta/1", "run_id": RUN, "repo": str(repo), "exit_code": 0}
    (tmp_path / "logs" / f"codex-run-{RUN}.meta.json").write_text(json.dumps(meta))
    (tmp_path / "logs" / f"codex-run-{RUN}.jsonl").write_text("")
    return tmp_path / "logs"


@pytest.mark.parametrize(
    ("command", "status", "outcome"), [("true", 0, "passed"), ("false", 1, "failed"), ("none", 75, "open")]
)
def test_the_exit_status_tells_the_outcome(logs: Path, command: str, status: int, outcome: str) -> None:
    words = ("--run-tests", command, "--compare", "never", "--format", "json")
    done = codexjob("verify", RUN, "--log-dir", logs, *words)
    found: Any = json.loads(done.stdout)
    assert (done.returncode, found["outcome"], done.stderr) == (status, outcome, "")
    assert found["verdict"]["cause"] == "log.empty"


def test_a_run_is_found_by_its_meta_file_and_shown_for_people(logs: Path) -> None:
    done = codexjob("verify", "--meta", logs / f"codex-run-{RUN}.meta.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "          M a.py\nsyntax    1 read, none broken\n" in done.stdout


def test_a_run_that_was_recovered_can_be_looked_at(logs: Path) -> None:
    meta = logs / f"codex-run-{RUN}.meta.json"
    meta.write_text(meta.read_text().replace('"exit_code": 0', '"ended_at": "2026-11-22T20:44:30.000Z"'))
    assert codexjob("verify", RUN, "--log-dir", logs).returncode == 0


@pytest.mark.parametrize("output", ["text", "json"])
def test_no_secret_is_shown(logs: Path, monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "0123456789abcdef")
    done = codexjob(
        "verify", RUN, "--log-dir", logs, "--format", output, "--run-tests", "echo 0123456789abcdef"
    )
    assert done.returncode == 0
    assert "0123456789abcdef" not in done.stdout


def test_a_run_of_the_earlier_wrapper_can_be_looked_at(logs: Path) -> None:
    for path in logs.iterdir():
        path.rename(logs / path.name.replace(RUN, "20260214-101112-123456").replace(".jsonl", ".log"))
    meta = logs / "codex-run-20260214-101112-123456.meta.json"
    assert codexjob("verify", "--meta", meta, "--run-tests", "true").returncode == 0


def test_a_run_that_goes_on_is_not_looked_at_yet(logs: Path) -> None:
    meta = logs / f"codex-run-{RUN}.meta.json"
    meta.write_text(meta.read_text().replace('"exit_code": 0', '"exit_code": null'))
    done = codexjob("verify", RUN, "--log-dir", logs)
    assert (done.returncode, list(logs.glob("*.verification.json"))) == (2, [])
    assert "has not ended" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name one run"),
        ([RUN, "--log-dir", "/nowhere"], "cannot read"),
        ([RUN, "20261122-204427-mtlznreb"], "name one run"),
        ([RUN, "pytest"], "unexpected argument 'pytest'"),
        (["--meta", "x.json"], "is not the meta file of a run"),
        (["../../etc/passwd"], "name one run"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(words: list[str], said: str) -> None:
    done = codexjob("verify", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_test_command_that_cannot_be_is_refused_before_the_run(tmp_path: Path) -> None:
    job = ("--repo", tmp_path, "--task", "x", "--log-dir", tmp_path / "logs")
    done = codexjob("run", *job, "--test-command", "pytest 'a")
    assert done.returncode == 2
    assert "cannot be split" in done.stderr
    assert not (tmp_path / "logs").exists()
