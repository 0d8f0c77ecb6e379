"""The engine that is named is used, whichever way it is named, and a verdict does not depend on it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

STREAM = (
    '{"type":"thread.started","thread_id":"0199aaaa-0000-7000-8000-000000000001"}\n'
    '{"type":"turn.started"}\n'
    '{"type":"turn.failed","error":{"message":"stream disconnected before completion: Übertragung"}}\n'
)
HIDDEN = """
import sys
sys.modules[{name!r}] = None
from codexjob.{way} import main
sys.argv[1:] = {words!r}
main()
"""


@pytest.fixture
def log(tmp_path: Path) -> str:
    (tmp_path / "job.jsonl").write_text(STREAM)
    return str(tmp_path / "job.jsonl")


def ran(
    *words: str, engine: str = "", missing: str = "none", way: str = "entry"
) -> subprocess.CompletedProcess[str]:
    """Run the program, as if a library were not installed."""
    program = HIDDEN.format(name=missing, words=words, way=way)
    environ = {**os.environ, "CODEXJOB_ENGINE": engine}
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environ
    )


def verdict(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_verdict_does_not_depend_on_the_engine(log: str) -> None:
    plain = verdict(ran("classify", log, "--format", "jsonl"))
    by_option = verdict(ran("classify", log, "--format", "jsonl", "--engine", "python"))
    by_variable = verdict(ran("classify", log, "--format", "jsonl", engine="python"))
    declared = verdict(ran("classify", log, "--format=jsonl", "--engine=python", way="__main__"))
    assert by_option == by_variable == declared
    assert (plain.pop("engine"), by_option.pop("engine")) == ("re2", "python")
    assert plain == by_option
    assert plain["cause"] == "network.stream_cut"


def test_without_re2_the_program_works(log: str) -> None:
    done = ran("classify", log, "--format", "jsonl", missing="re2")
    assert (verdict(done)["engine"], verdict(done)["cause"]) == ("python", "network.stream_cut")
    asked = ran("doctor", "--format", "json", missing="re2")
    (engine,) = [one for one in json.loads(asked.stdout)["checks"] if one["name"] == "engine"]
    assert (engine["state"], engine["todo"]) == ("warn", "pip install google-re2")


@pytest.mark.parametrize("engine", ["python", "re2"])
def test_all_that_judges_takes_the_option(log: str, engine: str) -> None:
    assert ran("reeval", log, "--engine", engine).returncode == 0
    assert ran("rules", "test", "--engine", engine).returncode == 0


def test_an_engine_that_is_not_there_is_told(log: str) -> None:
    done = ran("classify", log, "--engine", "re2", missing="re2")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "codexjob: the engine re2 is not installed: pip install google-re2\n"
    done = ran("classify", log, engine="perl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "codexjob: the variable CODEXJOB_ENGINE is 'perl': an engine is one of auto, "
    )


def test_a_pack_whose_pattern_python_may_never_be_done_with_is_refused(log: str, tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "own.yaml").write_text("patterns:\n  slow: '(?:a+)+b'\nrules: []\n")
    done = ran("classify", log, "--rules", str(tmp_path / "packs"), engine="python")
    assert done.returncode == 2
    assert "own.yaml:2" in done.stderr
    assert "Python's own engine may take for ever" in done.stderr
    assert ran("classify", log, "--rules", str(tmp_path / "packs")).returncode == 75
