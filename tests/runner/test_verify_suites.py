import json
import shutil
import sys
from pathlib import Path

import pytest
from codexjob.verify.errors import VerifyError
from codexjob.verify.execute import Ended
from codexjob.verify.outcome import Result, result_of
from codexjob.verify.suites import found_suites, given_suite
from logverdict.rulebook import built_in_ruleset

PYTEST = "python3 -m pytest -q"


def lay(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("files", "commands"),
    [
        ({"pyproject.toml": "[tool.pytest.ini_options]\n"}, [PYTEST]),
        ({"pytest.ini": ""}, [PYTEST]),
        ({"setup.cfg": "[tool:pytest]\n"}, [PYTEST]),
        ({"tests/test_a.py": "def test_a():\n    pass\n"}, [PYTEST]),
        ({"tests/unit/test_a.py": "import pytest\n"}, [PYTEST]),
        ({"test_a.py": "import unittest\n"}, ["python3 -m unittest discover"]),
        ({"tests/test_a.py": "import unittest\n"}, ["python3 -m unittest discover -s tests -t ."]),
        ({"package.json": json.dumps({"scripts": {"test": "jest"}})}, ["npm test"]),
        ({"package.json": json.dumps({"scripts": {"test": "x"}}), "pnpm-lock.yaml": ""}, ["pnpm test"]),
        ({"package.json": json.dumps({"scripts": {"test": "x"}}), "bun.lock": ""}, ["bun run test"]),
        ({"package.json": json.dumps({"scripts": {"test": "echo no test specified; exit 1"}})}, []),
        ({"Cargo.toml": ""}, ["cargo test --quiet"]),
        ({"go.mod": ""}, ["go test ./..."]),
        ({"Makefile": "all:\n\ntest: all\n\ttrue\n"}, ["make test"]),
        ({"Makefile": "check:\n\ttrue\n"}, ["make check"]),
        ({"Makefile": "test := 1\n"}, []),
        ({"Makefile": "test:\n", "go.mod": "", "pytest.ini": ""}, [PYTEST, "go test ./..."]),
        ({"pyproject.toml": "not toml ["}, []),
        ({"package.json": "[" * 100_000}, []),
        ({"package.json": '"text"'}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_a_projects_tests_are_found_from_its_files(
    tmp_path: Path, files: dict[str, str], commands: list[str]
) -> None:
    assert [suite.shown for suite in found_suites(lay(tmp_path, files))] == commands


def test_the_projects_own_interpreter_runs_its_tests(tmp_path: Path) -> None:
    lay(tmp_path, {"pytest.ini": ""})
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    assert [suite.argv[0] for suite in found_suites(tmp_path)] == [".venv/bin/python"]


def test_a_given_command_is_split_without_a_shell() -> None:
    assert given_suite("pytest -k 'a b' $HOME; rm x").argv == ("pytest", "-k", "a b", "$HOME;", "rm", "x")


@pytest.mark.parametrize("command", ["", "  ", "pytest 'a"])
def test_a_command_that_is_none_is_refused(command: str) -> None:
    with pytest.raises(VerifyError):
        given_suite(command)


def ended(code: int | None, output: str = "", **more: object) -> Ended:
    return Ended(code, output, 1.0, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "result"),
    [
        (ended(0, "3 passed in 0.1s"), "passed"),
        (ended(0), "passed"),
        (ended(1, "1 failed, 2 passed in 0.1s"), "failed"),
        (ended(1), "failed"),
        (ended(0, "FAILED (failures=1)"), "failed"),
        (ended(5, "no tests ran in 0.00s"), "none"),
        (ended(0, "Ran 0 tests in 0.000s\n\nOK"), "none"),
        (ended(5, "it broke"), "failed"),
        (ended(0, "?   \tx\t[no test files]"), "none"),
        (ended(0, "running 0 tests\n\nrunning 3 tests\n"), "passed"),
        (ended(127, "sh: 1: jest: not found"), "not_run"),
        (ended(1, "No module named pytest"), "not_run"),
        (ended(1, "ModuleNotFoundError: No module named 'calc'"), "failed"),
        (ended(2, "make: *** No rule to make target 'test'.  Stop."), "not_run"),
        (ended(None, "", trouble="cannot be started"), "not_run"),
        (ended(None, "", signal=11), "failed"),
        (ended(None, "", signal=9), "not_run"),
        (ended(None, "1 failed", is_timeout=True), "timeout"),
    ],
)
def test_the_end_of_a_test_command_means(how: Ended, result: Result) -> None:
    assert result_of(how, built_in_ruleset().patterns) == result


def test_git_is_there_for_the_tests() -> None:
    assert shutil.which("git")
