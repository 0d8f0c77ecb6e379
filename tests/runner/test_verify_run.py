import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from codexjob.files import RunFiles
from codexjob.formats.verification_text import verification_text
from codexjob.job import JobOutcome, JobSetting, run_job
from codexjob.judging import packaged_judge
from codexjob.launch import Surroundings, launch
from codexjob.practice.sample import sample_repository
from codexjob.request import JobRequest, RunRequest
from codexjob.verify.after_run import look_after_run
from codexjob.verify.checking import Checked, CheckOptions, check
from codexjob.verify.document import verification_file

TEST = "import unittest\nfrom calc import add\n\nclass T(unittest.TestCase):\n    def test_add(self):\n"
FILES = {
    "calc.py": "def add(a, b):\n    return a + b\n",
    "test_calc.py": f"{TEST}        self.assertEqual(add(1, 2), 3)\n",
}
RED = "def add(a, b):\n    return a - b\n"
GREEN = "def add(*numbers):\n    return sum(numbers)\n"
JUDGE = packaged_judge()

Run = Callable[..., JobOutcome]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return sample_repository(tmp_path / "repo", FILES)


@pytest.fixture
def run(
    fake_codex: Callable[[str], Path], job: Callable[..., JobRequest], around: Surroundings, repo: Path
) -> Run:
    """Let a fake Codex change files of the repository and say that it is done."""

    def make(changes: dict[str, str], **options: Any) -> JobOutcome:
        codex = fake_codex(f"""
session()
os.chdir({str(repo)!r})
for name, text in {changes!r}.items():
    open(name, "w").write(text)
item("completed", "file_change", changes=[{{"path": "calc.py", "kind": "update"}}], status="completed")
done("Here it is.")
""")
        return run_job(job(codex, **{"max_reviews": 0, **options}), JobSetting(around, JUDGE))

    return make


def looked(
    outcome: JobOutcome, *, command: str | None = None, tests: bool = True, compare: Any = "cheap"
) -> Checked:
    options = CheckOptions(
        syntax=True, limit=120.0 if tests else None, command=command, compare=compare, rules=None
    )
    return check(outcome.last.files.meta, options)


def written(files: RunFiles) -> Any:
    return json.loads(verification_file(files).read_bytes())


def written_after(outcome: JobOutcome) -> Any:
    looked(outcome)
    return written(outcome.last.files)


def test_a_run_that_broke_the_tests_is_found_out_and_judged_again(run: Run) -> None:
    outcome = run({"calc.py": RED})
    assert outcome.last.verdict.success
    found = looked(outcome)
    assert (found.found.outcome, found.found.tests) == ("failed", "failed")
    assert "on the state before the run: passed" in verification_text(found)
    assert "verdict   real (work.verification_failed), action resume_review" in verification_text(found)
    assert JUDGE(outcome.last.files).cause == "work.verification_failed"


def test_the_users_own_tree_is_left_as_it_is(run: Run, repo: Path) -> None:
    outcome = run({"calc.py": RED})
    before = {path: path.read_bytes() for path in repo.rglob("*") if path.is_file()}
    looked(outcome)
    assert {path: path.read_bytes() for path in repo.rglob("*") if path.is_file()} == before


def test_tests_that_failed_before_as_well_are_a_persons_question(run: Run, repo: Path) -> None:
    (repo / "calc.py").write_text(RED)
    outcome = run({"other.py": "x = 1\n"})
    assert looked(outcome).found.outcome == "open"
    verdict = JUDGE(outcome.last.files)
    assert (verdict.cause, verdict.action) == ("work.failing_before", "human")


def test_good_work_passes(run: Run) -> None:
    found = written_after(run({"calc.py": GREEN, "new file.py": "x = 1\n"}))
    assert (found["outcome"], found["tests"], found["broken"]) == ("passed", "passed", [])
    assert found["changes"] == [
        {"path": "calc.py", "kind": "modified"}, {"path": "new file.py", "kind": "added"},
    ]  # fmt: skip


def test_an_untracked_broken_file_fails_without_any_test(run: Run) -> None:
    found = looked(run({"a b.sh": "if true; then\n"}), tests=False)
    assert found.found.outcome == "failed"
    assert "a b.sh:1: fi is missing" in verification_text(found)
    assert "--run-tests runs python3 -m unittest discover" in verification_text(found)


def test_a_look_without_tests_does_not_hide_what_tests_said(run: Run) -> None:
    outcome = run({"calc.py": RED})
    looked(outcome, compare="never")
    looked(outcome, tests=False)
    assert written(outcome.last.files)["tests"] == "failed"


def test_a_given_command_is_run_without_a_shell(run: Run) -> None:
    outcome = run({"calc.py": GREEN})
    command = f"{sys.executable} -c 'import sys; print(sys.argv[1:]); sys.exit(3)' $HOME ; true"
    assert looked(outcome, command=command, compare="never").found.outcome == "failed"
    assert written(outcome.last.files)["suites"][0]["output"] == "['$HOME', ';', 'true']"


