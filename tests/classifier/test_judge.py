from dataclasses import replace

import pytest
from logverdict.events import Command, Error, Message, Place, Text
from logverdict.facts import Check, CheckResult, Facts, Tokens
from logverdict.judge import Weight, decide
from logverdict.meta import Meta
from logverdict.verdict import Action, Finding, Question, VerdictKind

AT = Place("jsonl", 1, 0, 1)


def text(value: str) -> Text:
    return Text(value, AT)


DONE = Facts(
    format="jsonl",
    meta=Meta(exit_code=0),
    version="0.169.0",
    session_id=None,
    model=None,
    sandbox=None,
    workdir=None,
    turn="completed",
    finished=True,
    last_message=Message(AT, text("Done.")),
    terminal_error=None,
    last_test=None,
    last_build=None,
    files_changed=("a.py",),
    patches_failed=0,
    commands=0,
    commands_failed=0,
    commands_lost=0,
    reconnects=0,
    tokens=Tokens(),
    is_spoofable=False,
    is_cut=False,
)


def check(result: CheckResult, *, patched_after: bool = False) -> Check:
    return Check(result, Command(AT, text("pytest -q"), "completed"), 0, patched_after)


def finding(
    rule: str,
    question: Question,
    verdict: VerdictKind | None = None,
    action: Action | None = None,
    *,
    retry_at: str | None = None,
) -> Finding:
    return Finding(rule, question, rule, verdict, action, f"message of {rule}", (), retry_at)


def weights(*findings: Finding, **special: Weight) -> dict[str, Weight]:
    return {one.rule: special.get(one.rule.replace(".", "_"), Weight()) for one in findings}


def test_a_finished_run_without_a_veto_is_a_success() -> None:
    decision = decide(DONE, [], {})
    assert (decision.verdict, decision.success, decision.action) == ("success", True, "accept")


def test_noise_that_explains_a_failed_command_makes_the_success_environmental() -> None:
    noise = finding("noise.shell_quoting", "noise")
    decision = decide(DONE, [noise], weights(noise, noise_shell_quoting=Weight(explains=("failed_command",))))
    assert (decision.verdict, decision.success, decision.cause) == (
        "environmental",
        True,
        "done.despite_noise",
    )


def test_noise_never_outweighs_a_finding_on_the_work() -> None:
    noise, real = finding("noise.x", "noise"), finding("work.gave_up", "work", "real", "resume_review")
    decision = decide(DONE, [noise, real], weights(noise, real, noise_x=Weight(explains=("failed_command",))))
    assert (decision.verdict, decision.success) == ("real", False)


def test_a_finding_on_the_ending_is_not_asked_where_the_end_was_reached() -> None:
    ending = finding("network.stream_cut", "ending", "environmental", "resume")
    assert decide(DONE, [ending], weights(ending)).success


def test_a_finding_on_the_work_is_not_asked_where_the_end_was_not_reached() -> None:
    work = finding("work.gave_up", "work", "real", "resume_review")
    decision = decide(replace(DONE, finished=False, turn="open"), [work], weights(work))
    assert (decision.verdict, decision.cause) == ("unknown", "ending.unknown")


@pytest.mark.parametrize("result", ["failed", "not_run", "unknown"])
@pytest.mark.parametrize("which", ["last_test", "last_build"])
def test_no_check_left_red_or_unanswered_is_a_success_even_without_rules(
    which: str, result: CheckResult
) -> None:
    facts = replace(DONE, last_test=check("passed"), last_build=check("passed"))
    decision = decide(replace(facts, **{which: check(result)}), [], {})  # type: ignore[arg-type]
    assert not decision.success
    assert decision.verdict == ("real" if result == "failed" else "unknown")


def test_a_red_check_followed_by_a_patch_is_unverified_not_real() -> None:
    decision = decide(replace(DONE, last_test=check("failed", patched_after=True)), [], {})
    assert (decision.verdict, decision.action) == ("unknown", "verify")


