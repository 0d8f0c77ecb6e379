"""Names of files as strings are what `pathlib` makes of them."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from logverdict.file_name import FileName, files_below, parts_of, tidy

NAME = st.text("ab.- ", min_size=1, max_size=8).filter(lambda name: name.strip(".") != "")
PATH = st.lists(NAME | st.sampled_from(["", ".", ".."]), min_size=1, max_size=5).map("/".join)


@given(PATH)
@example("")
@example("./a")
@example("a/")
@example("/")
def test_a_path_is_tidied_as_pathlib_does(path: str) -> None:
    assert tidy(path) == str(Path(path))


@given(PATH.map(tidy), NAME, st.sampled_from(["", ".gz", ".zst"]))
def test_a_name_has_the_suffix_and_the_stem_that_pathlib_gives_it(
    folder: str, plain: str, packed: str
) -> None:
    path = Path(folder) / (plain + packed)
    name = FileName(str(path))
    bare = path.with_suffix("") if path.suffix in (".gz", ".zst") else path
    assert (name.plain, name.suffix) == (bare.name, bare.suffix)
    assert Path(name.stem) == bare.with_name(bare.stem)


@given(st.lists(PATH.map(lambda path: tidy(f"below/{path}")), max_size=6))
def test_paths_are_ordered_folder_by_folder(paths: list[str]) -> None:
    assert sorted(paths, key=parts_of) == [str(path) for path in sorted(map(Path, paths))]


def test_files_below_a_folder_are_named_as_pathlib_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a/x.log", "a/b/y.log", "z"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    for folder in (".", "a", "a/", "./a", str(tmp_path)):
        expected = {str(path) for path in Path(folder).rglob("*") if path.is_file()}
        assert set(files_below(folder)) == expected
