from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from codexjob.action import Again, Budget, Later, Situation, Step, Stop
from codexjob.action import decide as decide_in
from codexjob.errors import UsageError
from codexjob.policy.page import policy_page
from codexjob.policy.reading import read_policy
from codexjob.policy.table import Policy, Row, default_policy, pause_before
from codexjob.request import Kind
from logverdict.rulebook import built_in_ruleset
from logverdict.verdict import Evidence, Finding, Verdict

MakeVerdict = Callable[..., Verdict]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FULL, EMPTY = Budget(1, 2), Budget(0, 0)
S = "01a203d0-36eb-7fb2-84a4-f3daf3bd1049"


def decide(verdict: Verdict, budget: Budget, session: str | None, **more: Any) -> Step:
    return decide_in(verdict, Situation(budget, session, now=NOW, **more))


@pytest.mark.parametrize(
    ("action", "budget", "session", "step"),
    [
        ("resume_review", FULL, S, Again("resume_review", S)),
        ("resume_review", FULL, None, Again("fresh_session", None)),
        ("resume_review", Budget(1, 0), S, Again("resume_review", S)),
        ("resume", FULL, S, Again("resume", S)),
        ("resume", FULL, None, Again("fresh_session", None)),
        ("resume", Budget(0, 1), S, Again("resume", S)),
        ("retry", FULL, S, Again("retry", None)),
        ("retry", FULL, None, Again("retry", None)),
        ("fresh_session", FULL, S, Again("fresh_session", None)),
    ],
)
def test_verdict_leads_to_another_run(
    action: str, budget: Budget, session: str | None, step: Again, make_verdict: MakeVerdict
) -> None:
    assert decide(make_verdict(action), budget, session) == step


@pytest.mark.parametrize("action", ["accept", "verify", "retry_later", "human"])
@pytest.mark.parametrize("budget", [FULL, EMPTY])
def test_verdict_ends_the_job(action: str, budget: Budget, make_verdict: MakeVerdict) -> None:
    step = decide(make_verdict(action), budget, S)
    assert isinstance(step, Stop)
    assert step.action_taken == action


@pytest.mark.parametrize("action", ["resume_review", "resume", "retry", "fresh_session"])
@pytest.mark.parametrize("session", [S, None])
def test_nothing_is_run_beyond_the_maxima(
    action: str, session: str | None, make_verdict: MakeVerdict
) -> None:
    step = decide(make_verdict(action), EMPTY, session)
    assert isinstance(step, Stop)
    assert step.action_taken == "stop"
    assert "--max-re" in step.advice


def test_review_without_a_session_needs_a_retry_too(make_verdict: MakeVerdict) -> None:
    assert isinstance(decide(make_verdict("resume_review"), Budget(1, 0), None), Stop)
    assert isinstance(decide(make_verdict("resume_review"), Budget(0, 1), None), Stop)


def test_advice_says_when(make_verdict: MakeVerdict) -> None:
    step = decide(make_verdict("retry_later", retry_at="2026-11-23T02:13:00Z"), FULL, S)
    assert isinstance(step, Stop)
    assert "at 2026-11-23T02:13:00Z" in step.advice


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("first", Budget(1, 2)),
        ("resume_review", Budget(0, 2)),
        ("retry", Budget(1, 1)),
        ("fresh_session", Budget(1, 1)),
    ],
)
def test_each_run_is_charged_once(kind: Kind, left: Budget) -> None:
    assert FULL.after(kind) == left


def test_retries_wait_longer_each_time_within_bounds() -> None:
    row = Row("x", wait_initial=4, wait_max=300, wait_jitter=6)
    assert [pause_before(row, nth, 0.0) for nth in (1, 2, 3, 20, 99999)] == [4, 8, 16, 300, 300]
    assert pause_before(row, 2, 0.5) == 11
    assert pause_before(Row("x", wait_initial=0.0), 3, 1.0) == 0


def said(text: str) -> tuple[Finding, ...]:
    evidence = Evidence("error", "jsonl", 7, 1, 9, text)
    cause = "network.stream_cut"
    return (Finding(cause, "ending", cause, "environmental", "resume", "m", (evidence,)),)


def test_the_same_failure_with_the_same_evidence_stops_the_job(make_verdict: MakeVerdict) -> None:
    now = make_verdict("resume", findings=said("cut  off"))
    before = make_verdict("resume", findings=said("cut off"), action_taken="resume")
    step = decide(now, FULL, S, past=[before])
    assert isinstance(step, Stop)
    assert "same evidence" in step.advice
    assert decide(make_verdict("resume", findings=said("else")), FULL, S, past=[before]) == Again("resume", S)
    assert decide(make_verdict("resume"), FULL, S, past=[make_verdict("resume")]) == Again("resume", S)


def test_a_failure_that_only_time_heals_may_come_again(make_verdict: MakeVerdict) -> None:
    busy = make_verdict("resume", cause="server.overloaded", findings=said("x"), action_taken="resume")
    step = decide(busy, FULL, S, past=[busy])
    assert isinstance(step, Again)
    assert (step.nth, step.row and step.row.cause) == (2, "server.overloaded")


def test_a_cause_is_tried_as_often_as_its_row_says(make_verdict: MakeVerdict) -> None:
    one = make_verdict("resume", cause="interrupted.timeout", action_taken="resume")
    assert isinstance(decide(one, Budget(1, 9), S), Again)
    step = decide(one, Budget(1, 9), S, past=[one])
    assert isinstance(step, Stop)
    assert "1 times" in step.advice


