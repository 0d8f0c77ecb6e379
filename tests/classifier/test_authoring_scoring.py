"""What a dataset shows of the rules: who is right, what is dangerous, what nobody can decide."""

from logverdict.authoring.baselines import baseline
from logverdict.authoring.labelled import LabelledRun, Truth
from logverdict.authoring.report import RulesReport, try_rules
from logverdict.authoring.scoring import Share
from logverdict.authoring.twins import undecidable
from logverdict.meta import Meta
from logverdict.rulebook import load_ruleset, packaged_rules
from logverdict.source import Log

RULESET = load_ruleset([packaged_rules()])
SUCCESS = Truth(success=True, verdict="success")
REAL = Truth(success=False, verdict="real")
HUMAN = Truth(success=False, actions=("human",))
CUT = Truth(
    success=False, verdict="environmental", cause="network.stream_cut", actions=("resume", "retry"),
    line="stream disconnected before completion",
)  # fmt: skip


def stream(*lines: str, session: str = "0199c0de-0000-7000-8000-000000000001") -> bytes:
    begin = (f'{{"type":"thread.started","thread_id":"{session}"}}', '{"type":"turn.started"}')
    return "\n".join((*begin, *lines, "")).encode()


def said(text: str) -> tuple[str, str]:
    message = f'{{"type":"item.completed","item":{{"id":"i","type":"agent_message","text":"{text}"}}}}'
    return message, '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}'


def failed(text: str) -> str:
    error = f'{{"type":"error","message":"{text}"}}'
    return f'{error}\n{{"type":"turn.failed","error":{{"message":"{text}"}}}}'


def a_run(name: str, truth: Truth, content: bytes, exit_code: int = 0) -> LabelledRun:
    log = Log(name, {"jsonl": content, "stderr": b""}, Meta(exit_code=exit_code))
    return LabelledRun(name, log, truth, "family", "train", "0.169.0", "json")


BROKEN = failed("stream disconnected before completion: stream closed before response.completed")
RUNS = (
    a_run("good", SUCCESS, stream(*said("Here is the list."))),
    a_run("cut", CUT, stream(BROKEN), 1),
    a_run("key", HUMAN, stream(failed("unexpected status 401 Unauthorized: no")), 1),
    a_run("danger", REAL, stream(*said("Here is another list."))),
)


def report_on(*runs: LabelledRun) -> RulesReport:
    return try_rules(RULESET, runs)


def test_outcomes_are_counted_by_label_and_verdict() -> None:
    found = report_on(*RUNS).dataset
    assert found is not None
    assert found.score.matrix == {
        ("success", "success"): 1,
        ("environmental", "environmental"): 1,
        ("needs_human", "environmental"): 1,
        ("real", "success"): 1,
    }
    assert found.score.right == Share(3, 4)
    assert found.score.by_mode == {"json": Share(3, 4), "human": Share(0, 0)}


def test_work_not_done_that_is_called_a_success_fails_the_test() -> None:
    assert [one.run.name for one in report_on(*RUNS).dangers] == ["danger"]
    assert not report_on(*RUNS).is_good
    assert report_on(*RUNS[:3]).is_good


def test_a_rule_is_scored_by_precision_recall_and_line() -> None:
    found = report_on(*RUNS).dataset
    assert found is not None
    (cut,) = [rule for rule in found.score.rules if rule.rule == "network.stream_cut"]
    assert (cut.fired, cut.decided, cut.precision, cut.recall) == (1, 1, Share(1, 1), Share(1, 1))
    assert cut.on_line == found.score.on_line == Share(1, 1)
    assert found.score.causes == {"network.stream_cut": (Share(1, 1), Share(1, 1))}
    assert "network.stream_cut" not in found.score.unexercised
    assert "auth.login" in found.score.unexercised


def test_a_right_verdict_with_a_wrong_action_is_a_miss() -> None:
    other = Truth(success=False, verdict="environmental", cause="network.stream_cut", actions=("human",))
    found = report_on(a_run("cut", other, stream(BROKEN), 1)).dataset
    assert found is not None
    assert [one.run.name for one in found.score.misses] == ["cut"]


def test_twins_with_other_labels_are_undecidable_and_never_dangerous() -> None:
    session = "0199c0de-0000-7000-8000-00000000000f"
    twin = a_run("twin", REAL, stream(*said("Here is the list."), session=session))
    runs = (RUNS[0], twin, RUNS[1])
    assert undecidable(runs) == {"good": "twin", "twin": "good"}
    report = report_on(*runs)
    assert report.dataset is not None
    assert (report.dangers, report.dataset.decidable.right) == ((), Share(1, 1))


def test_runs_that_differ_in_a_status_are_no_twins() -> None:
    one = a_run("one", SUCCESS, stream(*said("Exit 0.")))
    assert undecidable((one, a_run("two", REAL, stream(*said("Exit 1."))))) == {}
    assert undecidable((one, a_run("two", REAL, stream(*said("Exit 0.")), 1))) == {}


def test_simpler_readings_are_measured_on_the_same_runs() -> None:
    status = baseline("exit status only", RUNS)
    assert (status.right, status.told_apart, status.dangers) == (Share(2, 4), Share(3, 4), 1)
    assert baseline("the earlier wrapper's rules", RUNS).right.whole == 4


def test_without_a_dataset_only_the_examples_are_tried() -> None:
    report = try_rules(RULESET, None)
    assert report.dataset is None
    assert report.failed == ()
    assert len(report.examples) >= 2 * len(RULESET.rules)
