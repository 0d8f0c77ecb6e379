import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from codexjob.files import RunFiles
from codexjob.formats.job_json import job_json
from codexjob.formats.job_text import job_text
from codexjob.job import JobOutcome, JobSetting, run_job
from codexjob.launch import Surroundings
from codexjob.request import JobRequest
from logverdict.verdict import Evidence, Finding, Verdict

SESSION = "01a203d0-36eb-7fb2-84a4-f3daf3bd1049"
Job = Callable[..., JobRequest]
FakeCodex = Callable[[str], Path]
MakeVerdict = Callable[..., Verdict]
ReadJson = Callable[[Path], Any]
RunAll = Callable[..., JobOutcome]
GOOD = "session()\ndone()"


@pytest.fixture
def run_all(around: Surroundings, job: Job, fake_codex: FakeCodex) -> RunAll:
    """Run a job whose runs get the given verdicts, one after the other, without pauses."""

    def run(*verdicts: Verdict, body: str = GOOD, **changes: Any) -> JobOutcome:
        left: Iterator[Verdict] = iter(verdicts)

        def judge(files: RunFiles) -> Verdict:
            return replace(next(left), run_id=files.run_id)

        outcome = run_job(job(fake_codex(body), **changes), JobSetting(around, judge, pause=0.0))
        assert next(left, None) is None, "a verdict was not asked for"
        return outcome

    return run


def kinds(outcome: JobOutcome) -> list[str]:
    return [run.meta.kind for run in outcome.runs]


def test_accepted_run_is_the_whole_job(
    run_all: RunAll, make_verdict: MakeVerdict, read_json: ReadJson
) -> None:
    outcome = run_all(make_verdict())
    assert (kinds(outcome), outcome.exit_status) == (["first"], 0)
    verdict = read_json(outcome.last.files.verdict)
    assert (verdict["schema"], verdict["action_taken"]) == ("codexjob.verdict/1", "accept")


