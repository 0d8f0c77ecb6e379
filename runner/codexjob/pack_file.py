"""A rule file on disk: read whole, and replaced in one step, so that nobody sees a part of it."""

import stat
from pathlib import Path
from typing import Final

from codexjob.errors import UsageError
from codexjob.files import replace_file

_NEW_MODE: Final = 0o644
_LARGEST: Final = 1_000_000


def read_pack_text(path: Path) -> str:
    """Read a rule file; one that is not there yet is empty.

    Raises:
        UsageError: it is no rule file that can be read.
    """
    if path.suffix != ".yaml":
        raise UsageError(f"{path}: a rule file is called NAME.yaml, else no rule of it is loaded")
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as err:
        raise UsageError(f"{path}: the rule file cannot be read: {err.strerror}") from err
    if len(raw) > _LARGEST:
        raise UsageError(f"{path}: this is no rule file: it has more than {_LARGEST:,} bytes")
    try:
        return raw.decode()
    except UnicodeDecodeError as err:
        raise UsageError(f"{path}: the rule file is not UTF-8: byte {err.start} is none") from err


def write_pack_text(path: Path, text: str, before: str) -> None:
    """Write a rule file that held `before`, with its mode; a link is followed.

    Raises:
        UsageError: it cannot be written, or another hand changed it meanwhile; what stands there stays.
    """
    real = path.resolve()
    if read_pack_text(path) != before:
        raise UsageError(f"{path}: the file was changed meanwhile; nothing was written: run this again")
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else _NEW_MODE
        replace_file(real, text.encode(), is_forced=True, mode=mode)
    except OSError as err:
        raise UsageError(f"{path}: the rule file cannot be written: {err.strerror}") from err
