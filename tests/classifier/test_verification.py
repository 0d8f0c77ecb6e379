import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logverdict.classify import classify_run
from logverdict.explain import explain
from logverdict.rulebook import built_in_ruleset
from logverdict.source import read_run
from logverdict.verdict import Verdict

RULES = built_in_ruleset()
BEGIN = (
    '{"type":"thread.started","thread_id":"0199aaaa-0000-7000-8000-000000000001"}\n{"type":"turn.started"}\n'
)
END = '{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":0,"output_tokens":5}}\n'


def item(kind: str, **fields: Any) -> str:
    return json.dumps({"type": "item.completed", "item": {"id": "item_1", "type": kind, **fields}}) + "\n"


def command(line: str, code: int | None, output: str = "") -> str:
    status = "in_progress" if code is None else "completed" if code == 0 else "failed"
    told = {"aggregated_output": output, "exit_code": code, "status": status}
    return item("command_execution", command=f"/bin/bash -lc '{line}'", **told)


def said(text: str) -> str:
    return item("agent_message", text=text)


PATCH = item("file_change", changes=[{"path": "a.py", "kind": "update"}], status="completed")
GREEN = BEGIN + PATCH + command("pytest -q", 0, "3 passed in 0.1s") + said("It works now.") + END
RED = BEGIN + PATCH + command("pytest -q", 1, "1 failed in 0.1s") + said("It works now.") + END
NOT_RUN = (
    BEGIN + PATCH + said("I changed it. I could not run the tests because pytest is not installed.") + END
)
LOST = BEGIN + PATCH + command("pytest -q", None) + said("All tests pass.") + END
CHANGED_AFTER = BEGIN + command("pytest -q", 0, "3 passed in 0.1s") + PATCH + said("It works now.") + END
BUILD_LOST = BEGIN + PATCH + command("cargo build", None) + said("It works now.") + END
WEAKENED = BEGIN + PATCH + said("I disabled the failing test so the suite is green.") + END
CUT = BEGIN + PATCH


def judged(folder: Path, log: str, **verification: Any) -> Verdict:
    (folder / "run.jsonl").write_text(log)
    (folder / "run.stderr").touch()
    digest = hashlib.sha256(log.encode()).hexdigest()
    found = {
        "record": digest,
        "tests": None,
        "broken": [],
        "tests_removed": [],
        "reason": "R.",
        **verification,
    }
    if verification:
        (folder / "run.verification.json").write_text(json.dumps(found))
    return classify_run(folder / "run.jsonl", RULES)


def test_tests_that_fail_outside_turn_a_claimed_success_into_real(tmp_path: Path) -> None:
    assert judged(tmp_path, GREEN).success
    verdict = judged(tmp_path, GREEN, tests="failed", reason="pytest failed (it passed before the run).")
    assert (verdict.verdict, verdict.success, verdict.cause) == ("real", False, "work.verification_failed")
    assert verdict.action == "resume_review"
    evidence = verdict.findings[-1].evidence[0]
    assert (evidence.event, evidence.part) == ("verification", "meta")
    assert evidence.text == "pytest failed (it passed before the run)."


def test_a_file_that_no_longer_reads_turns_a_claimed_success_into_real(tmp_path: Path) -> None:
    verdict = judged(tmp_path, GREEN, tests="passed", broken=["a.py:3: invalid syntax"])
    assert (verdict.verdict, verdict.cause) == ("real", "work.syntax_broken")


def test_tests_that_failed_before_as_well_are_a_persons_question(tmp_path: Path) -> None:
    verdict = judged(tmp_path, GREEN, tests="failed_before")
    assert (verdict.verdict, verdict.cause, verdict.action) == ("unknown", "work.failing_before", "human")


def test_tests_that_cannot_run_outside_leave_it_open(tmp_path: Path) -> None:
    verdict = judged(tmp_path, GREEN, tests="not_run")
    assert (verdict.verdict, verdict.cause, verdict.action) == ("unknown", "work.verification_open", "verify")


@pytest.mark.parametrize("record", [NOT_RUN, LOST, CHANGED_AFTER])
def test_tests_that_pass_outside_are_the_answer_to_an_open_check(tmp_path: Path, record: str) -> None:
    assert judged(tmp_path, record).action == "verify"
    verdict = judged(tmp_path, record, tests="passed")
    assert (verdict.verdict, verdict.success, verdict.action) == ("success", True, "accept")
    assert "from outside" in verdict.reason


@pytest.mark.parametrize("record", [RED, BUILD_LOST, WEAKENED, CUT, ""])
def test_tests_that_pass_outside_answer_nothing_else(tmp_path: Path, record: str) -> None:
    assert not judged(tmp_path, record, tests="passed").success


def test_an_answer_for_another_record_is_none(tmp_path: Path) -> None:
    assert not judged(tmp_path, NOT_RUN, tests="passed", record="0" * 64).success
    assert not judged(tmp_path, GREEN, tests="failed", record="0" * 64).success


def test_tests_that_pass_after_tests_were_deleted_answer_nothing(tmp_path: Path) -> None:
    assert not judged(tmp_path, NOT_RUN, tests="passed", tests_removed=["test_a.py"]).success


@pytest.mark.parametrize("text", ["", "null", "[]", "{", '{"tests": 1, "broken": {}}', "[" * 100_000])
def test_a_damaged_file_is_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.verification.json").write_text(text)
    assert judged(tmp_path, GREEN).success
    assert not judged(tmp_path, NOT_RUN).success


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
WORDS = st.sampled_from(["passed", "failed", "failed_before", "not_run", "none"])
FOUND = st.fixed_dictionaries(
    {
        "tests": WORDS | JSON,
        "broken": JSON,
        "reason": JSON,
        "tests_removed": JSON,
        "record": st.just("x") | JSON,
    }
)


@given(st.sampled_from([GREEN, RED, NOT_RUN, LOST, WEAKENED, CUT]), FOUND)
def test_whatever_the_file_says_it_excuses_nothing(
    tmp_path_factory: pytest.TempPathFactory, record: str, found: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("run")
    was_good = judged(folder, record).success
    assert not judged(folder, record, **found).success or was_good


def test_an_explanation_keeps_the_rule_that_was_answered(tmp_path: Path) -> None:
    judged(tmp_path, NOT_RUN, tests="passed")
    work = explain(read_run(tmp_path / "run.jsonl"), RULES).judgement.deliberation.work
    assert {standing.why for standing in work.standings} == {"answered"}
    assert work.decision is None