def test_a_test_gets_none_of_the_users_secrets_and_none_is_written(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "0123456789abcdef")
    outcome = run({"calc.py": GREEN})
    code = 'import os; print(os.environ.get("DEPLOY_TOKEN"), "0123456789abcdef")'
    looked(outcome, command=f"{sys.executable} -c '{code}'")
    assert written(outcome.last.files)["suites"][0]["output"].startswith("None")
    assert "0123456789abcdef" not in verification_file(outcome.last.files).read_text()


def test_tests_that_the_run_deleted_leave_it_open(run: Run, repo: Path) -> None:
    outcome = run({"calc.py": GREEN})
    (repo / "test_calc.py").unlink()
    found = looked(outcome)
    assert (found.found.tests, found.found.outcome) == ("not_run", "open")
    assert "the run deleted the test file test_calc.py" in verification_text(found)


def test_without_a_state_before_the_last_commit_is_compared_with(run: Run) -> None:
    outcome = run({"calc.py": RED})
    for path in outcome.last.files.folder.glob("*.before.json"):
        path.unlink()
    found = looked(outcome, tests=False).found
    assert (found.since, [change.path for change in found.changes]) == ("commit", ["calc.py"])


def test_without_a_state_before_other_repositories_below_are_taken_as_they_are(run: Run, repo: Path) -> None:
    sample_repository(repo / "nested", {"x.py": "x = (\n"})
    outcome = run({"calc.py": RED})
    for path in outcome.last.files.folder.glob("*.before.json"):
        path.unlink()
    assert [change.path for change in looked(outcome, tests=False).found.changes] == ["calc.py", "nested"]


def test_of_a_tree_that_was_not_looked_at_whole_only_what_is_sure_counts(run: Run) -> None:
    outcome = run({"calc.py": RED, "was there.py": "x = (\n"})
    (state,) = outcome.last.files.folder.glob("*.before.json")
    state.write_text(state.read_text().replace('"gap": null', '"gap": "too many files"'))
    found = looked(outcome, tests=False).found
    assert [change.path for change in found.changes] == ["calc.py"]
    assert found.gap == "too many files"


def test_a_document_of_hostile_names_stays_below_the_limit_of_a_sidecar(run: Run, repo: Path) -> None:
    outcome = run({"calc.py": GREEN})
    for number in range(400):
        (repo / f"{'é' * 110}{number}.sh").write_text("if\n")
    looked(outcome, tests=False)
    assert verification_file(outcome.last.files).stat().st_size < 1 << 20
    assert JUDGE(outcome.last.files).cause == "work.syntax_broken"


def test_run_verify_does_not_believe_a_claim_that_the_tests_refute(run: Run) -> None:
    outcome = run({"calc.py": RED}, verify=True)
    assert (outcome.last.verdict.cause, outcome.exit_status) == ("work.verification_failed", 1)
    assert json.loads(outcome.last.files.verdict.read_bytes())["cause"] == "work.verification_failed"


def test_run_verify_accepts_what_the_tests_confirm(run: Run) -> None:
    outcome = run({"calc.py": GREEN}, verify=True)
    assert outcome.last.verdict.success
    assert "the project's tests passed when they were run from outside" in outcome.last.verdict.reason


def test_a_review_is_measured_against_the_state_before_the_whole_job(run: Run) -> None:
    outcome = run({"calc.py": RED}, verify=True, max_reviews=1)
    before = [written(one.files)["suites"][0]["before"] for one in outcome.runs]
    assert before == ["passed", "passed"]


def test_a_test_command_that_cannot_start_leaves_it_open(run: Run) -> None:
    outcome = run({"calc.py": GREEN}, verify=True, test_command="no-such-program")
    assert outcome.last.verdict.cause == "work.verification_open"


def test_a_repository_that_is_gone_leaves_it_open(run: Run, repo: Path) -> None:
    outcome = run({"calc.py": GREEN})
    shutil.rmtree(repo)
    look_after_run(outcome.last.files, None, lambda: True)
    verdict = JUDGE(outcome.last.files)
    assert (verdict.cause, verdict.success) == ("work.verification_open", False)


def test_a_cancelled_look_writes_nothing(run: Run) -> None:
    outcome = run({"calc.py": RED})
    look_after_run(outcome.last.files, None, lambda: False)
    assert not verification_file(outcome.last.files).exists()


def test_a_run_that_is_to_be_looked_at_is_not_called_done_before(
    fake_codex: Callable[[str], Path], job: Callable[..., JobRequest], around: Surroundings
) -> None:
    codex = fake_codex("session()\ndone('Here it is.')")
    outcome = launch(RunRequest(job(codex, verify=True), "first", "do it"), around)
    verdict = JUDGE(outcome.files)
    assert (verdict.cause, verdict.success, verdict.action) == ("work.verification_open", False, "verify")
    assert "codexjob has not looked yet" in verdict.reason
