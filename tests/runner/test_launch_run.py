import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from codexjob.files import RunFiles
from codexjob.ids import is_run_id
from codexjob.launch import RunOutcome, Surroundings, launch
from codexjob.readable import READABLE_MARK
from codexjob.request import JobRequest, RunRequest

SESSION = "01a203d0-36eb-7fb2-84a4-f3daf3bd1049"
Job = Callable[..., JobRequest]
FakeCodex = Callable[[str], Path]


def first(job: JobRequest, **changes: Any) -> RunRequest:
    return replace(RunRequest(job, "first", job.task, codex_version="0.169.0"), **changes)


def modes(outcome: RunOutcome) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in outcome.files.folder.iterdir()}


def test_run_is_recorded_as_it_came(fake_codex: FakeCodex, job: Job, around: Surroundings) -> None:
    error = 'print("2026 ERROR x: y", file=sys.stderr)'
    body = f'session()\n{error}\ndone("fertig \\u2714")\nprint("no json")\nsys.exit(3)'
    outcome = launch(first(job(fake_codex(body))), around)
    lines = outcome.files.jsonl.read_text().splitlines()
    assert json.loads(lines[0]) == {"type": "thread.started", "thread_id": SESSION}
    assert lines[-1] == "no json"
    assert outcome.files.stderr.read_text() == "2026 ERROR x: y\n"
    assert outcome.meta.ended_by == "codex"
    assert (outcome.meta.exit_code, outcome.meta.signal) == (3, None)
    assert outcome.meta.session_id == SESSION
    log = outcome.files.log.read_text()
    assert log.startswith(READABLE_MARK)
    assert "codex: fertig ✔" in log
    assert "stderr: 2026 ERROR x: y" in log


def test_meta_file_says_what_the_outcome_says(
    fake_codex: FakeCodex, job: Job, around: Surroundings, read_json: Callable[[Path], Any]
) -> None:
    outcome = launch(first(job(fake_codex("session()\ndone()"), model="m1")), around)
    meta = read_json(outcome.files.meta)
    assert meta["schema"] == "codexjob.meta/1"
    assert is_run_id(meta["run_id"])
    assert meta["job_id"] == f"job-{meta['run_id']}"
    assert meta["model"] == "m1"
    assert meta["codex_version"] == "0.169.0"
    assert meta["ended_by"] == "codex"
    assert isinstance(meta["utc_offset"], int)
    assert meta["started_at"] < meta["ended_at"]
    assert meta["leftovers"] == []


def test_only_the_owner_can_read_the_files(fake_codex: FakeCodex, job: Job, around: Surroundings) -> None:
    outcome = launch(first(job(fake_codex("session()\ndone()"))), around)
    assert modes(outcome) == {0o600}
    assert {path.name for path in outcome.files.folder.iterdir()} == {
        f"codex-run-{outcome.meta.run_id}.{kind}"
        for kind in ("log", "jsonl", "stderr", "meta.json", "before.json")
    }


def test_run_is_announced_before_codex_starts(
    fake_codex: FakeCodex, job: Job, around: Surroundings, repo: Path
) -> None:
    seen: list[tuple[RunFiles, bool, bool]] = []
    body = f"open({str(repo / 'started')!r}, 'w').close()\nsession()\ndone()"

    def announce(files: RunFiles) -> None:
        seen.append((files, files.meta.exists(), (repo / "started").exists()))

    outcome = launch(first(job(fake_codex(body))), replace(around, announce=announce))
    assert seen == [(outcome.files, True, False)]
    assert (repo / "started").exists()


@pytest.mark.parametrize(
    "task", ["--help", "-", "two\nlines", "it✔s \x01 'quoted' $(x) \"y\" \\", "ü" * 300_000], ids=range(5)
)
def test_prompt_reaches_codex_by_standard_input_only(
    task: str, fake_codex: FakeCodex, job: Job, around: Surroundings
) -> None:
    body = "session()\nitem('completed', 'agent_message', text=prompt)\nsay('argv', argv=sys.argv[1:])"
    outcome = launch(first(job(fake_codex(body), task=task)), around)
    events = [json.loads(line) for line in outcome.files.jsonl.read_text().splitlines()]
    assert events[2]["item"]["text"] == task
    assert events[3]["argv"][-1] == "-"
    assert task == "-" or task not in events[3]["argv"]


def test_standard_input_is_never_inherited(fake_codex: FakeCodex, job: Job, around: Surroundings) -> None:
    reading, writing = os.pipe()
    kept = os.dup(0)
    os.dup2(reading, 0)
    try:
        outcome = launch(first(job(fake_codex("session()\ndone()"), timeout=10.0)), around)
    finally:
        os.dup2(kept, 0)
        for handle in (kept, reading, writing):
            os.close(handle)
    assert outcome.meta.ended_by == "codex"


def test_codex_that_reads_nothing_still_ends_well(tmp_path: Path, job: Job, around: Surroundings) -> None:
    codex = tmp_path / "codex"
    codex.write_text('#!/bin/sh\nexec 0<&-\necho \'{"type":"turn.started"}\'\n')
    codex.chmod(0o755)
    outcome = launch(first(job(codex, task="x" * 5_000_000)), around)
    assert (outcome.meta.exit_code, outcome.meta.ended_by) == (0, "codex")


def test_missing_codex_is_an_outcome(job: Job, around: Surroundings, tmp_path: Path) -> None:
    outcome = launch(first(job(tmp_path / "none")), around)
    assert outcome.meta.ended_by == "start_failed"
    assert outcome.meta.exit_code is None
    assert "No such file" in (outcome.meta.note or "")
    assert "npm install" in (outcome.meta.note or "")
    assert outcome.files.jsonl.read_bytes() == b""


def test_codex_that_is_not_executable_is_an_outcome(job: Job, around: Surroundings, tmp_path: Path) -> None:
    (tmp_path / "codex").write_text("#!/bin/sh\n")
    outcome = launch(first(job(tmp_path / "codex")), around)
    assert outcome.meta.ended_by == "start_failed"
    assert "Permission denied" in (outcome.meta.note or "")


def test_version_is_asked_once_it_is_not_known(fake_codex: FakeCodex, job: Job, around: Surroundings) -> None:
    outcome = launch(first(job(fake_codex("session()\ndone()")), codex_version=None), around)
    assert outcome.meta.codex_version == "0.169.0"


def test_codex_killed_from_outside_is_told_by_its_signal(
    fake_codex: FakeCodex, job: Job, around: Surroundings
) -> None:
    outcome = launch(first(job(fake_codex("session()\nos.kill(os.getpid(), signal.SIGTERM)"))), around)
    assert (outcome.meta.exit_code, outcome.meta.signal, outcome.meta.ended_by) == (None, 15, "codex")


def test_other_session_than_asked_for_is_noted(fake_codex: FakeCodex, job: Job, around: Surroundings) -> None:
    asked = "00000000-0000-7000-8000-000000000000"
    body = f'resumed = "{SESSION}"\nsession()\ndone()'
    outcome = launch(first(job(fake_codex(body)), session_asked=asked), around)
    assert (outcome.meta.session_asked, outcome.meta.session_id) == (asked, SESSION)
    assert "another session" in (outcome.meta.note or "")


def test_very_long_task_leaves_the_meta_file_small(
    fake_codex: FakeCodex, job: Job, around: Surroundings
) -> None:
    outcome = launch(first(job(fake_codex("session()\ndone()"), task="\U0001f600" * 400_000)), around)
    assert outcome.files.meta.stat().st_size < 1 << 20