def test_unfinished_work_is_reviewed_in_its_session(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    red = make_verdict("resume_review", verdict="real", cause="work.tests_failing", reason="1 test fails")
    outcome = run_all(red, make_verdict())
    first, review = outcome.runs
    assert first.verdict.action_taken == "resume_review"
    assert (review.meta.kind, review.meta.session_asked) == ("resume_review", SESSION)
    assert review.meta.argv[-3:] == ("resume", SESSION, "-")
    assert review.meta.argv[-5:-3] == ("-s", "workspace-write")
    assert "1 test fails" in review.meta.task
    assert review.meta.job_id == first.meta.job_id
    assert outcome.exit_status == 0


def test_cut_run_is_resumed(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    outcome = run_all(make_verdict("resume"), make_verdict())
    assert kinds(outcome) == ["first", "resume"]
    assert outcome.last.meta.session_asked == SESSION
    assert "network.stream_cut" in outcome.last.meta.task


def test_retry_starts_the_same_again(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    outcome = run_all(make_verdict("retry"), make_verdict("retry"), make_verdict())
    assert kinds(outcome) == ["first", "retry", "retry"]
    assert {run.meta.task for run in outcome.runs} == {"do it"}
    assert {run.meta.session_asked for run in outcome.runs} == {None}
    assert len({run.meta.run_id for run in outcome.runs}) == 3


def test_retry_of_a_resumed_session_resumes_it_again(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    outcome = run_all(make_verdict("retry"), make_verdict(), resume=SESSION)
    assert [run.meta.session_asked for run in outcome.runs] == [SESSION, SESSION]


def test_fresh_session_gets_the_task_and_a_brief(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    outcome = run_all(
        make_verdict("fresh_session", cause="session.context_window"), make_verdict(), resume=SESSION
    )
    assert outcome.last.meta.session_asked is None
    assert outcome.last.meta.task.startswith("do it\n")
    assert "session.context_window" in outcome.last.meta.task


def test_session_that_never_began_is_not_resumed(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    outcome = run_all(make_verdict("resume"), make_verdict(), body="sys.exit(1)")
    assert kinds(outcome) == ["first", "fresh_session"]


def test_session_that_was_not_asked_for_is_never_resumed(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    asked = "00000000-0000-7000-8000-000000000000"
    body = f"resumed = {SESSION!r}\nsession()\ndone()"
    outcome = run_all(make_verdict("resume_review"), make_verdict(), body=body, resume=asked)
    assert kinds(outcome) == ["first", "fresh_session"]
    assert outcome.last.meta.session_asked is None


def test_session_that_is_not_kept_is_never_resumed(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    outcome = run_all(make_verdict("resume"), make_verdict(), codex_args=("--ephemeral",))
    assert kinds(outcome) == ["first", "fresh_session"]


def test_maxima_of_zero_capture_and_judge_only(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    outcome = run_all(make_verdict("resume"), max_reviews=0, max_retries=0)
    assert outcome.last.verdict.action_taken == "stop"
    assert (kinds(outcome), outcome.exit_status) == (["first"], 75)


def test_job_ends_at_its_maxima_with_the_last_verdict(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    real = make_verdict("resume_review", verdict="real")
    outcome = run_all(real, make_verdict("resume"), make_verdict("retry"), real)
    assert kinds(outcome) == ["first", "resume_review", "resume", "retry"]
    assert (outcome.last.verdict.action_taken, outcome.exit_status) == ("stop", 1)


def test_every_summary_tells_of_all_runs(
    run_all: RunAll, make_verdict: MakeVerdict, read_json: ReadJson
) -> None:
    outcome = run_all(make_verdict("resume_review", verdict="real"), make_verdict())
    first, last = (read_json(run.files.summary) for run in outcome.runs)
    ids = [run.meta.run_id for run in outcome.runs]
    assert [line["run_id"] for line in first["runs"]] == ids
    assert first["runs"] == last["runs"]
    assert (first["run_id"], first["success"], first["job_success"], first["job_done"]) == (
        ids[0],
        False,
        True,
        True,
    )
    assert first["review_runs"] == ids[1:]
    assert (last["cost"], last["exit_code"], last["session_id"]) == (None, 0, SESSION)
    assert set(last["token_usage"]) == {"total", "input", "cached_input", "output"}


def test_summary_of_a_job_that_goes_on_says_so(
    around: Surroundings, job: Job, fake_codex: FakeCodex, make_verdict: MakeVerdict, read_json: ReadJson
) -> None:
    seen: list[Any] = []

    def judge(files: RunFiles) -> Verdict:
        seen.extend(read_json(path) for path in files.folder.glob("*.summary.json"))
        return make_verdict("accept" if seen else "retry")

    run_job(job(fake_codex(GOOD)), JobSetting(around, judge, pause=0.0))
    assert [(one["job_done"], one["job_success"], one["action_taken"]) for one in seen] == [
        (False, None, "retry")
    ]


def test_signal_during_a_run_ends_the_job(
    around: Surroundings, job: Job, fake_codex: FakeCodex, make_verdict: MakeVerdict
) -> None:
    def judge(_: RunFiles) -> Verdict:
        around.interrupts.note(signal.SIGINT)
        return make_verdict("retry")

    outcome = run_job(job(fake_codex(GOOD)), JobSetting(around, judge, pause=0.0))
    assert (len(outcome.runs), outcome.exit_status) == (1, 130)
    assert outcome.last.verdict.action_taken == "stop"


def test_signal_during_the_pause_ends_the_job(
    around: Surroundings, job: Job, fake_codex: FakeCodex, make_verdict: MakeVerdict, read_json: ReadJson
) -> None:
    def tell(line: str) -> None:
        if line.startswith("next:"):
            around.interrupts.note(signal.SIGTERM)

    setting = JobSetting(around, lambda _: make_verdict("retry"), tell=tell, pause=60.0)
    outcome = run_job(job(fake_codex(GOOD)), setting)
    assert (len(outcome.runs), outcome.exit_status) == (1, 143)
    assert read_json(outcome.last.files.verdict)["action_taken"] == "stop"


def test_text_shows_verdict_evidence_and_files(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    evidence = Evidence("error", "jsonl", 7, 1, 9, "stream\x1b[0m  cut " + "x" * 300)
    finding = Finding(
        "network.stream_cut", "ending", "network.stream_cut", "environmental", "resume", "m", (evidence,)
    )
    shown = job_text(run_all(make_verdict("human", findings=(finding,))))
    assert shown.startswith("verdict   environmental (success: no)\ncause     network.stream_cut\n")
    assert "evidence  network.stream_cut: jsonl line 7, error: stream\\x1b[0m cut xxx" in shown
    assert max(map(len, shown.splitlines())) < 260
    assert ".{log,jsonl,stderr,meta.json,verdict.json,summary.json}" in shown
    assert "action    human; taken: human" in shown


def test_json_is_the_summary_of_the_job(
    run_all: RunAll, make_verdict: MakeVerdict, read_json: ReadJson
) -> None:
    outcome = run_all(make_verdict("retry"), make_verdict())
    import json

    assert json.loads(job_json(outcome)) == read_json(outcome.last.files.summary)


def test_a_limit_of_money_that_cannot_hold_is_told(
    around: Surroundings, job: Job, fake_codex: FakeCodex, make_verdict: MakeVerdict
) -> None:
    told: list[str] = []
    for limit in (None, 1.0):
        request = replace(job(fake_codex(GOOD)), max_cost=limit)
        run_job(request, JobSetting(around, lambda _: make_verdict(), tell=told.append))
    assert [line for line in told if "--max-cost" in line] == [
        "--max-cost does not hold for this job: the price of the model it used is not known"
    ]
