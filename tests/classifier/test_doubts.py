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


def judged(*items: Item, after: tuple[Item, ...] = (), meta: Meta | None = None) -> Verdict:
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
    return classify(Log("x", {"jsonl": stream, "stderr": b""}, meta or Meta(exit_code=0)), RULESET)


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


def show(path: str, text: str) -> Item:
    return command(f"cat {path}", 0, text)


def test_a_namesake_that_still_holds_the_old_text_shows_that_the_wrong_file_was_changed() -> None:
    shown = show("old/a.txt", "Helo"), patch("/w/old/a.txt"), show("web/a.txt", "Helo")
    found = judged(*shown, said("Mended."))
    assert (found.verdict, found.cause, found.action) == ("real", "work.wrong_file", "resume_review")


@pytest.mark.parametrize(
    "items",
    [
        (show("old/a.txt", "Helo"), patch("/w/old/a.txt"), show("old/a.txt", "Hello")),
        (show("old/a.txt", "Helo"), patch("/w/old/a.txt"), show("web/a.txt", "Hallo")),
        (show("old/a.txt", "Helo"), patch("/w/old/a.txt"), patch("/w/web/a.txt"), show("web/a.txt", "Helo")),
        (show("web/b.txt", "Helo"), patch("/w/old/a.txt"), show("web/a.txt", "Helo")),
        (show("old/a.txt", ""), patch("/w/old/a.txt"), show("web/a.txt", "")),
    ],
    ids=["itself", "another text", "both changed", "another name", "empty"],
)
def test_another_look_says_nothing_of_a_wrong_file(items: tuple[Item, ...]) -> None:
    assert judged(*items, said("Mended.")).success


def test_a_last_command_that_only_prints_may_fail() -> None:
    assert judged(patch(), command("echo 'it is done", 2, "unexpected EOF"), said("Done.")).success
    assert not judged(patch(), command("echo 'x > a.txt", 2, "unexpected EOF"), said("Done.")).success


HUMAN = (
    "OpenAI Codex v{version}\n--------\nworkdir: /w\nsandbox: {sandbox}\nsession id: s-1\n--------\n"
    "user\n{task}\n"
    "codex\n{said}\ntokens used\n{tokens}\n"
)


def judged_human(
    said: str, tokens: int = 9, sandbox: str = "workspace-write", task: str = "Look at it."
) -> Verdict:
    log = HUMAN.format(version="0.121.0", sandbox=sandbox, said=said, tokens=tokens, task=task)
    return classify(Log("x", {"log": log.encode()}, Meta(exit_code=0)), RULESET)


def test_without_a_token_no_model_has_answered() -> None:
    assert judged_human("It is four.").success
    assert judged_human("It is four.", tokens=0).cause == "work.no_model"


def test_a_review_in_a_read_only_sandbox_may_tell_what_was_changed() -> None:
    review = "The flag that was added to the parser is never read."
    assert judged_human(review, sandbox="read-only").success
    assert not judged_human("I added the flag.", sandbox="read-only").success
    assert judged_human(review).cause == "work.claim_without_work"


@pytest.mark.parametrize(
    "script", ["sed -i s/a/b/ calc.py", "find . -name x -delete", "grep x a && sed -n -i p a"]
)
def test_a_last_command_that_was_to_change_files_is_no_look(script: str) -> None:
    assert not judged(patch(), command(script, 1), said("Done.")).success
    assert judged(patch(), command("sed -n 3p calc.py", 1), said("Done.")).success


LOOKED = "There is nothing I can do without access."


@pytest.mark.parametrize(
    "task", ["Fix the parser.", "Please implement F1", "# Task\nRename x to y", "修复解析器"]
)
def test_a_change_that_was_asked_for_and_not_made_is_no_success(task: str) -> None:
    assert judged_human(LOOKED, task=task).cause == "work.no_change"


@pytest.mark.parametrize(
    "task",
    ["Review the fix.", "changes against 'main'", "Fix nothing; do not change any files.", "Why is it so?"],
)
def test_a_question_may_be_answered_without_a_change(task: str) -> None:
    assert judged_human(LOOKED, task=task).success


@pytest.mark.parametrize(
    ("did", "is_done"),
    [
        (patch("a.py"), True),
        (command("cat a.txt", 0, "x"), False),
        (command("cat > a.txt <<X\nb\nX", 0), True),
        (command("cat a.txt 2>/dev/null", 0, "x"), False),
        (command("make format", 0), True),
    ],
)
def test_what_the_sidecar_names_as_the_task_counts_too(did: Item, *, is_done: bool) -> None:
    fixed = Meta(exit_code=0, task="Fix the parser.")
    assert judged(did, said(LOOKED), meta=fixed).success is is_done
    assert judged(did, said(LOOKED)).success
