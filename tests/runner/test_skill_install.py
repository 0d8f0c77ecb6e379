import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from codexjob.__main__ import command_app
from codexjob.doctor.models import read_models
from codexjob.errors import UsageError
from codexjob.skill.install import install, skill_files
from codexjob.skill.places import TOOLS, Place, project_place, user_place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return project_place("claude", tmp_path)


def whats(place: Place, **options: bool) -> set[str]:
    return {file.what for file in install(place, **options)}


def test_each_tool_has_its_own_folder(tmp_path: Path) -> None:
    shown = [user_place(tool, {}, tmp_path).folder.relative_to(tmp_path).as_posix() for tool in TOOLS]
    assert shown == [".claude/skills/codexjob", ".agents/skills/codexjob"]
    moved = user_place("claude", {"CLAUDE_CONFIG_DIR": str(tmp_path / "x")}, tmp_path)
    assert moved.folder == tmp_path / "x" / "skills" / "codexjob"


def test_an_installed_skill_is_whole_and_a_second_time_changes_nothing(place: Place) -> None:
    assert whats(place) == {"written"}
    found = {path.name: path.read_bytes() for path in place.folder.iterdir() if not path.name.startswith(".")}
    assert found == dict(skill_files())
    assert whats(place) == {"unchanged"}


def test_a_file_that_the_user_changed_is_kept_unless_forced(place: Place) -> None:
    install(place)
    own = place.folder / "models.yaml"
    own.write_text("mine")
    assert whats(place) == {"unchanged", "kept"}
    assert own.read_text() == "mine"
    assert whats(place, is_forced=True) == {"unchanged", "updated"}
    assert own.read_bytes() == skill_files()["models.yaml"]


def test_a_file_of_an_earlier_version_is_brought_up_to_date(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(place)
    monkeypatch.setattr("codexjob.skill.install.skill_files", lambda: {"SKILL.md": b"newer"})
    assert whats(place) == {"updated"}
    assert (place.folder / "SKILL.md").read_bytes() == b"newer"


def test_a_file_that_codexjob_did_not_write_is_kept(place: Place) -> None:
    place.folder.mkdir(parents=True)
    (place.folder / "SKILL.md").write_text("another skill")
    assert whats(place) == {"kept", "written"}
    assert (place.folder / "SKILL.md").read_text() == "another skill"


@pytest.mark.parametrize("note", ["", "[", "[]", '{"SKILL.md": 1}', "[" * 100_000])
def test_a_damaged_note_makes_nobodys_file_ours(place: Place, note: str) -> None:
    install(place)
    (place.folder / ".installed.json").write_text(note)
    (place.folder / "SKILL.md").write_text("mine")
    assert "kept" in whats(place)


def test_a_dry_run_writes_nothing(place: Place) -> None:
    assert whats(place, is_dry=True) == {"written"}
    assert not place.folder.exists()


def test_a_folder_that_cannot_be_written_is_one_clear_mistake(place: Place, tmp_path: Path) -> None:
    (tmp_path / ".claude").write_text("a file")
    with pytest.raises(UsageError, match="cannot write the skill"):
        install(place)


def test_the_command_asks_for_whom_and_tells_what_it_wrote(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "codexjob", "skill", "install", *words, "--folder", str(tmp_path))
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run().returncode == 2
    done = run("--project", "--for", "codex")
    assert (done.returncode, done.stdout.count("written")) == (0, 2)
    assert not (tmp_path / ".claude").exists()
    (tmp_path / ".agents" / "skills" / "codexjob" / "SKILL.md").write_text("mine")
    assert run("--project").returncode == 1


def commands() -> list[list[str]]:
    """Read the command lines out of the skill's code blocks."""
    text = skill_files()["SKILL.md"].decode()
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_and_option_of_the_skill_exists(words: list[str]) -> None:
    group: Any = typer.main.get_command(command_app([]))
    assert words[0] == "codexjob"
    own = words[2 : words.index("--")] if "--" in words else words[2:]
    known = {name for parameter in group.commands[words[1]].params for name in parameter.opts}
    assert {word for word in own if word.startswith("-")} <= known


def test_the_skill_begins_with_its_name_and_a_description_that_tools_accept() -> None:
    head = skill_files()["SKILL.md"].decode().split("---\n")[1]
    told = yaml.safe_load(head)
    assert told.keys() == {"name", "description"}
    assert told["name"] == "codexjob"
    assert 0 < len(told["description"]) <= 1024


def test_every_model_that_the_skill_names_is_among_the_models() -> None:
    known = {model.name for model in read_models().models if model.use_for}
    assert set(re.findall(r"gpt-[\w.-]+", skill_files()["SKILL.md"].decode())) <= known
