"""The programs that a run needs, and those that help."""

import platform
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from codexjob.doctor.check import Check, Patient, ask, first_line, program, why_not

_INSTALL_CODEX: Final = "install it with npm install -g @openai/codex, or name its path with --codex"
_VERSION: Final = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
# Codex may warn first, of its home say; the warning is on its standard error.
_OWN_LINE: Final = re.compile(r"^codex\S* \d+\.\d+.*", re.MULTILINE)
_OLDEST: Final = (0, 45)
_LOSSY: Final = ((0, 125), (0, 146))
_OLDEST_PYTHON: Final = (3, 11)


def python(_: Patient) -> Iterator[Check]:
    """Look at the interpreter that codexjob itself runs on."""
    is_new = sys.version_info >= _OLDEST_PYTHON
    todo = None if is_new else "install Python 3.11 or newer"
    yield Check(
        "python", "ok" if is_new else "blocks", f"{platform.python_version()} at {sys.executable}", todo
    )


def codex(patient: Patient) -> Iterator[Check]:
    """Look for Codex, its version, and the node that its npm package needs."""
    path = program(patient, patient.codex)
    if path is None:
        yield Check("codex", "blocks", f"{patient.codex!r} is not there, or not executable", _INSTALL_CODEX)
        return
    yield from _node(patient, path)
    answer = ask(patient, path, "--version")
    own = _OWN_LINE.search(answer.output)
    line = own[0] if own else first_line(answer.output)
    version = _VERSION.search(line) if answer.exit_code == 0 else None
    if version is None:
        said = why_not(answer)
        yield Check("codex", "blocks", f"{path} does not tell its version: {said}", _INSTALL_CODEX)
        return
    yield _versioned(path, version[0], (int(version[1]), int(version[2])))


def _versioned(path: str, shown: str, version: tuple[int, int]) -> Check:
    found = f"{shown} at {path}"
    if version < _OLDEST:
        todo = "this version exits with 0 after errors and says little: npm install -g @openai/codex@latest"
        return Check("codex", "warn", found, todo)
    if _LOSSY[0] <= version < _LOSSY[1]:
        todo = "0.125 to 0.145 lose the end of many commands, so more runs end unverified: update it"
        return Check("codex", "warn", found, todo)
    return Check("codex", "ok", found)


def _node(patient: Patient, codex_path: str) -> Iterator[Check]:
    node = program(patient, "node")
    if not _is_script(codex_path):
        yield Check("node", "ok", node or "not there; this Codex does not need it")
    elif node is None:
        todo = "install Node.js 20: Codex from npm is started by it"
        yield Check("node", "blocks", "not on PATH", todo)
    else:
        answer = ask(patient, node, "--version")
        yield Check("node", "ok", f"{first_line(answer.output) or '?'} at {node}")


def _is_script(path: str) -> bool:
    try:
        with Path(path).open("rb") as stream:
            head = stream.readline(200)
    except OSError:
        return False
    return head.startswith(b"#!") and b"node" in head


def git(patient: Patient) -> Iterator[Check]:
    """Look for git: Codex does without, but what a run changed is then hard to tell."""
    path = program(patient, "git")
    if path is None:
        todo = "install git: without it no run can be compared with the state before, and no worktree made"
        yield Check("git", "warn", "not on PATH", todo)
        return
    yield Check("git", "ok", f"{first_line(ask(patient, path, '--version').output)} at {path}")


def grammars(_: Patient) -> Iterator[Check]:
    """Look for the grammars that `verify` reads changed files by."""
    if find_spec("tree_sitter") is None:
        todo = "for codexjob verify: pip install 'codexjob[verify]'"
        yield Check("grammars", "warn", "not installed", todo)
    else:
        yield Check("grammars", "ok", "installed")
