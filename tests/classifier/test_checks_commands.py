"""Which commands are checks, and what each said."""

from pathlib import Path
from typing import Final

import pytest
import yaml
from logverdict.checks import CheckPatterns, last_checks
from logverdict.events import Command, CommandStatus, Event, Patch, Place, Text
from logverdict.facts import CheckResult
from logverdict.pattern import compile_pattern

PACK: Final = Path(__file__).parents[2] / "rules" / "checks.yaml"
NAMES: Final = ("test_runner", "build_tool", "tests_passed", "tests_failed", "check_not_run")
HERE: Final = Place("log", 1, 0, 0)


def patterns() -> CheckPatterns:
    texts = yaml.safe_load(PACK.read_text(encoding="utf-8"))["patterns"]
    return CheckPatterns(*(compile_pattern(texts[name]) for name in NAMES))


PATTERNS: Final = patterns()


def ran(script: str, code: int | None = 0, output: str = "") -> Command:
    status: CommandStatus = "in_progress" if code is None else "completed" if code == 0 else "failed"
    return Command(HERE, Text(script, HERE), status, code, output=Text(output, HERE))


def results(*events: Event) -> tuple[CheckResult | None, CheckResult | None]:
    test, build = last_checks(events, PATTERNS)
    return test.result if test else None, build.result if build else None


TESTS = """
pytest -q|cd x && pytest|FOO=1 BAR='a b' pytest|timeout 60 pytest -x|uv run pytest
poetry run pytest tests|sudo make test|make check|make -j4 test|npm test|npm run test
npm run test:unit|yarn test|pnpm test|bun test|npx jest|npx vitest run|mocha|cargo test --all
cargo nextest run|go test ./...|mvn test|mvn -q clean verify|./gradlew test|gradle :app:test
ctest --output-on-failure|bundle exec rspec|vendor/bin/phpunit|dotnet test|bats tests|tox -e py311
nox|python -m pytest|python3 -m unittest discover|python test_calc.py|python tests/test_x.py
./run_tests.sh|bash run_tests.sh|python3 -c 'import a; assert a.f() == 1'|python3 -c "assert 1"
env X=1 pytest|time pytest|(pytest)|.venv/bin/pytest|bash -c "pytest -q"|echo a; pytest
if pytest; then echo ok; fi|python manage.py test|coverage run -m pytest
python -m coverage run -m pytest|PYTHONPATH=. python -m nose|set -e; pytest|node --test|deno test
swift test|npm --prefix web test|timeout -k 5 60 npm test|./scripts/run-tests.sh
""".replace("\n", "|").split("|")

NO_CHECKS = """
cat pytest.ini|rg "npm test"|git commit -m "run pytest"|pip install pytest|grep -rn pytest .
echo pytest|git commit -m "fix; pytest passes"|ls tests|cat tests/test_x.py|vim test_x.py
which pytest|npm install jest|ruff check .|mypy src|eslint .|echo "a && make test"|rg 'assert' src
python -c 'print(1)'|# pytest|sed -n 1,5p Makefile|git log --grep test|python -m pip install build
make clean|make lint|npm run lint|npm ci|cargo fmt|cargo clippy|go fmt|touch test.py|mkdir build
cd build|rm -rf build|uv pip install pytest|poetry add pytest
""".replace("\n", "|").split("|")

BUILDS = """
make|make -j8|make all|make build|npm run build|yarn build|cargo build --release|cargo check
go build ./...|go vet ./...|tsc --noEmit|npx tsc -p .|mvn package|mvn -q -DskipTests package
gradle build|./gradlew assemble|cmake --build build|python -m build|cd x && make|CC=clang make -j4
docker build .|npx webpack|uv build|ninja -C out
""".replace("\n", "|").split("|")


@pytest.mark.parametrize("script", [script for script in TESTS if script])
def test_a_test_runner_at_command_position_is_a_test(script: str) -> None:
    assert results(ran(script))[0] is not None


@pytest.mark.parametrize("script", [script for script in BUILDS if script])
def test_a_build_tool_at_command_position_is_a_build(script: str) -> None:
    assert results(ran(script)) == (None, "passed")


@pytest.mark.parametrize("script", [script for script in NO_CHECKS if script])
def test_a_mention_is_no_check(script: str) -> None:
    assert results(ran(script)) == (None, None)


def test_a_here_document_is_not_run() -> None:
    assert results(ran("cat > run.sh <<'EOF'\npytest -q\nEOF\nls")) == (None, None)


PLAIN, MASKED = "pytest -q", "pytest -q | tail -5"


