import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

FakeCodex = Callable[[str], Path]
GOOD = "session()\nitem('completed', 'agent_message', text=' '.join(sys.argv[1:]))\ndone()"
# Says that it works, then works for ever; it takes INT like the real one: by an orderly end.
HANG = (
    "signal.signal(signal.SIGINT, lambda *_: sys.exit(1))\nsession()\n"
    "child = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
    "item('started', 'command_execution', command=str(child.pid))\ntime.sleep(60)"
)


def argv(*args: str) -> list[str]:
    return [sys.executable, "-m", "codexjob", "run", *args]


def codexjob(cwd: Path, *args: str, **changes: Any) -> subprocess.CompletedProcess[str]:
    changes = {"stdin": subprocess.DEVNULL, **changes} if "input" not in changes else changes
    return subprocess.run(
        argv(*args), cwd=cwd, capture_output=True, text=True, timeout=60, check=False, **changes
    )


def piped(command: list[str], cwd: Path, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=cwd, text=True, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@contextmanager
def hanging(cwd: Path, codex: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Start a job whose Codex is in the middle of a command; give it with the record of its run."""
    command = argv("--repo", "repo", "--task", "x", "--codex", str(codex))
    with piped(command, cwd) as process:
        try:
            assert process.stdout is not None
            lines = dict(process.stdout.readline().strip().split("=", 1) for _ in range(4))
            record = Path(lines["log_file"]).with_suffix(".jsonl")
            while "command_execution" not in record.read_text():
                assert process.poll() is None
            yield process, record
        finally:
            process.kill()


def command_of(record: Path) -> int:
    """Give the process id of the command that the hanging Codex is running."""
    events = [json.loads(line) for line in record.read_text().splitlines()]
    return int(events[-1]["item"]["command"])


def test_good_run_is_announced_told_and_accepted(fake_codex: FakeCodex, repo: Path) -> None:
    done = codexjob(repo.parent, "--repo", "repo", "--task", "x", "--codex", str(fake_codex(GOOD)))
    lines = done.stdout.splitlines()
    assert [line.split("=")[0] for line in lines[:4]] == [
        "codex_run_id",
        "log_file",
        "meta_file",
        "summary_file_pending",
    ]
    assert lines[4].startswith("verdict ")
    assert "Traceback" not in done.stderr
    summary = json.loads(Path(lines[3].split("=")[1]).read_bytes())
    assert summary["job_done"] is True
    assert done.returncode == (0 if summary["success"] else 1)
    assert {path.stat().st_mode & 0o777 for path in (repo.parent / "runs").iterdir()} == {0o600}


def test_announcement_is_there_while_codex_still_runs(fake_codex: FakeCodex, repo: Path) -> None:
    with hanging(repo.parent, fake_codex(HANG)) as (process, record):
        meta = json.loads(record.with_suffix(".meta.json").read_bytes())
        assert (meta["ended_by"], meta["exit_code"]) == (None, None)
        assert psutil.pid_exists(meta["pid"])
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_arguments_for_codex_stand_behind_two_dashes(fake_codex: FakeCodex, repo: Path) -> None:
    args = [
        "--repo",
        "repo",
        "--task",
        "x",
        "--codex",
        str(fake_codex(GOOD)),
        "--",
        "-s",
        "read-only",
        "-c",
        "a=b",
    ]
    done = codexjob(repo.parent, *args)
    (record,) = (repo.parent / "runs").glob("*.jsonl")
    assert f"exec --json -C {repo} -s read-only -c a=b -" in record.read_text()
    assert "Traceback" not in done.stderr


def test_json_is_the_only_thing_on_standard_output(fake_codex: FakeCodex, repo: Path) -> None:
    args = ["--repo", "repo", "--task", "x", "--codex", str(fake_codex(GOOD)), "--format", "json"]
    done = codexjob(repo.parent, *args)
    assert json.loads(done.stdout)["schema"] == "codexjob.summary/1"
    assert done.stderr.startswith("codex_run_id=")


def test_task_comes_from_standard_input(fake_codex: FakeCodex, repo: Path) -> None:
    codex = fake_codex("session()\nitem('completed', 'agent_message', text=prompt)\ndone()")
    args = ["--repo", "repo", "-", "--codex", str(codex), "--", "-c", "a=b"]
    codexjob(repo.parent, *args, input="mach✔s")
    (record,) = (repo.parent / "runs").glob("*.jsonl")
    assert "mach\\u2714s" in record.read_text()


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_interrupted_job_leaves_whole_files_and_no_process(
    number: int, status: int, fake_codex: FakeCodex, repo: Path
) -> None:
    with hanging(repo.parent, fake_codex(HANG)) as (process, record):
        below = command_of(record)
        process.send_signal(number)
        assert process.wait(30) == status
        assert not psutil.pid_exists(below)
        stem = record.name.removesuffix(".jsonl")
        documents = {path.name: json.loads(path.read_bytes()) for path in record.parent.glob("*.json")}
        assert documents[f"{stem}.meta.json"]["ended_by"] == "cancelled"
        assert documents[f"{stem}.meta.json"]["stop_signal"] == number
        assert documents[f"{stem}.verdict.json"]["success"] is False
        assert documents[f"{stem}.summary.json"]["job_done"] is True
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_hangup_is_ignored_where_nohup_asked_for_it(fake_codex: FakeCodex, repo: Path) -> None:
    ignore = "import os, signal as s, sys; s.signal(s.SIGHUP, s.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    body = "session()\nos.kill(os.getppid(), signal.SIGHUP)\ntime.sleep(0.3)\ndone()"
    command = argv("--repo", "repo", "--task", "x", "--codex", str(fake_codex(body)))
    done = subprocess.run(
        [sys.executable, "-c", ignore, *command],
        cwd=repo.parent,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1)
    (meta,) = (repo.parent / "runs").glob("*.meta.json")
    assert json.loads(meta.read_bytes())["ended_by"] == "codex"


def test_reader_that_goes_away_does_not_end_the_job(fake_codex: FakeCodex, repo: Path) -> None:
    command = argv("--repo", "repo", "--task", "x", "--codex", str(fake_codex(GOOD)))
    with piped(command, repo.parent) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(30) in (0, 1)
        assert process.stderr is not None
        assert "Error" not in process.stderr.read()
    (summary,) = (repo.parent / "runs").glob("*.summary.json")
    assert json.loads(summary.read_bytes())["job_done"] is True


def test_missing_codex_is_environmental(repo: Path) -> None:
    done = codexjob(repo.parent, "--repo", "repo", "--task", "x", "--codex", "no-such-codex")
    assert done.returncode == 75
    assert "cannot start Codex as 'no-such-codex': No such file or directory" in done.stdout


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--repo", "none", "--task", "x"], "none does not exist"),
        (["--repo", "repo"], "give the task once"),
        (["--repo", "repo", "--task", ""], "the task is empty"),
        (["--repo", "repo", "--task", "x", "-"], "give the task once"),
        (["--repo", "repo", "--task-file", "none"], "cannot read --task-file none"),
        (["--repo", "repo", "-"], "the task is empty"),
        (["--repo", "repo", "--task", "x", "--resume", "latest"], "'latest' is neither a session id"),
        (["--repo", "repo", "--task", "x", "--timeout", "soon"], "--timeout 'soon' is not a duration"),
        (["--repo", "repo", "--task", "x", "stray"], "unexpected argument 'stray'"),
        (["--repo", "repo", "--task", "x", "--", "--json"], "--json cannot be given"),
        (["--repo", "repo", "--task", "x", "--max-retries", "-1"], "--max-retries"),
        (["--task", "x"], "--repo"),
    ],
)
def test_wrong_use_is_one_message_and_starts_nothing(args: list[str], message: str, repo: Path) -> None:
    done = codexjob(repo.parent, *args)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (repo.parent / "runs").exists()


def test_log_folder_that_cannot_be_made_is_one_message(repo: Path) -> None:
    (repo.parent / "file").write_text("")
    done = codexjob(repo.parent, "--repo", "repo", "--task", "x", "--log-dir", "file/runs")
    assert done.returncode == 75
    assert done.stderr.startswith("codexjob: cannot make the log folder")


def test_command_imports_nothing_heavy() -> None:
    heavy = {
        "sklearn",
        "numpy",
        "scipy",
        "fastapi",
        "starlette",
        "uvicorn",
        "http.server",
        "aiohttp",
        "sqlalchemy",
    }
    loaded = "codexjob.commands.run, codexjob.life.foreground, codexjob.life.service"
    code = f"import sys, {loaded}; print(*{heavy!r}.intersection(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""


def test_output_fits_any_encoding(fake_codex: FakeCodex, repo: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = codexjob(repo.parent, "--repo", "repo", "--task", "ü", "--codex", str(fake_codex(GOOD)), env=env)
    assert "Traceback" not in done.stderr
    assert "verdict " in done.stdout


def test_ctrl_c_while_the_task_is_awaited_is_quiet(repo: Path) -> None:
    with piped(argv("--repo", "repo", "-"), repo.parent, stdin=subprocess.PIPE) as process:
        _wait_until_it_reads(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""


def _wait_until_it_reads(pid: int) -> None:
    place = Path(f"/proc/{pid}/wchan")
    until = time.monotonic() + 10
    while not place.exists() or "pipe" not in place.read_text():
        if time.monotonic() > until:
            pytest.skip("this system does not tell what a process waits for")
        time.sleep(0.05)
