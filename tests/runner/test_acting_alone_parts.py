"""The parts of a job that acts alone: accounts, waiting, prompts, limits, labels, and the brief."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from codexjob.__main__ import command_app
from codexjob.accounts import AccountGate, account_of
from codexjob.errors import UsageError
from codexjob.files import RunFiles
from codexjob.handover import handover
from codexjob.interrupt import Interrupts
from codexjob.job import JobOutcome, JobSetting, run_job
from codexjob.job_settings import job_settings
from codexjob.launch import Surroundings
from codexjob.meter import Meter
from codexjob.policy.table import default_policy
from codexjob.practice import sample_repository
from codexjob.prices import cost_of
from codexjob.prompts import TEMPLATES, fresh_prompt, review_prompt, template
from codexjob.request import JobRequest
from codexjob.spending import Limits, Spent
from codexjob.weak_label import weak_label_file
from logverdict.facts import Tokens
from logverdict.verdict import Verdict
from typer.testing import CliRunner

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SESSION = "01a203d0-36eb-7fb2-84a4-f3daf3bd1049"
GOOD = "session()\ndone()"
Job = Callable[..., JobRequest]
FakeCodex = Callable[[str], Path]
MakeVerdict = Callable[..., Verdict]


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEXJOB_STATE_DIR", str(tmp_path / "state"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def log_in(home: Path, account: str, token: str) -> None:
    (home / "auth.json").write_text(json.dumps({"tokens": {"account_id": account, "refresh_token": token}}))


def test_a_spent_account_is_paused_for_all_its_jobs_until_it_opens(
    home: Path, make_verdict: MakeVerdict
) -> None:
    log_in(home, "one", "a")
    gate, other = AccountGate({"CODEX_HOME": str(home)}), AccountGate({"CODEX_HOME": str(home / "none")})
    spent = make_verdict("retry_later", cause="limit.usage", retry_at="2026-11-22T13:00:00Z", run_id="r")
    gate.note(spent, default_policy(), NOW)
    pause = gate.pause(NOW)
    assert pause is not None
    assert (pause.until, pause.why) == (
        NOW + timedelta(hours=1),
        "run r ended with limit.usage: made by hand",
    )
    assert other.pause(NOW) is None
    assert gate.pause(NOW + timedelta(hours=1)) is None


def test_a_dead_login_pauses_until_somebody_logs_in(home: Path, make_verdict: MakeVerdict) -> None:
    log_in(home, "one", "a")
    gate = AccountGate({"CODEX_HOME": str(home)})
    gate.note(make_verdict("human", cause="auth.login"), default_policy(), NOW)
    pause = gate.pause(NOW + timedelta(hours=5))
    assert pause is not None
    assert pause.until is None
    log_in(home, "one", "b")
    assert gate.pause(NOW + timedelta(hours=5)) is None


def test_a_run_that_finishes_ends_the_pause_of_its_account(home: Path, make_verdict: MakeVerdict) -> None:
    gate = AccountGate({"CODEX_HOME": str(home)})
    gate.note(make_verdict("human", cause="account.credits"), default_policy(), NOW)
    gate.note(make_verdict("retry", cause="network.stream_cut", finished=False), default_policy(), NOW)
    assert gate.pause(NOW) is not None
    gate.note(make_verdict(), default_policy(), NOW)
    assert gate.pause(NOW) is None


def test_accounts_are_told_apart_without_keeping_their_keys(home: Path, tmp_path: Path) -> None:
    one, two = (account_of({"CODEX_HOME": str(home), "OPENAI_API_KEY": key}) for key in ("sk-1", "sk-2"))
    assert one.key != two.key
    log_in(home, "one", "a")
    assert account_of({"CODEX_HOME": str(home)}).key == account_of({"CODEX_HOME": str(home), "X": ""}).key
    assert account_of({"CODEX_HOME": str(tmp_path)}).key != account_of({"CODEX_HOME": str(home)}).key


RunAll = Callable[..., JobOutcome]


@pytest.fixture
def run_all(around: Surroundings, job: Job, fake_codex: FakeCodex) -> RunAll:
    """Run a job by a clock that goes forward six hours at each look, with the given verdicts."""

    def run(
        *verdicts: Verdict, body: str = GOOD, setting: dict[str, Any] | None = None, **changes: Any
    ) -> Any:
        left, looks = iter(verdicts), iter(range(10**6))
        clock = replace(around, now=lambda: NOW + timedelta(hours=6 * next(looks)))
        made = JobSetting(clock, lambda files: replace(next(left), run_id=files.run_id), pause=0.0)
        return run_job(job(fake_codex(body), **changes), replace(made, **(setting or {})))

    return run


def test_a_limit_is_waited_for_and_costs_no_attempt(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    at_rest: list[str] = []

    @contextmanager
    def resting(why: str) -> Iterator[None]:
        at_rest.append(why)
        yield

    spent = make_verdict("retry_later", cause="limit.usage", retry_at="2026-11-24T12:00:00Z")
    rest: Callable[[str], AbstractContextManager[None]] = resting
    outcome = run_all(
        spent,
        spent,
        make_verdict(),
        max_retries=0,
        unattended=9e5,
        setting={"resting": rest, "jitter": lambda: 0.0},
    )
    assert [run.meta.kind for run in outcome.runs] == ["first", "resume", "resume"]
    assert [run.verdict.action_taken for run in outcome.runs] == ["retry_later", "retry_later", "accept"]
    assert at_rest[0] == "waits until 2026-11-24T12:00:00Z: limit.usage was waited for"
    assert len(at_rest) == 2


def test_without_leave_a_limit_ends_the_job(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    outcome = run_all(make_verdict("retry_later", cause="limit.usage", retry_at="2026-11-24T12:00:00Z"))
    assert (len(outcome.runs), outcome.last.verdict.action_taken) == (1, "retry_later")


def test_a_signal_ends_the_waiting(
    around: Surroundings, job: Job, fake_codex: FakeCodex, make_verdict: MakeVerdict
) -> None:
    spent = make_verdict("retry_later", cause="limit.usage", retry_at="2040-11-24T12:00:00Z")

    def tell(line: str) -> None:
        if line.startswith("waits until"):
            around.interrupts.note(15)

    setting = JobSetting(around, lambda _: spent, tell=tell)
    outcome = run_job(job(fake_codex(GOOD), unattended=1e9), setting)
    assert (len(outcome.runs), outcome.exit_status, outcome.last.verdict.action_taken) == (1, 143, "stop")


def test_the_same_failure_twice_stops_the_job_and_both_verdicts_are_kept(
    run_all: RunAll, make_verdict: MakeVerdict, read_json: Callable[[Path], Any]
) -> None:
    from logverdict.verdict import Evidence, Finding

    said = Evidence("error", "jsonl", 7, 1, 9, "stream disconnected")
    cut = Finding("x", "ending", "network.stream_cut", "environmental", "resume", "m", (said,))
    outcome = run_all(
        make_verdict("resume", findings=(cut,)), make_verdict("resume", findings=(cut,)), max_retries=9
    )
    assert [run.verdict.action_taken for run in outcome.runs] == ["resume", "stop"]
    kept = [read_json(run.files.verdict)["findings"][0]["evidence"][0]["text"] for run in outcome.runs]
    assert kept == ["stream disconnected"] * 2


def test_limits_hold_over_all_runs_of_a_job(run_all: RunAll, make_verdict: MakeVerdict) -> None:
    used = Tokens(total=60, input=50, cached_input=0, output=10)
    outcome = run_all(
        make_verdict("retry", tokens=used), make_verdict("retry", tokens=used), max_retries=9, max_tokens=100
    )
    assert len(outcome.runs) == 2
    assert "120 tokens of 100 (--max-tokens)" in outcome.advice


def test_an_unknown_price_is_null_and_passes_no_limit() -> None:
    used = Tokens(total=60, input=50, cached_input=0, output=10)
    assert cost_of("gpt-none-such", used) is None
    assert cost_of("gpt-5", Tokens()) is None
    assert Spent().and_now(None, used) == Spent(60, None)
    assert Limits(cost=0.0).passed(10**9, None) is None


def test_cached_tokens_are_priced_apart() -> None:
    plain, cached = (
        cost_of("gpt-5", Tokens(total=0, input=10**6, cached_input=part, output=0)) for part in (0, 10**6)
    )
    assert plain is not None
    assert cached is not None
    assert 0 < cached < plain


def test_a_resumed_run_is_metered_from_where_its_session_stood(home: Path) -> None:
    folder = home / "sessions" / "2026" / "11" / "22"
    folder.mkdir(parents=True)
    rollout = folder / f"rollout-2026-11-22T12-00-00-{SESSION}.jsonl"

    def counted(total: int) -> str:
        usage = {"input_tokens": total, "cached_input_tokens": total // 2, "output_tokens": 10}
        payload = {"type": "token_count", "info": {"total_token_usage": usage}}
        return json.dumps({"type": "event_msg", "payload": payload}) + "\n"

    context = json.dumps({"type": "turn_context", "payload": {"model": "gpt-5"}}) + "\n"
    rollout.write_text(context + counted(100) + "no json\n")
    meter = Meter({"CODEX_HOME": str(home)})
    meter.begin(SESSION)
    assert (meter.model, meter.used) == ("gpt-5", Tokens(total=0, input=0, cached_input=0, output=0))
    with rollout.open("a") as stream:
        stream.write(counted(300) + counted(900)[:20])
    meter.look(SESSION)
    assert meter.used == Tokens(total=100, input=200, cached_input=100, output=0)


def test_a_meter_without_a_rollout_knows_nothing(home: Path) -> None:
    meter = Meter({"CODEX_HOME": str(home)})
    meter.begin(SESSION)
    meter.look(None)
    assert meter.used is None


def _next_of(verdicts: Iterator[Verdict], _: RunFiles) -> Verdict:
    return next(verdicts)


def test_a_review_that_changed_and_found_nothing_is_a_weak_label(
    around: Surroundings, job: Job, fake_codex: FakeCodex, make_verdict: MakeVerdict, tmp_path: Path
) -> None:
    tree = sample_repository(tmp_path / "tree", {"a.txt": "a"})
    red = make_verdict("resume_review", verdict="real", cause="work.tests_failing", success=False)
    for body, expected in ((GOOD, 1), (f"open({str(tree / 'b')!r}, 'a').write('x')\n{GOOD}", 1)):
        left = iter((red, make_verdict()))
        setting = JobSetting(around, partial(_next_of, left), pause=0.0)
        outcome = run_job(replace(job(fake_codex(body)), repo=tree), setting)
        (tree / "b").unlink(missing_ok=True)
        labels = [json.loads(line) for line in weak_label_file(around.folder).read_text().splitlines()]
        assert len(labels) == expected
    assert (labels[0]["truth"], labels[0]["weight"], labels[0]["cause"]) == (
        "success",
        "weak",
        "work.tests_failing",
    )
    assert labels[0]["review"] != outcome.last.meta.run_id


def test_a_brief_tells_what_was_changed_the_plan_and_the_failing_command(
    around: Surroundings, job: Job, fake_codex: FakeCodex, make_verdict: MakeVerdict, tmp_path: Path
) -> None:
    tree = sample_repository(tmp_path / "tree", {"a.txt": "a\n"})
    (tree / "a.txt").write_text("b\n")
    (tree / "new one.txt").write_text("c\n")
    body = """
