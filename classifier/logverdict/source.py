"""Find logs on disk: files, folders and standard input, with what lies beside each."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, Final

from logverdict.errors import SourceError
from logverdict.events import Part
from logverdict.facts import Verification
from logverdict.file_name import FileName, files_below, parts_of, tidy
from logverdict.meta import Meta
from logverdict.record import record
from logverdict.sidecar import read_sidecars
from logverdict.stored import Content, load, spooled
from logverdict.unpack import Unpacked, unpack
from logverdict.verification import SUFFIX as VERIFICATION_SUFFIX
from logverdict.verification import read_verification

if TYPE_CHECKING:
    from pathlib import Path

STDIN: Final = "-"
READABLE_MARK: Final = b"# codexjob readable log"
"""How the readable `.log` begins that the runner makes from the record: never judged a second time."""
LOG_SUFFIXES: Final = (".jsonl", ".log")
ROLLOUT_SUFFIX: Final = ".rollout.jsonl"
"""What a copy of the session's rollout beside a run's record is called."""


@record(frozen=True, slots=True)
class Log:
    """One run as found: its parts, decompressed, and its sidecar. Big parts stay on disk.

    `path` is what the user named or what was found below a folder. `missing` names the parts that would have
    helped; `end` is among them where an archive was cut. `trouble` says why nothing could be read, or is
    null, and `trouble_cause` is the cause of the verdict then. `verification` is what was found out from
    outside.
    """

    path: str
    parts: Mapping[Part, Content]
    meta: Meta
    missing: tuple[str, ...] = ()
    trouble: str | None = None
    trouble_cause: str = "log.missing"
    verification: Verification | None = None


def find_logs(paths: Iterable[str], stdin: BinaryIO) -> Iterator[Log]:
    """Yield the logs in the order given; a folder yields all `*.jsonl` and `*.log` below it, sorted.

    Files with one stem are one run, packed (`X.log.gz`, `X.jsonl.zst`) or not. A path that is not there is
    yielded as a log with `trouble`.
    """
    for path in paths:
        if path == STDIN:
            yield _found(STDIN, lambda: _read_stdin(stdin))
        elif os.path.isdir(path or "."):
            yield from map(_read_log, _runs_below(path))
        else:
            yield _read_log(tidy(path))


def name_logs(paths: Iterable[str]) -> Iterator[str]:
    """Yield the names of the logs that `find_logs` finds, in its order, without reading any."""
    for path in paths:
        is_folder = path != STDIN and os.path.isdir(path or ".")
        yield from _runs_below(path) if is_folder else (path,)


def read_run(jsonl: "Path") -> Log:
    """Read one run of the runner by its `.jsonl`."""
    return _read_log(str(jsonl))


def _runs_below(folder: str) -> list[str]:
    runs: dict[str, tuple[bool, int, str]] = {}
    for path in filter(os.path.isfile, filter(_is_log, files_below(folder))):
        name = FileName(path)
        # Of one stem the record comes before the readable log, and a plain file before a packed one.
        ranked = (name.suffix != ".jsonl", len(name.name), path)
        known = runs.get(name.stem)
        runs[name.stem] = ranked if known is None else min(known, ranked)
    return sorted((path for _, _, path in runs.values()), key=parts_of)


def _is_log(path: str) -> bool:
    """Tell whether a file is a log by its name; a rollout named after a run is a part of that run."""
    name = FileName(path)
    if name.suffix not in LOG_SUFFIXES:
        return False
    if not name.plain.endswith(ROLLOUT_SUFFIX):
        return True
    stem = name.plain.removesuffix(ROLLOUT_SUFFIX)
    return not any(os.path.isfile(name.folder + stem + suffix) for suffix in (*LOG_SUFFIXES, ".stderr"))


def _read_log(path: str) -> Log:
    return _found(path, lambda: _read_record(path))


def _found(name: str, read: Callable[[], Log]) -> Log:
    try:
        return read()
    except OSError as err:
        return Log(name, {}, Meta(), ("log",), f"{name}: {err.strerror or err}")
    except SourceError as err:
        return Log(name, {}, Meta(), ("log",), f"{name}: {err}", "log.too_large")


def _read_stdin(stdin: BinaryIO) -> Log:
    read = unpack(spooled(stdin))
    return Log(STDIN, {"log": read.content}, Meta(), (*_end_missing(read), "meta"))


def _read_record(path: str) -> Log:
    name = FileName(path)
    record = _record_of(name)
    main = unpack(load(record.path))
    parts: dict[Part, Content] = {"log": main.content}
    missing = _end_missing(main)
    if record.suffix == ".jsonl" and (stderr := record.beside(".stderr")):
        parts = {"jsonl": main.content, "stderr": unpack(load(stderr)).content}
    elif record.suffix == ".jsonl":
        missing = (*missing, "stderr")
    rollout = record.beside(ROLLOUT_SUFFIX)
    if rollout and rollout != record.path:
        parts["rollout"] = unpack(load(rollout)).content
    meta = _sidecars(record.beside(".meta.json"), record.beside(".summary.json"))
    verified = record.beside(VERIFICATION_SUFFIX)
    missing = missing if meta else (*missing, "meta")
    verification = read_verification(verified, main.content) if verified else None
    return Log(path, parts, meta or Meta(), missing, verification=verification)


def _sidecars(*found: str | None) -> Meta | None:
    paths = [path for path in found if path]
    return read_sidecars(*paths) if paths else None


def _end_missing(read: Unpacked) -> tuple[str, ...]:
    return ("end",) if read.is_cut else ()


def _record_of(name: FileName) -> FileName:
    """Give the record itself where `name` is only the readable log made from it."""
    record = name.beside(".jsonl") if name.suffix == ".log" else None
    if not record:
        return name
    is_readable = unpack(load(name.path)).content[: len(READABLE_MARK)] == READABLE_MARK
    return FileName(record) if is_readable else name
