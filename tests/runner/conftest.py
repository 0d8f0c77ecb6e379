"""A fake `codex` program for faults that the real one cannot be made to show, and hand-made verdicts."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from codexjob.interrupt import Interrupts
from codexjob.launch import Surroundings
from codexjob.process import Graces
from codexjob.request import JobRequest
from logverdict.facts import Tokens
from logverdict.verdict import Verdict

SESSION = "01a203d0-36eb-7fb2-84a4-f3daf3bd1049"
QUICK = Graces(interrupt=0.4, terminate=0.4, kill=2.0, sweep=0.4, drain=0.3)
_PRELUDE = """#!{python} -IS
import json, os, signal, subprocess, sys, time
if sys.argv[1:] == ["--version"]:
    print("codex-cli 0.169.0")
    sys.exit(0)
prompt = sys.stdin.buffer.read().decode()
resumed = sys.argv[sys.argv.index("resume") + 1] if "resume" in sys.argv else None
def say(kind, **fields):
    print(json.dumps({{"type": kind, **fields}}), flush=True)
def item(stage, kind, **fields):
    say("item." + stage, item={{"id": "item_0", "type": kind, **fields}})
def session():
    say("thread.started", thread_id=resumed or "{session}")
    say("turn.started")
def done(text="done"):
    item("completed", "agent_message", text=text)
    say("turn.completed", usage={{"input_tokens": 10, "cached_input_tokens": 2, "output_tokens": 3}})
"""

FakeCodex = Callable[[str], Path]
MakeVerdict = Callable[..., Verdict]


@pytest.fixture
def fake_codex(tmp_path: Path) -> FakeCodex:
    """Write an executable `codex` whose body is Python; it has read its standard input as `prompt`."""

    def write(body: str) -> Path:
        path = tmp_path / "codex"
        path.write_text(_PRELUDE.format(python=sys.executable, session=SESSION) + body)
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    logs = tmp_path / "runs"
    logs.mkdir()
    return logs


@pytest.fixture
def around(folder: Path) -> Iterator[Surroundings]:
    """Surroundings of a run with short graces; afterwards no child of this process may be left."""
    before = set(_family())
    yield Surroundings(folder, Interrupts(), graces=QUICK)
    assert not set(_family()) - before


def _family() -> list[psutil.Process]:
    try:
        found = psutil.Process().children(recursive=True)
        return [child for child in found if child.status() != psutil.STATUS_ZOMBIE]
    except psutil.NoSuchProcess:  # one ended while they were listed
        return _family()


@pytest.fixture
def job(repo: Path) -> Callable[..., JobRequest]:
    def make(codex: Path | str, **changes: Any) -> JobRequest:
        return replace(JobRequest(repo, "do it", codex=str(codex), timeout=30.0), **changes)

    return make


@pytest.fixture
def make_verdict() -> MakeVerdict:
    def make(action: str = "accept", **changes: Any) -> Verdict:
        good = action == "accept"
        verdict = Verdict(
            path="x.jsonl",
            job_id=None,
            run_id=None,
            session_id=None,
            session_asked=None,
            format="jsonl",
            runs_in_file=1,
            codex_version=None,
            parts_missing=(),
            spoofable=False,
            verdict="success" if good else "environmental",
            success=good,
            finished=True,
            cause="work.done" if good else "network.stream_cut",
            action=action,  # type: ignore[arg-type]  # tests pass every action by its word
            action_taken=None,
            retry_at=None,
            confidence=None,
            decided_by="default",
            reason="made by hand",
            findings=(),
            noise=(),
            model=None,
            exit_code=0,
            signal=None,
            ended_by="codex",
            tokens=Tokens(),
            duration=1.0,
            ruleset="0",
            engine="re2",
            version="0",
        )
        return replace(verdict, **changes)

    return make


@pytest.fixture
def read_json() -> Callable[[Path], Any]:
    return lambda path: json.loads(path.read_bytes())