session()
steps = [{"text": "find it", "completed": True}, {"text": "mend it", "completed": False}]
item("completed", "todo_list", items=steps)
item("completed", "command_execution", command="bash -lc 'make test'", status="failed", exit_code=2,
     aggregated_output="1 failed")
done()
"""
    setting = JobSetting(around, lambda _: make_verdict(), pause=0.0)
    outcome = run_job(replace(job(fake_codex(body)), repo=tree), setting)
    brief = handover(outcome.last.files, tree)
    assert " a.txt | 2 +-" in brief
    assert " new one.txt | new" in brief
    assert "mend it" in brief
    assert "with exit status 2:\n$ make test\n1 failed" in brief
    assert handover(outcome.last.files, tmp_path).startswith("The last plan")


def test_prompts_are_templates_that_can_be_seen_and_changed(
    tmp_path: Path, make_verdict: MakeVerdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = command_app(["prompts"])
    done = CliRunner().invoke(app, ["prompts", "--copy-to", "mine"])
    assert done.exit_code == 0
    assert {path.stem for path in (tmp_path / "mine").iterdir()} == set(TEMPLATES)
    (tmp_path / "mine" / "review.txt").write_text("Look: $reason for $$5")
    (tmp_path / "codexjob.toml").write_text('prompts = "mine"\nenv = ["A_*"]\n[policy]\nretries = 7\n')
    again = CliRunner().invoke(app, ["prompts", "--copy-to", "mine"])
    assert "is there already" in str(again.exception)
    assert (tmp_path / "mine" / "review.txt").read_text() == "Look: $reason for $$5"
    said = job_settings(tmp_path)
    assert (said.env, said.policy.retries) == (("A_*",), 7)
    assert review_prompt(make_verdict(), said.prompts) == "Look: made by hand for $5"
    assert "Look: $reason" in CliRunner().invoke(app, ["prompts", "review"]).output
    assert fresh_prompt("$do it", make_verdict(), "", said.prompts).startswith("$do it\n")


@pytest.mark.parametrize(("text", "reason"), [("$none", r"uses \$none"), ("costs $ 5", r"a lone \$")])
def test_a_mistake_in_a_template_is_named(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "review.txt").write_text(text)
    with pytest.raises(UsageError, match=reason):
        template("review", tmp_path)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("policy = 1", "`policy` is a table"),
        ("env = 1", "`env` is a list"),
        ('prompts = "none"', "is not there"),
        ("prompts = 1", "`prompts` is a folder"),
        ("[policy]\nretry = 1", "has no `retry`"),
    ],
)
def test_a_mistake_in_the_settings_says_where(settings: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "codexjob.toml").write_text(settings)
    with pytest.raises(UsageError, match=reason) as caught:
        job_settings(tmp_path)
    assert f"{tmp_path / 'codexjob.toml'}:1" in str(caught.value)


def test_waiting_notices_a_signal_that_came_before() -> None:
    interrupts = Interrupts()
    interrupts.note(15)
    assert interrupts.wait(60.0)