@pytest.mark.parametrize(
    "changes",
    [{"cause": "interrupted"}, {"cause": "else.where"}, {"verdict": "real"}, {"verdict": "unknown"}],
)
def test_only_a_named_environmental_cause_is_tried_again(
    changes: dict[str, str], make_verdict: MakeVerdict
) -> None:
    step = decide(make_verdict("resume", **changes), FULL, S)
    assert isinstance(step, Stop)
    assert step.action_taken == "stop"


def test_a_policy_may_replace_the_action(make_verdict: MakeVerdict) -> None:
    careful = Policy((Row("network", action="human"),))
    step = decide(make_verdict("resume"), FULL, S, policy=careful)
    assert isinstance(step, Stop)
    assert step.action_taken == "human"


LIMIT = {"cause": "limit.usage", "retry_at": "2026-11-22T15:00:00Z"}


def test_a_limit_is_waited_for_where_that_is_allowed(make_verdict: MakeVerdict) -> None:
    spent = make_verdict("retry_later", **LIMIT)
    until = NOW + timedelta(hours=3)
    late = {"deadline": NOW + timedelta(hours=4)}
    assert decide(spent, EMPTY, S, **late) == Later(until, Again("resume", S))
    assert decide(spent, EMPTY, None, **late) == Later(until, Again("retry", None))
    over = decide(spent, EMPTY, S, deadline=NOW + timedelta(hours=2))
    assert isinstance(over, Stop)
    assert over.action_taken == "retry_later"
    assert "beyond" in over.advice


def test_a_limit_without_a_time_is_waited_for_longer_each_time(make_verdict: MakeVerdict) -> None:
    spent = make_verdict("retry_later", cause="limit.usage", retry_at=None, action_taken="retry_later")
    late = {"deadline": NOW + timedelta(days=1)}
    waits = [decide(spent, EMPTY, S, past=[spent] * times, **late) for times in (0, 1, 9, 10)]
    assert [one.until - NOW for one in waits if isinstance(one, Later)] == [
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(hours=2),
    ]
    assert isinstance(waits[-1], Stop)


def test_a_time_that_is_over_is_not_waited_for(make_verdict: MakeVerdict) -> None:
    spent = make_verdict("retry_later", cause="limit.usage", retry_at="2026-11-22T11:59:59Z")
    step = decide(spent, EMPTY, S, deadline=NOW + timedelta(hours=1))
    assert isinstance(step, Later)
    assert step.until == NOW
    again = decide(
        spent, EMPTY, S, past=[replace(spent, action_taken="retry_later")], deadline=NOW + timedelta(days=1)
    )
    assert isinstance(again, Later)
    assert again.until == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("cause", "why"),
    [("session.context_window", "context window is full"), ("session.agent_limit", "fail again")],
)
def test_it_is_said_why_a_session_is_not_resumed(cause: str, why: str, make_verdict: MakeVerdict) -> None:
    step = decide(make_verdict("fresh_session", cause=cause), FULL, S)
    assert isinstance(step, Again)
    assert why in step.why


def test_every_rule_that_asks_for_another_run_has_a_row_or_is_too_general() -> None:
    again = {"retry", "resume", "retry_later", "fresh_session"}
    asking = {rule.cause for rule in built_in_ruleset().rules if rule.action in again}
    policy = default_policy()
    without = {cause for cause in asking if not (policy.row_for(cause) or Row("")).attempts}
    assert without == {"interrupted", "interrupted.cancelled"}


def test_the_page_of_the_policy_is_made_from_it() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "policy.md"
    assert page.read_text() == policy_page(default_policy()), (
        "python -m codexjob.policy.page > docs/policy.md"
    )


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"retry": 1}, "has no `retry`"),
        ({"retries": -1}, "counts from 0"),
        ({"retries": True}, "counts from 0"),
        ({"unattended": 12}, "is a duration"),
        ({"unattended": "soon"}, "is not a duration"),
        ({"cause": []}, "table of tables"),
        ({"cause": {"limit.rate": {"attempt": 1}}}, "has no `attempt`"),
        ({"cause": {"limit.rate": {"attempts": "many"}}}, "attempts"),
        ({"cause": {"limit.rate": {"attempts": -1}}}, "count from 0"),
        ({"cause": {"limit.rate": {"attempts": True}}}, "count from 0"),
        ({"cause": {"limit.rate": {"wait_max": -1}}}, "number of seconds"),
        ({"cause": {"limit.rate": {"wait_max": float("nan")}}}, "number of seconds"),
        ({"cause": {"limit.rate": {"may_repeat": 1}}}, "true or false"),
        ({"cause": {"limit.rate": {"action": "wait"}}}, "action"),
    ],
)
def test_a_mistake_in_a_policy_is_named(table: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        read_policy(table, default_policy())


def test_a_policy_changes_single_fields() -> None:
    changes = {
        "unattended": "2h",
        "cause": {"server.teapot": {"attempts": 9}, "limit.rate": {"wait_initial": 1}},
    }
    policy = read_policy(changes, default_policy())
    server, rate = policy.row_for("server.teapot.x"), policy.row_for("limit.rate")
    assert (policy.unattended, policy.retries) == (7200.0, 2)
    assert server is not None
    assert (server.attempts, server.wait_initial) == (9, 30.0)
    assert rate is not None
    assert (rate.attempts, rate.wait_initial) == (4, 1.0)
