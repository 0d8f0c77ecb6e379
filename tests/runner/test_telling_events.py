"""The events of a job: which come, in which order, and that each is what the published schema says."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from codexjob.job import JobOutcome, JobSetting, run_job
from codexjob.launch import Surroundings
from codexjob.request import JobRequest
from codexjob.telling.event import Told
from codexjob.telling.event_json import event_schema
from codexjob.telling.reporter import Reporter
from codexjob.telling.sample import sample_letter
from codexjob.telling.teller import telling
from codexjob.telling.wanted import Telling
from logverdict.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
SESSION = "01a203d0-36eb-7fb2-84a4-f3daf3bd1049"
WORK = """
session()
item("started", "command_execution", command="make", status="in_progress")
item("completed", "command_execution", command="make", status="completed", exit_code=0, aggregated_output="")
item("completed", "file_change", changes=[{"path": "a", "kind": "add"}], status="completed")
done()
"""
Job = Callable[..., JobRequest]
FakeCodex = Callable[[str], Path]
MakeVerdict = Callable[..., Verdict]


@pytest.fixture
def events_of(
    around: Surroundings, job: Job, fake_codex: FakeCodex, tmp_path: Path
) -> Callable[..., list[Any]]:
    """Run a job whose runs get the given verdicts, and give the events it wrote to a file."""

    def run(*verdicts: Verdict, body: str = WORK, **changes: Any) -> list[Any]:
        left: Iterator[Verdict] = iter(verdicts)
        stream = tmp_path / "events.jsonl"
        with telling(Telling(stream=stream, **changes), around.folder, pytest.fail) as tell:
            setting = JobSetting(
                replace(around, reporter=Reporter(tell, interval=0.0)),
                lambda files: replace(next(left), run_id=files.run_id),
                pause=0.0,
            )
            outcome: JobOutcome = run_job(job(fake_codex(body)), setting)
        assert outcome.runs
        return [json.loads(line) for line in stream.read_text().splitlines()]

    return run


def test_the_published_schema_is_that_of_the_records() -> None:
    published = json.loads((ROOT / "docs" / "events.schema.json").read_text())
    assert published == event_schema(), "run: python -m codexjob.telling.event_json > docs/events.schema.json"


def test_every_event_of_a_job_is_as_the_schema_says(
    events_of: Callable[..., list[Any]], make_verdict: MakeVerdict
) -> None:
    red = make_verdict("resume_review", verdict="real", cause="work.tests_failing")
    events = events_of(red, make_verdict(), body=WORK + "time.sleep(2.5)")
    schema = json.loads((ROOT / "docs" / "events.schema.json").read_text())
    for event in events:
        jsonschema.validate(event, schema)
    told = [event["type"] for event in events if event["type"] != "run.progress"]
    once = ["run.started", "run.finished", "verdict", "action"]
    assert told == [*once, *once, "job.finished"]
    assert "run.progress" in {event["type"] for event in events}
    assert len({event["id"] for event in events}) == len(events)
    assert {event["data"]["place"]["job_id"] for event in events} == {events[0]["data"]["place"]["job_id"]}


def test_events_say_what_follows_and_how_it_ended(
    events_of: Callable[..., list[Any]], make_verdict: MakeVerdict
) -> None:
    events = events_of(make_verdict("resume"), make_verdict())
    data = [(event["type"], event["data"]) for event in events]
    actions = [one for kind, one in data if kind == "action"]
    assert [(one["action_taken"], one["next_kind"]) for one in actions] == [
        ("resume", "resume"),
        ("accept", None),
    ]
    last = data[-1][1]
    assert (last["success"], last["exit_status"], len(last["runs"])) == (True, 0, 2)
    finished = next(one for kind, one in data if kind == "run.finished")
    assert (finished["exit_code"], finished["ended_by"], finished["place"]["session_id"]) == (
        0,
        "codex",
        SESSION,
    )


def test_progress_counts_what_codex_did(make_meta: Any, folder: Path) -> None:
    told: list[Told] = []
    now = [0.0]
    reporter = Reporter(told.append, interval=30.0, clock=lambda: now[0])
    reporter.run_started(*make_meta(folder))
    reporter.saw({"type": "item.completed", "item": {"type": "command_execution", "command": "make\nall"}})
    reporter.beat()
    assert [one.type for one in told] == ["run.started"]
    now[0] = 31.0
    reporter.beat()
    reporter.beat()
    progress: Any = told[-1]
    assert [one.type for one in told] == ["run.started", "run.progress"]
    assert (progress.elapsed, progress.events, progress.commands, progress.latest) == (
        31.0,
        1,
        1,
        "ran: make",
    )


@pytest.fixture
def make_meta() -> Any:
    from codexjob.files import RunFiles
    from codexjob.runmeta import RunMeta

    def make(folder: Path) -> tuple[RunFiles, RunMeta]:
        run_id = "20260101-000000-abcdefgh"
        meta = RunMeta(run_id, f"job-{run_id}", "first", "/repo", "do it", (), "2026-01-01T00:00:00.000Z", 0)
        return RunFiles(folder, run_id), meta

    return make


def test_a_stream_that_cannot_be_written_is_said_once_and_hurts_nobody(
    around: Surroundings, job: Job, fake_codex: FakeCodex, make_verdict: MakeVerdict, tmp_path: Path
) -> None:
    said: list[str] = []
    with telling(Telling(stream=tmp_path / "none" / "events"), around.folder, said.append) as tell:
        setting = JobSetting(replace(around, reporter=Reporter(tell)), lambda _: make_verdict(), pause=0.0)
        assert run_job(job(fake_codex(WORK)), setting).exit_status == 0
    assert len(said) == 1
    assert "No such file" in said[0]


def test_secrets_are_in_no_event(
    events_of: Callable[..., list[Any]], make_verdict: MakeVerdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "correct-horse-battery")
    said = "the key is correct-horse-battery, or ghp_" + "a1" * 18
    events = events_of(
        make_verdict(reason=said), body="session()\nitem('completed', 'agent_message', text='x')\ndone()"
    )
    shown = json.dumps(events)
    assert "the key is [redacted:MY_TOKEN], or [redacted:github]" in shown
    assert "correct-horse" not in shown


def test_a_sample_is_an_event_like_any_other() -> None:
    jsonschema.validate(json.loads(sample_letter().body), event_schema())
    assert json.loads(sample_letter(is_compat=True).body)["event"] == "run_completed"
