"""The sandbox that Codex puts commands in: without it no command of a run can start."""

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from codexjob.doctor.check import Check, Patient, ask, program, why_not

_LANDLOCK_CREATE_RULESET: Final = 444  # the same number on all architectures
_VERSION_ONLY: Final = 1
_WRONG_USE: Final = 2
_ALLOWED: Final = ("/proc/sys/user/max_user_namespaces", "/proc/sys/kernel/unprivileged_userns_clone")
_REFUSED: Final = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
_MEND: Final = (
    "let unprivileged programs make user namespaces, or install bubblewrap; where the machine itself is a "
    "sandbox (a container), run with -- -s danger-full-access"
)


def sandbox(patient: Patient) -> Iterator[Check]:
    """Let Codex start a harmless command in its sandbox, and name what it builds on."""
    yield from _tried(patient)
    if sys.platform.startswith("linux"):
        yield _bubblewrap(patient)
        abi = _landlock()
        yield Check(
            "landlock", "ok", f"version {abi}" if abi else "not in this kernel; new Codex versions need none"
        )


def _tried(patient: Patient) -> Iterator[Check]:
    path = program(patient, patient.codex)
    if path is None or sys.platform == "win32":
        return
    answer = ask(patient, path, "sandbox", "--", "true")
    if answer.exit_code == _WRONG_USE:
        # Up to about 0.140 the kind of sandbox had to be named.
        kind = "macos" if sys.platform == "darwin" else "linux"
        answer = ask(patient, path, "sandbox", kind, "--", "true")
    if answer.exit_code == 0:
        yield Check("sandbox", "ok", "a command ran in it")
        return
    said = why_not(answer)
    if answer.exit_code == _WRONG_USE:
        yield Check("sandbox", "warn", f"this Codex cannot try it: {said}", "see the lines below")
        return
    yield Check("sandbox", "blocks", f"no command can start in it: {said}", _MEND)


def _bubblewrap(patient: Patient) -> Check:
    path = program(patient, "bwrap")
    shown = path or "not on PATH; Codex brings its own"
    off = [name for name in _ALLOWED if _number(name) == 0]
    if off or _number(_REFUSED) == 1:
        return Check(
            "bubblewrap", "warn", f"{shown}; {(off or [_REFUSED])[0]} restricts user namespaces", _MEND
        )
    return Check("bubblewrap", "ok", shown)


def _number(name: str) -> int | None:
    try:
        return int(Path(name).read_text())
    except (OSError, ValueError):
        return None


def _landlock() -> int | None:
    """Ask the kernel for its version of Landlock; null where it has none."""
    try:
        answer = int(
            ctypes.CDLL(None, use_errno=True).syscall(_LANDLOCK_CREATE_RULESET, None, 0, _VERSION_ONLY)
        )
    except (OSError, AttributeError):
        return None
    return answer if answer > 0 else None
