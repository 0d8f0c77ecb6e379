"""The project's own tests, found from its files: pytest, unittest, npm, cargo, go, make."""

import json
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from codexjob.verify.errors import VerifyError

_LARGEST: Final = 1 << 20
_TEST_FILE: Final = re.compile(r"test_.*\.py|.*_test\.py")
_TEST_FOLDERS: Final = (".", "tests", "test")
_MOST_FILES: Final = 20_000
_PYTEST_INI: Final = re.compile(r"^\[(?:tool:)?pytest\]", re.MULTILINE)
_USES_PYTEST: Final = re.compile(r"^\s*(?:import|from)\s+pytest\b|^(?:async )?def test", re.MULTILINE)
_TARGET: Final = re.compile(r"^(test|check)\s*:(?!=)", re.MULTILINE)
_PLACEHOLDER: Final = "no test specified"
_PACKAGERS: Final = (
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
)


@dataclass(frozen=True, slots=True)
class Suite:
    """A command that runs tests, and the file that tells of it."""

    argv: tuple[str, ...]
    found_in: str

    @property
    def shown(self) -> str:
        """Write the command as one would type it."""
        return shlex.join(self.argv)


def given_suite(command: str) -> Suite:
    """Take the command that the user gave; it is split like a shell does, but no shell runs it.

    Raises:
        VerifyError: it is empty, or a quote in it never ends.
    """
    try:
        words = tuple(shlex.split(command))
    except ValueError as err:
        raise VerifyError(f"the test command {command!r} cannot be split: {err}") from err
    if not words:
        raise VerifyError("the test command is empty: name one, or leave it out to have it found")
    return Suite(words, "the command line")


def found_suites(repo: Path) -> tuple[Suite, ...]:
    """Find the commands that run this project's tests; a Makefile counts only where nothing else is found."""
    finders = (_python, _node, _cargo, _go)
    found = tuple(suite for finder in finders for suite in finder(repo))
    return found or tuple(_make(repo))


def _python(repo: Path) -> Iterator[Suite]:
    python = _interpreter(repo)
    if where := _pytest_settings(repo):
        yield Suite((python, "-m", "pytest", "-q"), where)
        return
    for folder in _TEST_FOLDERS:
        tests = sorted(_test_files(repo / folder, is_deep=folder != "."))
        if any(_USES_PYTEST.search(_text(path)) for path in tests):
            yield Suite((python, "-m", "pytest", "-q"), str(tests[0].relative_to(repo)))
            return
        if tests:
            at = () if folder == "." else ("-s", folder, "-t", ".")
            yield Suite((python, "-m", "unittest", "discover", *at), str(tests[0].relative_to(repo)))
            return


def _interpreter(repo: Path) -> str:
    """Take the project's own virtual environment where it has one."""
    for folder in (".venv", "venv"):
        for inside in ("bin/python", "Scripts/python.exe"):
            if os.access(repo / folder / inside, os.X_OK):
                return f"{folder}/{inside}"
    return "python3"


def _pytest_settings(repo: Path) -> str | None:
    for name in ("pytest.ini", ".pytest.ini", "conftest.py"):
        if (repo / name).is_file():
            return name
    for name in ("setup.cfg", "tox.ini"):
        if _PYTEST_INI.search(_text(repo / name)):
            return name
    with suppress(tomllib.TOMLDecodeError, RecursionError):
        tool = tomllib.loads(_text(repo / "pyproject.toml")).get("tool")
        if isinstance(tool, dict) and "pytest" in tool:
            return "pyproject.toml"
    return None


def _test_files(folder: Path, *, is_deep: bool) -> Iterator[Path]:
    seen = 0
    for top, folders, names in os.walk(folder):
        yield from (Path(top) / name for name in names if _TEST_FILE.fullmatch(name))
        seen += len(names) + len(folders)
        if not is_deep or seen > _MOST_FILES:
            return


def _node(repo: Path) -> Iterator[Suite]:
    with suppress(ValueError, RecursionError):
        package = json.loads(_text(repo / "package.json") or "null")
        scripts = package.get("scripts") if isinstance(package, dict) else None
        script = scripts.get("test") if isinstance(scripts, dict) else None
        if isinstance(script, str) and script.strip() and _PLACEHOLDER not in script:
            packager = next((name for lock, name in _PACKAGERS if (repo / lock).is_file()), "npm")
            yield Suite(
                (packager, "run", "test") if packager == "bun" else (packager, "test"), "package.json"
            )


def _cargo(repo: Path) -> Iterator[Suite]:
    if (repo / "Cargo.toml").is_file():
        yield Suite(("cargo", "test", "--quiet"), "Cargo.toml")


def _go(repo: Path) -> Iterator[Suite]:
    if (repo / "go.mod").is_file():
        yield Suite(("go", "test", "./..."), "go.mod")


def _make(repo: Path) -> Iterator[Suite]:
    for name in ("GNUmakefile", "makefile", "Makefile"):
        if targets := _TARGET.findall(_text(repo / name)):
            yield Suite(("make", "test" if "test" in targets else "check"), name)
            return


def _text(path: Path) -> str:
    with suppress(OSError):
        if path.is_file() and path.stat().st_size <= _LARGEST:
            return path.read_text(errors="replace")
    return ""
