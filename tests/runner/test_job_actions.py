from collections.abc import Callable

import pytest
from codexjob.action import Again, Budget, Stop, decide, pause_before
from codexjob.request import Kind
from logverdict.verdict import Verdict

MakeVerdict = Callable[..., Verdict]
FULL, EMPTY = Budget(1, 2), Budget(0, 0)
S = "01a203d0-36eb-7fb2-84a4-f3daf3bd1049"


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
    assert [pause_before("retry", nth, 4, 1.0) for nth in (1, 2, 3, 20)] == [4, 8, 16, 300]
    assert pause_before("retry", 1, 4, 0.0) == 2
    assert pause_before("resume", 2, 4, 1.0) == 8
    assert pause_before("resume_review", 1, 4, 1.0) == 0