def test_a_turn_without_a_last_message_is_no_success() -> None:
    assert decide(replace(DONE, last_message=None), [], {}).cause == "work.empty_answer"


def test_a_spoofable_log_is_no_success() -> None:
    assert decide(replace(DONE, is_spoofable=True), [], {}).cause == "log.spoofable"


@pytest.mark.parametrize("meta", [Meta(exit_code=1), Meta(signal=15)])
def test_a_bad_exit_that_nothing_explains_is_no_success(meta: Meta) -> None:
    decision = decide(replace(DONE, meta=meta), [], {})
    assert (decision.success, decision.cause) == (False, "ending.exit_unexplained")


def test_a_bad_exit_that_noise_explains_is_a_success() -> None:
    noise = finding("noise.ended_late", "noise")
    known = weights(noise, noise_ended_late=Weight(explains=("exit_code",)))
    assert decide(replace(DONE, meta=Meta(signal=15)), [noise], known).success


def test_noise_of_a_command_does_not_explain_a_bad_exit() -> None:
    noise = finding("noise.quoting", "noise")
    known = weights(noise, noise_quoting=Weight(explains=("failed_command",)))
    assert not decide(replace(DONE, meta=Meta(exit_code=1)), [noise], known).success


def test_real_wins_over_environmental_and_that_over_unknown() -> None:
    found = [
        finding("a.unsure.indeed", "work", "unknown", "verify"),
        finding("b.host.deep", "work", "environmental", "human"),
        finding("c", "work", "real", "resume_review"),
    ]
    assert decide(DONE, found, weights(*found)).cause == "c"
    assert decide(DONE, found[:2], weights(*found)).cause == "b.host.deep"


def test_the_deeper_cause_wins_among_equals() -> None:
    found = [finding("interrupted", "ending", "environmental", "resume")]
    found.append(finding("interrupted.timeout", "ending", "environmental", "human"))
    decision = decide(replace(DONE, finished=False), found, weights(*found))
    assert (decision.cause, decision.action) == ("interrupted.timeout", "human")


def test_a_tie_between_actions_is_left_to_a_person() -> None:
    found = [
        finding("a.b", "ending", "environmental", "resume"),
        finding("c.d", "ending", "environmental", "human"),
    ]
    decision = decide(replace(DONE, finished=False), found, weights(*found))
    assert (decision.verdict, decision.cause, decision.action) == ("unknown", "rules.disagree", "human")
    assert "a.b" in decision.reason
    assert "c.d" in decision.reason


def test_an_override_settles_what_would_be_a_tie() -> None:
    found = [
        finding("a.b", "ending", "environmental", "resume"),
        finding("c.d", "ending", "environmental", "human"),
    ]
    decision = decide(replace(DONE, finished=False), found, weights(*found, c_d=Weight(overrides=("a.b",))))
    assert decision.cause == "c.d"


def test_the_time_of_the_next_try_reaches_the_decision() -> None:
    found = [
        finding("limit.usage", "ending", "environmental", "retry_later", retry_at="2026-11-23T02:13:00Z")
    ]
    assert decide(replace(DONE, finished=False), found, weights(*found)).retry_at == "2026-11-23T02:13:00Z"


@pytest.mark.parametrize(("format_", "cause"), [("empty", "log.empty"), ("unreadable", "log.unreadable")])
def test_a_log_that_says_nothing_has_a_cause_of_its_own(format_: str, cause: str) -> None:
    facts = replace(DONE, format=format_, finished=False, turn="none", last_message=None)
    decision = decide(facts, [], {})
    assert (decision.verdict, decision.cause, decision.action) == ("unknown", cause, "human")


def test_an_error_that_no_rule_knows_is_shown_and_left_to_a_person() -> None:
    error = Error(AT, text("the moon is in the wrong house"))
    decision = decide(replace(DONE, finished=False, turn="failed", terminal_error=error), [], {})
    assert decision.cause == "ending.unknown_error"
    assert "wrong house" in decision.reason
