"""The short way to the rules is taken only where it leads to the very rules of the long one."""

import sys
from pathlib import Path

import pytest
from codexjob import usual_rules
from codexjob.settings import find_settings
from codexjob.usual_rules import usual_ruleset
from hypothesis import given
from hypothesis import strategies as st
from logverdict.rulebook import Ruleset, built_in_packs
from logverdict.rulebook.prepared import prepared_ruleset
from platformdirs import user_cache_path, user_config_path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is always asked")
FOLDERS = st.sampled_from([None, "", " ", "relative", "~", "/", "/some/where", "/some/where/", "//a/./b"])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with the built-in rules kept and no rules of one's own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    prepared_ruleset([built_in_packs()], user_cache_path("codexjob"))
    return tmp_path


def is_usual() -> bool:
    return isinstance(usual_ruleset(), Ruleset)


def test_built_in_rules_that_are_kept_are_found(place: Path) -> None:
    found = usual_ruleset()
    assert found is not None
    assert found.digest == prepared_ruleset([built_in_packs()], user_cache_path("codexjob")).digest
    (place / "pyproject.toml").write_text('[project]\nname = "something else"\n')
    assert is_usual()


def test_nothing_is_said_where_no_rules_are_kept(place: Path) -> None:
    for file in user_cache_path("codexjob").iterdir():
        file.unlink()
    assert place.is_dir()
    assert not is_usual()


@pytest.mark.parametrize("file", ["codexjob.toml", "pyproject.toml", "above/codexjob.toml"])
def test_nothing_is_said_where_a_project_may_name_rules(
    place: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    folder = place / "above" / "below"
    folder.mkdir(parents=True)
    (place / file).write_text("[tool.codexjob]")
    monkeypatch.chdir(folder)
    assert not is_usual()


@pytest.mark.parametrize(
    "text",
    [
        "[tool.codexjob]\n",
        '[ tool . "codexjob" ]\nrules = ["a"]\n',
        '[tool]\ncodexjob = { rules = ["a"] }\n',
        "[tool]\ncodexjob.rules = ['a']\n",
        'tool.codexjob.rules = ["a"]\n',
        'tool = { a = [\n1], codexjob = { rules = ["a"] } }\n',
        '["t\\u006Fol".codexjob]\nrules = ["a"]\n',
        "# codexjob\n" + 100_000 * "# a comment\n",
    ],
)
def test_however_a_project_names_its_rules_nothing_is_said(place: Path, text: str) -> None:
    (place / "pyproject.toml").write_text(text)
    assert not is_usual()


def test_a_project_that_only_needs_the_program_names_no_rules(place: Path) -> None:
    text = (
        '[project]\ndependencies = ["codexjob>=1"]\n[project.scripts]\ncodexjob = "a:b"\n[tool.ruff]\na = 1\n'
    )
    (place / "pyproject.toml").write_text(text)
    assert find_settings(place).file is None
    assert is_usual()


def test_nothing_is_said_of_settings_that_cannot_be_read(place: Path) -> None:
    (place / "pyproject.toml").symlink_to(place / "nowhere")
    assert not is_usual()


def test_nothing_is_said_where_the_user_has_rules(place: Path) -> None:
    (place / ".config" / "codexjob").mkdir(parents=True)
    assert is_usual()
    (place / ".config" / "codexjob" / "rules").symlink_to(place / "nowhere")
    assert not is_usual()


def test_nothing_is_said_where_a_distribution_brings_rules(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = place / "site" / "some-1.0.dist-info"
    metadata.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(place / "site"))
    assert is_usual()
    (metadata / "entry_points.txt").write_text("[codexjob.rules]\nsome = some_rules\n")
    assert not is_usual()


def test_nothing_is_said_in_a_folder_that_is_gone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = place / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert not is_usual()


@given(home=FOLDERS, cache=FOLDERS, config=FOLDERS)
def test_the_users_folders_are_those_that_platformdirs_names(
    home: str | None, cache: str | None, config: str | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("HOME", home), ("XDG_CACHE_HOME", cache), ("XDG_CONFIG_HOME", config)):
            patch.delenv(name, raising=False) if value is None else patch.setenv(name, value)
        found = usual_rules._own_folder("XDG_CACHE_HOME", ".cache")
        assert found is None or Path(found) == user_cache_path("codexjob")
        found = usual_rules._own_folder("XDG_CONFIG_HOME", ".config")
        assert found is None or Path(found) == user_config_path("codexjob")
        assert found is not None or not any((one or "").startswith("/") for one in (home, config))
