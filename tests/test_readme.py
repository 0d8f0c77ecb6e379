import re
from pathlib import Path

from codexjob.__main__ import COMMANDS
from codexjob.exit_status import MEANINGS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()


def test_the_table_of_exit_statuses_is_the_programs_own() -> None:
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", README, re.MULTILINE)
    assert {int(status): meaning for status, meaning in rows} == MEANINGS


def test_ci_runs_exactly_the_test_command_that_the_readme_names() -> None:
    assert "\nmake test " in README
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("\nmake test")


def test_the_readme_answers_in_the_order_of_a_newcomers_questions() -> None:
    headings = [line for line in README.splitlines() if line.startswith("#")]
    assert headings == ["# codexjob", "## Try it", "## One screen of use", "## What the verdicts mean"]


def test_every_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"\bcodexjob ([a-z]+)\b(?= [-A-Z…/ao])", README))
    assert named <= {*COMMANDS}
