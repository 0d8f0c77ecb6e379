from pathlib import Path

import pytest
from codexjob.files import RunFiles
from codexjob.verify.before import Before, note_before, read_before
from codexjob.verify.languages import LANGUAGES, Language, language_of
from codexjob.verify.reader import SyntaxReader
from codexjob.verify.snapshot import Change
from codexjob.verify.syntax import check_syntax, require_grammars

RUN = "20261122-204427-mtlznrea"
GOOD = {
    "a.py": "def f():\n    return 1\n",
    "a.sh": "if true; then echo; fi\n",
    "a.js": "const a = () => ({ b: 1 });\n",
    "a.ts": "const a: number = 1;\n",
    "a.tsx": "const a = <b>c</b>;\n",
    "a.json": '{"a": [1, null]}\n',
    "a.yaml": "a:\n  - b: 1\n",
    "a.toml": "[a]\nb = 1\n",
    "a.go": "package a\n\nfunc f() int { return 1 }\n",
    "a.rs": "fn main() { let a = 1; }\n",
    "A.java": "class A { int f() { return 1; } }\n",
    "a.c": "int f(void) { return 1; }\n",
    "a.cpp": "class A { public: int f() { return 1; } };\n",
    "a.h": "class InCpp { public: int f(); };\n",
}
BROKEN = {
    "a.py": "def f():\nreturn 1\n",
    "a.sh": "echo\nif true; then\n",
    "a.js": "const a = (;\n",
    "a.ts": "let a: = 1;\n",
    "a.tsx": "const a = <b>;\n",
    "a.json": '{"a": [1,}\n',
    "a.yaml": "a: [1\nb: 2\n",
    "a.toml": "[a\nb = 1\n",
    "a.go": "package a\n\nfunc f( {\n",
    "a.rs": "fn main( {\n",
    "A.java": "class A { void f( {} }\n",
    "a.c": "int f(void) { return 1 }\n",
    "a.cpp": "int f( {\n",
    "a.h": "int f(\n",
}


def lay(folder: Path, files: dict[str, str]) -> list[Change]:
    for name, text in files.items():
        (folder / name).write_text(text)
    return [Change(name, "modified") for name in files]


def before_of(tmp_path: Path, files: dict[str, str]) -> tuple[Path, Before]:
    repo, logs = tmp_path / "repo", tmp_path / "logs"
    repo.mkdir()
    logs.mkdir()
    lay(repo, files)
    note_before(RunFiles(logs, RUN), repo)
    before = read_before(RunFiles(logs, RUN), repo)
    assert before is not None
    return repo, before


def test_every_language_has_a_good_and_a_broken_example() -> None:
    kinds = {LANGUAGES[Path(name).suffix].name for name in GOOD}
    assert {language.name for language in LANGUAGES.values()} == kinds
    assert GOOD.keys() == BROKEN.keys()


def test_the_grammars_are_installed_for_the_tests() -> None:
    require_grammars()


def test_files_that_are_well_are_called_well(tmp_path: Path) -> None:
    report = check_syntax(tmp_path, lay(tmp_path, GOOD), None)
    assert (report.checked, report.breaks, report.unread) == (len(GOOD), (), ())


def test_a_broken_file_of_every_language_is_found_with_its_line(tmp_path: Path) -> None:
    repo, before = before_of(tmp_path, GOOD)
    report = check_syntax(repo, lay(repo, BROKEN), before)
    assert {one.path for one in report.broken} == set(BROKEN)
    assert {one.line for one in report.broken if one.path == "a.py"} == {2}
    assert all(one.was_broken is False and one.reason for one in report.broken)


def test_what_was_broken_before_is_told_and_not_counted(tmp_path: Path) -> None:
    repo, before = before_of(tmp_path, BROKEN)
    report = check_syntax(repo, lay(repo, {name: f"{text}\n" for name, text in BROKEN.items()}), before)
    assert {one.path for one in report.breaks} == set(BROKEN)
    assert report.broken == ()


def test_a_new_broken_file_counts(tmp_path: Path) -> None:
    repo, before = before_of(tmp_path, {})
    lay(repo, {"a.py": "x = (\n"})
    assert len(check_syntax(repo, [Change("a.py", "added")], before).broken) == 1


def test_a_deleted_file_is_not_read(tmp_path: Path) -> None:
    assert check_syntax(tmp_path, [Change("gone.py", "deleted")], None).checked == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("chart.yaml", "{{- if .Values.a }}\na: 1\n{{- end }}\n"),
        ("tsconfig.json", '{\n  // comments\n  "a": 1,\n}\n'),
        ("old.py", "print 'python 2'\n"),
        ("new.py", "try:\n    a\nexcept A, B:\n    b\n"),
        ("empty.json", "\n"),
        ("notes.txt", "((("),
    ],
)
def test_what_only_looks_broken_is_not(tmp_path: Path, name: str, text: str) -> None:
    assert check_syntax(tmp_path, lay(tmp_path, {name: text}), None).breaks == ()


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (b"#!/bin/sh\n", "bash"),
        (b"#!/usr/bin/env -S PYTHONUTF8=1 python3.11 -u\n", "python"),
        (b"#!\n", None),
    ],
)
def test_a_file_without_a_suffix_is_known_by_its_first_line(first: bytes, name: str | None) -> None:
    language = language_of("bin/tool", first)
    assert (language.name if language else None) == name


def test_a_link_out_of_the_repository_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("x = (\n")
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "a.py").symlink_to(tmp_path / "outside.py")
    assert check_syntax(repo, [Change("a.py", "added")], None).breaks == ()


def test_a_file_that_is_too_large_is_named_and_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.json").open("wb") as stream:
        stream.truncate(1 << 34)
    report = check_syntax(tmp_path, [Change("huge.json", "added")], None)
    assert report.unread == (("huge.json", "too large"),)


def test_hostile_nesting_ends_and_the_next_file_is_read(tmp_path: Path) -> None:
    files = {"a.py": "(" * 200_000, "a.json": "[" * 200_000, "a.sh": "$((" * 50_000, "z.toml": "a = \n"}
    report = check_syntax(tmp_path, lay(tmp_path, files), None)
    assert "z.toml" in {one.path for one in report.breaks}
    assert {one.path for one in report.breaks} | {path for path, _ in report.unread} == set(files)


def test_a_reader_that_does_not_answer_in_time_is_replaced() -> None:
    python = LANGUAGES[".py"]
    with SyntaxReader(wait=0.0) as reader:
        assert reader.read(b"x = 1\n", python) == "its grammar could not read it"
        reader._wait = 60.0
        assert reader.read(b"x = 1\n", python) == []


def test_a_grammar_that_is_missing_is_said() -> None:
    with SyntaxReader() as reader:
        assert reader.read(b"x", Language("cobol", "no_such_grammar")) == "the grammar is not installed"


def test_a_module_of_the_repository_does_not_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')\n")
    monkeypatch.chdir(tmp_path)
    assert check_syntax(tmp_path, lay(tmp_path, {"a.toml": "a = \n"}), None).breaks
