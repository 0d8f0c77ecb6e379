"""The settings of a project: found upwards, and told with file and line where they mean nothing."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from codexjob.errors import UsageError
from codexjob.settings import find_settings
from hypothesis import given
from hypothesis import strategies as st


def written(folder: Path, text: str, name: str = "codexjob.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def refused(folder: Path, text: str, name: str = "codexjob.toml") -> str:
    with pytest.raises(UsageError) as caught:
        find_settings(written(folder, text, name))
    return str(caught.value).replace(f"{folder}/", "")


def test_no_settings_are_found_where_there_are_none(tmp_path: Path) -> None:
    assert find_settings(tmp_path).rules == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("codexjob.toml", 'rules = ["team", "../shared"]'),
        ("pyproject.toml", '[project]\nname = "x"\n[tool.codexjob]\nrules = ["team", "../shared"]'),
    ],
)
def test_folders_are_named_from_the_folder_of_the_file(tmp_path: Path, name: str, text: str) -> None:
    found = find_settings(written(tmp_path / "repo", text, name))
    assert [one.written for one in found.rules] == ["team", "../shared"]
    assert [one.folder for one in found.rules] == [tmp_path / "repo/team", tmp_path / "repo/../shared"]
    assert found.file == tmp_path / "repo" / name


def test_the_nearest_settings_above_the_working_folder_count_and_no_others(tmp_path: Path) -> None:
    written(tmp_path, 'rules = ["far"]')
    near = written(tmp_path / "repo", 'rules = ["near"]')
    deep = near / "src" / "deep"
    deep.mkdir(parents=True)
    assert [one.written for one in find_settings(deep).rules] == ["near"]


def test_a_project_file_about_other_things_is_passed_over(tmp_path: Path) -> None:
    written(tmp_path, 'rules = ["far"]')
    other = written(tmp_path / "repo", '[tool.other]\nrulez = "codexjob"', "pyproject.toml")
    assert [one.written for one in find_settings(other).rules] == ["far"]


def test_in_one_folder_the_own_file_goes_first(tmp_path: Path) -> None:
    written(tmp_path, '[tool.codexjob]\nrules = ["b"]', "pyproject.toml")
    assert [one.written for one in find_settings(written(tmp_path, 'rules = ["a"]')).rules] == ["a"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('rulez = ["a"]', "codexjob.toml:1:1: there is no setting `rulez`"),
        ('rulez = ["a"]', "hint: did you mean `rules`?"),
        ("# colour\n\n  colour = 3", "codexjob.toml:3:3: there is no setting `colour`"),
        ("# colour\n\n  colour = 3", "hint: the keys are rules"),
        ("[colour]\nx = 1", "codexjob.toml:1:1: there is no setting `colour`"),
        ("\nrules = 3", "codexjob.toml:2:1: `rules` is a list of folders"),
        ('rules = ["a", 3]', 'hint: write rules = ["my-rules"]'),
        ('rules = ["a", " "]', "`rules` is a list of folders"),
        ('rules = "a"', "`rules` is a list of folders"),
        ("a = 1\nrules =", "codexjob.toml:2:1: this is not TOML: Invalid value\n  rules =\n  ^"),
        ("rules = [", "codexjob.toml:1:1: this is not TOML"),
        ("x = " + "[" * 100_000, "codexjob.toml"),
        ("x = " + "1" * 10_000, "codexjob.toml: the settings cannot be read: ValueError"),
        ("rules = [1979-13-40]", "codexjob.toml:1:1: this is not TOML"),
        ("# " + "x" * 1_000_000, "settings have at most 1,000,000 bytes"),
    ],
    ids=lambda value: value[:20],
)
def test_what_means_nothing_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(tmp_path, text)


def test_a_wrong_key_of_a_project_file_is_told_in_its_own_table(tmp_path: Path) -> None:
    text = "[tool.other]\nrulez = 1\n\n[tool.codexjob]\nrulez = 1\n"
    assert "pyproject.toml:5:1: there is no setting `rulez`" in refused(tmp_path, text, "pyproject.toml")


@given(
    st.text(st.characters(codec="utf-8"), max_size=60) | st.from_regex(r"rules = [^\n]{0,20}", fullmatch=True)
)
def test_any_text_is_settings_or_a_mistake_of_the_user(text: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "codexjob.toml").write_text(text, encoding="utf-8", newline="")
        with suppress(UsageError):
            find_settings(Path(folder))


def test_a_folder_above_that_may_not_be_looked_into_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(Path, "is_file", refuse)
    assert find_settings(tmp_path).file is None


def test_settings_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "codexjob.toml").write_bytes(b"a = \xff")
    with pytest.raises(UsageError, match="not UTF-8: byte 4 is none"):
        find_settings(tmp_path)
