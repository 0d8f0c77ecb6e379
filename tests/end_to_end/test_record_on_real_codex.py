"""A scenario recorded twice on the real Codex CLI gives the same record, and nothing is left behind."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from codexjob.record.batch import plan, record_all
from codexjob.record.install import cache_folder
from codexjob.record.label import label_of
from codexjob.record.record import Record
from codexjob.record.scenario import MODES, Mode, RecordedScenario

ROOT = Path(__file__).resolve().parents[2]
NEWEST = "0.169.0"
LIMITED = {
    "name": "limit_midway",
    "family": "usage_limit",
    "task": "Fix it.",
    "files": {"a.txt": "one\n"},
    "replies": [
        {"run": "cat a.txt"},
        {
            "status": 429,
            "body": {"error": {"type": "usage_limit_reached", "plan_type": "plus"}},
            "resets_in": 5400,
        },
    ],
    "truth": {
        "verdict": "environmental",
        "success": False,
        "cause": "limit.usage",
        "actions": ["retry_later"],
        "line": "hit your usage limit",
    },
}


@pytest.fixture
def cache() -> Iterator[Path]:
    """Give a folder outside of the checkout, so that a run without git is really without it."""
    folder = cache_folder() / f"test-{uuid.uuid4().hex[:8]}"
    yield folder
    work = folder / "work"
    if work.is_dir():
        work.rmdir()  # fails where a run left something
    if folder.is_dir():
        folder.rmdir()


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the Codex that the checkout has installed be found."""
    monkeypatch.chdir(ROOT)


def changed(**fields: object) -> RecordedScenario:
    return RecordedScenario.model_validate({**LIMITED, **fields})


def recorded(scenario: RecordedScenario, cache: Path, modes: tuple[Mode, ...] = ("json",)) -> list[Record]:
    played = plan([scenario], [NEWEST], modes, cache)
    records = [one.record for one in record_all(played, cache=cache, jobs=2)]
    assert None not in records
    return sorted((record for record in records if record), key=lambda record: record.mode)


def test_a_scenario_recorded_twice_gives_the_same_record(cache: Path) -> None:
    first = recorded(changed(), cache, MODES)
    second = recorded(changed(), cache, MODES)
    assert [record.parts for record in first] == [record.parts for record in second]
    for record in first:
        assert record.exit_code == 1
        assert not label_of(record).lacks_its_line
        assert {"rollout", "meta"} <= set(record.parts)
        whole = b"".join(record.parts.values())
        assert str(ROOT).encode() not in whole
        assert str(cache).encode() not in whole
        assert b"You are" not in whole
    human, json = first
    assert b"try again at 11:30 AM" in human.parts["stderr"]
    assert b'"type":"turn.failed"' in json.parts["stdout"]


def test_who_ended_a_run_is_recorded_and_nothing_of_it_is_left(cache: Path) -> None:
    seconds = f"{300 + os.getpid() % 100}.25"
    scenario = changed(
        replies=[{"run": f"sleep {seconds}"}],
        run={"end": {"after": "command", "seconds": 0.3, "signal": "KILL", "to": "group"}},
    )
    (record,) = recorded(scenario, cache)
    assert (record.exit_code, record.signal) == (None, 9)
    assert not [one for one in psutil.process_iter(["cmdline"]) if seconds in (one.info["cmdline"] or [])]


def test_the_record_of_a_resumed_session_is_that_of_its_last_run(cache: Path) -> None:
    scenario = changed(
        replies=[{"say": "First."}, {"say": "Second."}], run={"resume": {"task": "Go on.", "ask": "same"}}
    )
    (record,) = recorded(scenario, cache)
    assert record.exit_code == 0
    assert b"Second." in record.parts["stdout"]
    assert b"First." not in record.parts["stdout"]
    assert b"First." in record.parts["rollout"]
    session = b"0199c0de-0000-7000-8000-000000000001"
    assert b'"thread_id":"' + session in record.parts["stdout"]
    assert b'"session_asked": "' + session in record.parts["meta"]
