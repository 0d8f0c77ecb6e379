import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from codexjob.practice import Scenario, ScriptedModel
from codexjob.skill.install import install, skill_files
from codexjob.skill.places import project_place

FILES = {
    "calc.py": "def add(a, b):\n    return a + b\n",
    "test_calc.py": "import unittest\nfrom calc import add\n\nclass T(unittest.TestCase):\n"
    "    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n",
    ".gitignore": "runs/\n",
    "task.md": "Say what calc.py does.\n",
    "more.md": "Say it shorter.\n",
}
SCENARIO = Scenario.model_validate(
    {"name": "skill", "replies": [{"steps": [{"say": "calc.py adds two numbers."}], "repeat": "forever"}]}
)


def lines() -> list[str]:
    text = skill_files()["SKILL.md"].decode()
    return "".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)).splitlines()


def configured(home: Path, model: ScriptedModel) -> None:
    """Let Codex find the scripted model in its configuration: the skill's commands name none."""
    words = model.codex_arguments()
    settings = [value for flag, value in pairwise(words) if flag == "-c"]
    path = home / "config.toml"
    path.write_text("\n".join([*settings, path.read_text()]))


@pytest.mark.timeout(600)
def test_every_command_of_the_skill_does_what_it_is_there_for(
    codex: Path,
    codex_home: Path,
    sample_repo: Callable[[dict[str, str]], Path],
    scripted: Callable[[Scenario | str], ScriptedModel],
) -> None:
    repo, model = sample_repo(FILES), scripted(SCENARIO)
    configured(codex_home, model)
    environ = {**os.environ, "CODEX_HOME": str(codex_home), "CODEXJOB_CODEX": str(codex)}

    def run(line: str) -> subprocess.CompletedProcess[str]:
        words = shlex.split(line)
        assert words[0] == "codexjob"
        return subprocess.run(
            (sys.executable, "-m", *words), cwd=repo, env=environ,
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    runs: list[str] = []
    for line in lines():
        log = next(iter((repo / "runs").glob(f"codex-run-{runs[-1]}.log")), Path()) if runs else Path()
        done = run(re.sub(r"\bRUN\b", runs[-1] if runs else "", line).replace("LOG", str(log)))
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        if "--detach" in line:
            runs.append(re.findall(r"^codex_run_id=(\S+)$", done.stdout, re.MULTILINE)[0])
            assert run(f"codexjob wait {runs[-1]}").returncode == 0
    assert len(runs) == 4
    assert all(judged_good(repo, run_id) for run_id in runs)


def judged_good(repo: Path, run_id: str) -> bool:
    found: Any = json.loads((repo / "runs" / f"codex-run-{run_id}.verdict.json").read_bytes())
    return bool(found["success"])


@pytest.mark.parametrize("codex", ["0.120.0", "0.169.0"], indirect=True)
def test_codex_finds_the_installed_skill(
    codex: Path,
    codex_home: Path,
    sample_repo: Callable[[dict[str, str]], Path],
    scripted: Callable[[Scenario | str], ScriptedModel],
) -> None:
    repo, model = sample_repo(FILES), scripted(SCENARIO)
    install(project_place("codex", repo))
    subprocess.run(
        (codex, "exec", "--json", "-C", repo, *model.codex_arguments(), "hello"),
        env={**os.environ, "CODEX_HOME": str(codex_home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    assert "Codex CLI in the background with codexjob" in str(model.requests[0])