@pytest.mark.parametrize(
    ("script", "code", "output", "expected"),
    [
        (PLAIN, 0, "3 passed in 0.1s", "passed"),
        (PLAIN, 0, "", "passed"),
        (PLAIN, 1, "1 failed, 2 passed", "failed"),
        (PLAIN, 1, "", "failed"),
        (PLAIN, 127, "", "not_run"),
        (PLAIN, 1, "bash: line 1: pytest: command not found", "not_run"),
        (PLAIN, 1, "/usr/bin/python3: No module named pytest", "not_run"),
        (PLAIN, -1, "Failed to create unified exec process: No file descriptors available", "not_run"),
        (PLAIN, 5, "no tests ran in 0.01s", "not_run"),
        (PLAIN, None, "", "unknown"),
        (PLAIN, 0, "FAILED (failures=1)", "failed"),
        (PLAIN, 0, "== 2 failed, 1 passed in 3s ==", "failed"),
        (PLAIN, 0, "== 3 passed, 2 xfailed in 3s ==", "passed"),
        ("cargo test", 0, "test result: ok. 5 passed; 0 failed; 0 ignored", "passed"),
        ("npm test", 0, "Tests:       1 failed, 5 passed, 6 total", "failed"),
        ("go test ./...", 0, "ok  \tpkg\t0.01s", "passed"),
        ("python -m unittest", 0, "Ran 0 tests in 0.000s\n\nOK", "not_run"),
        ("python -m unittest | cat", 0, "Ran 2 tests in 0.000s\n\nOK", "passed"),
        (MASKED, 0, "3 passed in 0.1s", "passed"),
        (MASKED, 0, "1 failed, 3 passed", "failed"),
        (MASKED, 0, "something else", "unknown"),
        (MASKED, 0, "bash: pytest: command not found", "not_run"),
        ("set -o pipefail; pytest | tail -5", 0, "dots", "passed"),
        ("pytest || true", 0, "dots", "unknown"),
        ("pytest || exit 1", 0, "dots", "passed"),
        ("pytest; echo done", 0, "done", "unknown"),
        ("pytest\necho done", 0, "done", "unknown"),
        ("set -e\npytest\necho done", 0, "done", "passed"),
        ("pytest && echo done", 0, "done", "passed"),
        ("cd x && pytest 2>&1", 0, "dots", "passed"),
        ("pytest > log 2>&1; cat log", 0, "2 passed in 1s", "passed"),
        ("! pytest", 0, "dots", "unknown"),
        ("pytest &", 0, "", "unknown"),
        ("ls || pytest", 0, "", "unknown"),
        ("bash -c 'pytest; true'", 0, "", "unknown"),
        ("pytest | tail -3; ls nowhere", 2, "5 passed in 1s", "unknown"),
        ("pytest -q # quick", 0, "", "passed"),
    ],
)
def test_what_a_test_said(script: str, code: int | None, output: str, expected: CheckResult) -> None:
    assert results(ran(script, code, output))[0] == expected


def test_a_combined_command_counts_for_both() -> None:
    assert results(ran("make && make test")) == ("passed", "passed")
    assert results(ran("make && make test", 2, "make: *** [all] Error 1")) == ("failed", "failed")


def test_only_a_later_check_of_the_same_kind_replaces_one() -> None:
    assert results(ran("pytest", 1), ran("make"), ran("cat x")) == ("failed", "passed")
    assert results(ran("pytest", 1), ran("pytest", 0)) == ("passed", None)
    assert results(ran("pytest", 0), ran("pytest", None)) == ("unknown", None)


def test_a_patch_after_the_check_is_noted() -> None:
    patch = Patch(HERE, ("/w/a.py",), "completed")
    for events, expected in (((patch, ran("pytest")), False), ((ran("pytest"), patch), True)):
        test, _ = last_checks(events, PATTERNS)
        assert test is not None
        assert test.patched_after is expected
        assert events[test.position] is test.command


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["(", "a(", "'", '"', "<<a ", "\\", "$(", ";", "a && ", "pytest; "])
def test_a_hostile_script_takes_no_time(piece: str) -> None:
    results(ran(piece * 200_000))


def test_a_bare_word_in_the_output_of_a_test_that_passed_is_no_failure() -> None:
    output = "ERROR: panic\nFAILED\n.\nRan 1 test in 0.1s\n\nOK\n"
    assert results(ran("python3 -m unittest", 0, output)) == ("passed", None)
    assert results(ran("python3 -m unittest || true", 0, output)) == ("failed", None)
    assert results(ran("python3 -m unittest", 0, "FAILED (failures=1)\n" + output)) == ("failed", None)
    assert results(ran("python3 -m unittest", 0, "FAILED\n")) == ("failed", None)
