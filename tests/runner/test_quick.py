import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
from codexjob.commands import classify as classify_module
from codexjob.quick import asked
from codexjob.told import Request
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

COMMAND = Path(sys.executable).parent / "codexjob"
# Libraries that take 1 ms or more to load, and that no plain log needs.
HEAVY = (
    "typer", "click", "pydantic", "yaml", "lark", "numpy", "rich", "dataclasses", "inspect", "hashlib",
    "pathlib", "platformdirs", "tempfile", "datetime", "urllib", "hyperscan", "msgspec",
)  # fmt: skip
STREAM = (
    '{"type":"thread.started","thread_id":"0199aaaa-0000-7000-8000-000000000001"}\n'
    '{"type":"turn.started"}\n'
    '{"type":"item.completed","item":{"id":"1","type":"agent_message","text":"The sky is blue."}}\n'
    '{"type":"turn.completed","usage":{"input_tokens":9,"output_tokens":3}}\n'
)
HUMAN = (
    "OpenAI Codex v0.169.0\n--------\nworkdir: /home/dev/app\nmodel: gpt-5\n--------\nuser\nSay the colour\n"
    "exec\n/bin/bash -lc 'cat sky' in /home/dev/app\n succeeded in 12ms:\nblue\n\n"
    "codex\nThe sky is blue.\ntokens used\n1,234\nThe sky is blue.\n"
)
WORDS = (
    "a.log", "-", "--", "", "--format", "--format=json", "--format=", "--format=xml", "json", "jsonl",
    "--exit-zero", "--exit-zero=1", "--exit-code", "--exit-code=1", "--exit-code=-15", "-15", "124", "1.5",
    "--rules", "--rules=rules", "--rules=-x", "-h", "--help", "--no-exit-zero", "--form", "-f", "--version",
    "--engine", "--engine=re2", "python",
)  # fmt: skip


def as_typer_reads(words: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> Request | None:
    """Give what the declared command line makes of the words; null where it refuses them or helps."""
    kept: list[Request] = []

    def keep(request: Request, _ruleset: object) -> int:
        kept.append(request)
        return 0

    monkeypatch.setattr(classify_module, "classify_logs", keep)
    monkeypatch.setattr(classify_module, "chosen_ruleset", lambda _rules: None)
    monkeypatch.setattr(classify_module, "use", lambda _engine: None)
    app = typer.Typer()
    app.command("classify")(classify_module.classify_command)
    CliRunner().invoke(app, list(words))
    return kept[0] if kept else None


@given(st.lists(st.sampled_from(WORDS), max_size=5))
def test_what_the_short_way_understands_the_declared_command_line_understands_alike(words: list[str]) -> None:
    read = asked(["classify", *words]) if any(not word.startswith("-") for word in words) else None
    if read is not None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            assert as_typer_reads(words, monkeypatch) == read


@pytest.mark.parametrize(
    "words",
    [
        ["a.log"],
        ["a.log", "b", "--exit-zero"],
        ["--format", "jsonl", "a.log", "--exit-code", "-15"],
        ["--rules=one", "a.log", "--rules", "two", "--format=json"],
        ["--engine", "python", "a.log"],
    ],
)
def test_plain_requests_take_the_short_way(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    read = asked(["classify", *words])
    assert read is not None
    assert read == as_typer_reads(words, monkeypatch)


@pytest.mark.parametrize("words", [["run"], ["classify", "--help"], ["classify", "a", "--format", "xml"], []])
def test_anything_else_is_left_to_the_declared_command_line(words: list[str]) -> None:
    assert asked(words) is None


def classified(log: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command with a cache of its own."""
    known = {**os.environ, "XDG_CACHE_HOME": str(log.parent / "cache"), "PYTHONPROFILEIMPORTTIME": "1"}
    return subprocess.run(
        [COMMAND, "classify", str(log), *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=log.parent,
        env=known,
    )


def modules(said: str) -> set[str]:
    """Name the modules that a process says it has loaded."""
    lines = (line for line in said.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


def loaded(said: str) -> set[str]:
    """Name the libraries that a process says it has loaded."""
    return {name.partition(".")[0] for name in modules(said)}


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is set as Linux knows it")
@pytest.mark.parametrize(("name", "text"), [("job.jsonl", STREAM), ("job.log", HUMAN)])
def test_a_log_is_judged_without_the_heavy_libraries_once_the_rules_are_kept(
    tmp_path: Path, name: str, text: str
) -> None:
    log = tmp_path / name
    log.write_text(text)
    first = classified(log, "--format", "jsonl")
    second = classified(log, "--format", "jsonl")
    assert first.stdout == second.stdout
    assert json.loads(second.stdout)["success"] is True
    assert "yaml" in loaded(first.stderr)
    assert loaded(second.stderr) & set(HEAVY) == set()
    assert "re2" in loaded(second.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all sources of rules are asked")
def test_a_short_log_takes_no_module_that_only_other_logs_need(tmp_path: Path) -> None:
    log = tmp_path / "job.jsonl"
    log.write_text(STREAM)
    classified(log)
    said = classified(log).stderr
    own = {name for name in modules(said) if name.startswith(("codexjob", "logverdict"))}
    others = ("human", "rollout", "condense", "escapes", "authoring", "rule_sources", "loading", "condition")
    assert not {name for name in own if name.rpartition(".")[2] in others or ".condense." in name}
