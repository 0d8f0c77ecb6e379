"""Read a dataset: labelled runs, one line each in its index, their files beside it.

Two forms are read. In `labels.jsonl`, the form of datasets/, `truth` is an object, and `file` is the path of
the run's files without their endings: `.jsonl` or `.stdout`, `.stderr`, `.meta.json`; see run_files. In
`index.jsonl`, the simple form, `truth` is one word (success, environmental, real, needs_human), the exit
status is `rc`, the command line `cmd`, and the files are `<file>.out` and `<file>.err`.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from logverdict.authoring.labelled import LabelledRun, Mode, Truth
from logverdict.authoring.run_files import RunFiles
from logverdict.errors import SourceError
from logverdict.events import Part
from logverdict.meta import Meta
from logverdict.sidecar import meta_of, with_exit_code
from logverdict.source import Log
from logverdict.stored import Content

INDEXES: Final = ("labels.jsonl", "index.jsonl")
_SIMPLE: Final[Mapping[str, Truth]] = {
    "success": Truth(success=True, verdict="success"),
    "environmental": Truth(success=False, verdict="environmental"),
    "real": Truth(success=False, verdict="real"),
    "needs_human": Truth(success=False, actions=("human",)),
}
_OUT: Final[Mapping[Mode, str]] = {"json": ".jsonl", "human": ".stdout"}
_TAKES_VALUE: Final = frozenset(
    {"-c", "--config", "-m", "--model", "-o", "-s", "--sandbox", "-C", "--cd", "-i"}
)


def read_dataset(folder: Path) -> Iterator[LabelledRun]:
    """Yield the labelled runs below a folder, in the order of its index.

    Raises:
        SourceError: there is no index, or one of its lines is not what it should be; says which and why.
    """
    index = next((folder / name for name in INDEXES if (folder / name).is_file()), None)
    if index is None:
        raise SourceError(f"{folder}: this is no dataset: there is no {' or '.join(INDEXES)} in it")
    try:
        lines = index.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as err:
        raise SourceError(f"{index}: the index of the dataset cannot be read: {err}") from err
    files = RunFiles(folder)
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _run(files, line, f"{index}:{number}")


def _run(files: RunFiles, line: str, where: str) -> LabelledRun:
    try:
        row = json.loads(line)
        return (_simple if isinstance(row["truth"], str) else _own)(files, row)
    except (SourceError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise SourceError(f"{where}: this is no labelled run: {type(err).__name__}: {err}") from err


def _simple(files: RunFiles, row: Mapping[str, Any]) -> LabelledRun:
    name, mode, truth = str(row["file"]), _mode(row), _SIMPLE[row["truth"]]
    parts = _parts(mode, *(_needed(files, f"{name}.{end}") for end in ("out", "err")))
    log = Log(name, parts, _meta(row))
    return LabelledRun(name, log, truth, row["scenario"], "all", row["version"], mode)


def _needed(files: RunFiles, name: str) -> bytes:
    content = files.read(name)
    if content is None:
        raise SourceError(f"there is no file {name}")
    return content


def _parts(mode: Mode, out: bytes, err: bytes) -> Mapping[Part, Content]:
    """Put the streams together; of a human log the last message, alone on stdout, comes after the log."""
    return {"jsonl": out, "stderr": err} if mode == "json" else {"log": err + out}


def _meta(row: Mapping[str, Any]) -> Meta:
    rc = row.get("rc")
    meta = with_exit_code(Meta(), rc) if isinstance(rc, int) else Meta(ended_by="timeout")
    return replace(meta, session_asked=session_asked(str(row.get("cmd", ""))))


def session_asked(command: str) -> str | None:
    """Find which session a command line asks to resume; `--last` asks for one that nobody knows.

    >>> session_asked("codex exec --json resume --last go on")
    '--last'
    """
    words = _words(command)
    if "resume" not in words:
        return None
    after = words[words.index("resume") + 1 :]
    if "--last" in after:
        return "--last"
    before = ["", *after]
    named = [
        word
        for previous, word in zip(before, after, strict=False)
        if not word.startswith("-") and previous not in _TAKES_VALUE
    ]
    return named[0] if named else None


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _own(files: RunFiles, row: Mapping[str, Any]) -> LabelledRun:
    known, name, mode = row["truth"], str(row["file"]), _mode(row)
    truth = Truth(
        success=bool(known["success"]),
        verdict=known["verdict"],
        cause=known["cause"],
        actions=tuple(known["actions"]),
        line=known.get("line"),
    )
    # No file is kept for a stream that stayed empty, but every run has its sidecar.
    out, err = (files.read(f"{name}{end}") or b"" for end in (_OUT[mode], ".stderr"))
    meta = meta_of(json.loads(_needed(files, f"{name}.meta.json")))
    log = Log(name, _parts(mode, out, err), meta)
    return LabelledRun(name, log, truth, row["family"], row["split"], row["version"], mode)


def _mode(row: Mapping[str, Any]) -> Mode:
    return "json" if row["mode"] == "json" else "human"
