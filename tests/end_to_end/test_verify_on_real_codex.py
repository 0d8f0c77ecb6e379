import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from codexjob.practice import Scenario, ScriptedModel

FILES = {
    "calc.py": "def add(a, b):\n    return a + b\n",
    "test_calc.py": "import unittest\nfrom calc import add\n\n\nclass T(unittest.TestCase):\n"
    "    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n",
}
PATCH = "*** Begin Patch\n*** Update File: calc.py\n@@\n-{0}\n+{1}\n*** End Patch\n"
WRONG = PATCH.format("    return a + b", "    return a - b")
RIGHT = PATCH.format("    return a - b", "    return b + a")
BROKEN = PATCH.format("    return a + b", "    return (a + b")


def scenario(first: str) -> Scenario:
    """Let the agent change the file, run no test, and claim success; asked again, it mends it."""
    mend = RIGHT if first == WRONG else PATCH.format("    return (a + b", "    return b + a")
    replies = [[{"patch": first}], {"say": "It works now."}, [{"patch": mend}], {"say": "I mended it."}]
    return Scenario.model_validate({"name": "claimed", "files": FILES, "replies": replies})


@pytest.mark.parametrize(
    ("first", "cause"),
    [
        pytest.param(WRONG, "work.verification_failed", id="red"),
        pytest.param(BROKEN, "work.syntax_broken", id="broken"),
    ],
)
def test_a_claim_that_the_projects_tests_refute_is_reviewed_until_they_pass(
    *,
    codex: Path,
    codex_home: Path,
    sample_repo: Callable[[dict[str, str]], Path],
    scripted: Callable[[Scenario | str], ScriptedModel],
    tmp_path: Path,
    first: str,
    cause: str,
) -> None:
    model, repo = scripted(scenario(first)), sample_repo(FILES)
    job = ("--repo", repo, "--task", "Make add right.", "--codex", codex, "--log-dir", tmp_path / "runs")
    done = subprocess.run(
        (sys.executable, "-m", "codexjob", "run", *job, "--verify", "--", *model.codex_arguments()),
        env={**os.environ, "CODEX_HOME": str(codex_home)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    verdicts = [
        json.loads(path.read_bytes()) for path in sorted((tmp_path / "runs").glob("codex-run-*.verdict.json"))
    ]
    assert [verdict["cause"] for verdict in verdicts] == [cause, "done"], done.stderr
    assert [verdict["action_taken"] for verdict in verdicts] == ["resume_review", "accept"]
    assert done.returncode == 0
    assert "run from outside" in verdicts[1]["reason"]
