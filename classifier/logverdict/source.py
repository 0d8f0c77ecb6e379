"""Find logs on disk: files, folders and standard input, with what lies beside each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from logverdict.events import Part
from logverdict.meta import Meta
from logverdict.sidecar import read_meta

STDIN: Final = "-"
READABLE_MARK: Final = b"# codexjob readable log"
"""How the readable `.log` begins that the runner makes from the record: never judged a second time."""
LOG_SUFFIXES: Final = (".jsonl", ".log")


@dataclass(frozen=True, slots=True)
class Log:
    """One run as found: its parts, decompressed, and its sidecar.

    `path` is what the user named or what was found below a folder. `missing` names the parts that would have
    helped. `trouble` says why nothing could be read, or is null.
    """

    path: str
    parts: Mapping[Part, bytes]
    meta: Meta
    missing: tuple[str, ...] = ()
    trouble: str | None = None


def find_logs(paths: Iterable[str], stdin: BinaryIO) -> Iterator[Log]:
    """Yield the logs in the order given; a folder yields all `*.jsonl` and `*.log` below it, sorted.

    Files with one stem are one run. A path that is not there is yielded as a log with `trouble`.
    """
    for path in paths:
        if path == STDIN:
            yield Log(STDIN, {"log": stdin.read()}, Meta(), ("meta",))
        elif Path(path).is_dir():
            yield from map(_read_log, _runs_below(Path(path)))
        else:
            yield _read_log(Path(path))


def read_run(jsonl: Path) -> Log:
    """Read one run of the runner by its `.jsonl`."""
    return _read_log(jsonl)


def _runs_below(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.suffix in LOG_SUFFIXES and path.is_file())
    stems = {path.with_suffix("") for path in found if path.suffix == ".jsonl"}
    return [path for path in found if path.suffix == ".jsonl" or path.with_suffix("") not in stems]


def _read_log(path: Path) -> Log:
    try:
        record = _record_of(path)
        content = record.read_bytes()
    except OSError as err:
        return Log(str(path), {}, Meta(), ("log",), f"{path}: {err.strerror or err}")
    stderr = _beside(record, ".stderr")
    if record.suffix == ".jsonl" and stderr.is_file():
        parts: Mapping[Part, bytes] = {"jsonl": content, "stderr": stderr.read_bytes()}
        return _with_meta(path, record, parts, ())
    return _with_meta(path, record, {"log": content}, ("stderr",) if record.suffix == ".jsonl" else ())


def _with_meta(path: Path, record: Path, parts: Mapping[Part, bytes], missing: tuple[str, ...]) -> Log:
    meta = read_meta(_beside(record, ".meta.json"))
    return Log(str(path), parts, meta or Meta(), missing if meta else (*missing, "meta"))


def _record_of(path: Path) -> Path:
    """Give the record itself where `path` is only the readable log made from it."""
    record = path.with_suffix(".jsonl")
    if path.suffix != ".log" or not record.is_file():
        return path
    with path.open("rb") as log:
        return record if log.read(len(READABLE_MARK)) == READABLE_MARK else path


def _beside(record: Path, suffix: str) -> Path:
    return record.with_name(record.name.removesuffix(record.suffix) + suffix)
