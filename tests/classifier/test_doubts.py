import json
import shlex

import pytest
from logverdict.classify import classify
from logverdict.meta import Meta
from logverdict.rulebook import load_ruleset, packaged_rules
from logverdict.source import Log
from logverdict.verdict import Verdict

RULESET = load_ruleset([packaged_rules()])
Item = dict[str, object]


def command(script: str, code: int | None, output: str = "") -> Item:
    return {
        "type": "command_execution",
        "command": f"/bin/bash -lc {shlex.quote(script)}",
        "aggregated_output": output,
        "exit_code": code,
        "status": "completed" if code == 0 else "failed",
    }


def patch(path: str = "calc.py") -> Item:
    return {"type": "file_change", "changes": [{"path": path, "kind": "update"}], "status": "completed"}


def said(text: str) -> Item:
    return {"type": "agent_message", "text": text}


def judged(*items: Item, after: tuple[Item, ...] = ()) -> Verdict:
    events: list[Item] = [
        {"type": "thread.started", "thread_id": "0199aaaa-0000-7000-8000-000000000001"},
        {"type": "turn.started"},
    ]
    events += [
        {"type": "item.completed", "item": {"id": f"item_{place}", **item}}
        for place, item in enumerate(items)
    ]
    events += [{"type": "turn.completed", "usage": {"input_tokens": 9, "output_tokens": 3}}, *after]
    stream = "".join(json.dumps(event) + "\n" for event in events).encode()
    return classify(Log("x", {"jsonl": stream, "stderr": b""}, Meta(exit_code=0)), RULESET)


@pytest.mark.parametrize(
    "script",
    [
        "python3 - <<'PY'\nassert 1 == 2\nPY",
        "php vendor/bin/phpunit",
        "docker compose run --rm app pytest",
        "find . -name 'test_*.py' | xargs pytest",
        "./tools/whatever --verify",
        "bin/test",
        "git commit -m done",
    ],
)
def test_a_last_command_that_failed_is_no_success_whatever_it_is(script: str) -> None:
    assert not judged(patch(), command(script, 1, "boom"), said("Done. All is well.")).success


@pytest.mark.parametrize(
    "script", ["grep -rn old_name .", "diff a b", "test -e /nowhere", "git diff --quiet"]
)
def test_a_last_look_that_found_nothing_is_no_doubt(script: str) -> None:
    assert judged(patch(), command(script, 1), said("Renamed everywhere.")).success


@pytest.mark.parametrize(
    "script",
    [
        "pytest --version",
        "pytest --collect-only -q",
        "go test -c ./...",
        "make -n test",
        "cargo test --no-run",
        "ctest -N",
    ],
)
def test_a_call_that_runs_no_test_clears_no_red_one(script: str) -> None:
    red = command("pytest -q", 1, "1 failed in 0.1s")
    assert not judged(patch(), red, command(script, 0, "3 tests"), said("Done.")).success


@pytest.mark.parametrize(
    "output",
    [
        "running 0 tests\n\ntest result: ok. 0 passed; 0 failed",
        "no tests to run",
        "No tests executed!",
        "3 skipped in 0.01s",
    ],
)
def test_a_run_of_no_tests_has_not_passed(output: str) -> None:
    assert not judged(patch(), command("pytest -q", 0, output), said("Done.")).success


@pytest.mark.parametrize(
    ("script", "output"),
    [
        (
            "pytest --cov --cov-fail-under=90 -q | tail -5",
            "ERROR: Coverage failure: total of 70\n5 passed in 0.1s",
        ),
        ("npm test 2>&1 | tail -20", "✖ 3 problems (3 errors, 0 warnings)\nTests: 5 passed, 5 total"),
        ("pytest -q | head -30", "...\n3 passed in 0.1s"),
        ("./run_tests.sh; echo exit=$?", "3 passed\nexit=1"),
        ("trap 'exit 0' EXIT; ./run_tests.sh", ""),
        ("set +o pipefail; ./run_tests.sh | tee log", "boom"),
    ],
)
def test_words_of_success_count_only_alone_where_the_exit_status_is_hidden(script: str, output: str) -> None:
    assert not judged(patch(), command(script, 0, output), said("Done.")).success


def test_a_hidden_exit_status_with_clean_words_of_success_is_believed() -> None:
    assert judged(patch(), command("pytest -q | tail -3", 0, "5 passed in 0.1s"), said("Done.")).success


def test_code_changed_after_the_last_test_is_a_doubt_prose_is_not() -> None:
    green = command("pytest -q", 0, "3 passed")
    assert judged(patch(), green, patch("calc.py"), said("Done.")).cause == "work.changed_after_check"
    assert judged(patch(), green, patch("README.md"), said("Done.")).success


def test_an_error_after_the_end_of_the_turn_is_a_doubt() -> None:
    late: Item = {"type": "error", "message": "something broke"}
    assert judged(patch(), said("Done."), after=(late,)).cause == "ending.error_after_end"


def test_work_after_the_last_message_is_a_doubt() -> None:
    assert (
        judged(said("I will now fix the code."), command("ls", 0, "a"), patch()).cause == "work.no_last_word"
    )


def test_a_claim_without_any_work_is_a_doubt() -> None:
    assert judged(said("add() repaired; tests pass")).cause == "work.claim_without_work"


def test_an_answer_without_any_work_is_none() -> None:
    assert judged(said("4")).success


def test_nothing_that_worked_is_a_doubt() -> None:
    tries = [command("python3 app.py", -1), command("node app.js", -1)]
    assert judged(*tries, said("Looks good.")).cause == "work.nothing_ran"


def test_a_reproduction_that_broke_is_cleared_by_a_green_test() -> None:
    broke = command("python3 repro.py", 1, "Traceback (most recent call last):\nValueError")
    assert judged(broke, patch(), command("pytest -q", 0, "3 passed"), said("Done.")).success
    assert judged(broke, patch(), said("Done.")).cause == "work.broken_on_the_way"
    assert judged(broke, patch(), command("python3 repro.py", 0), said("Done.")).success


@pytest.mark.parametrize("text", ["", "  \n", "."])
def test_an_empty_last_message_is_no_answer(text: str) -> None:
    assert judged(patch(), said(text)).cause == "work.empty_answer"
