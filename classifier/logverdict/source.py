"""Find logs on disk: files, folders and standard input, with what lies beside each."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from logverdict.errors import SourceError
from logverdict.events import Part
from logverdict.facts import Verification
from logverdict.meta import Meta
from logverdict.record import record
from logverdict.sidecar import read_sidecars
from logverdict.stored import Content, load, spooled
from logverdict.unpack import PACKED_SUFFIXES, Unpacked, unpack
from logverdict.verification import SUFFIX as VERIFICATION_SUFFIX
from logverdict.verification import read_verification

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
        elif Path(path).is_dir():
            yield from map(_read_log, _runs_below(Path(path)))
        else:
            yield _read_log(Path(path))


def name_logs(paths: Iterable[str]) -> Iterator[str]:
    """Yield the names of the logs that `find_logs` finds, in its order, without reading any."""
    for path in paths:
        is_folder = path != STDIN and Path(path).is_dir()
        yield from map(str, _runs_below(Path(path))) if is_folder else (path,)


def read_run(jsonl: Path) -> Log:
    """Read one run of the runner by its `.jsonl`."""
    return _read_log(jsonl)


def _runs_below(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if _is_log(path) and path.is_file())
    # Of one stem the record comes before the readable log, and a plain file before a packed one.
    ranked = sorted(found, key=lambda path: (_suffix(path) != ".jsonl", len(path.name)))
    runs = {_stem(path): path for path in reversed(ranked)}
    return sorted(runs.values())


def _is_log(path: Path) -> bool:
    """Tell whether a file is a log by its name; a rollout named after a run is a part of that run."""
    if _suffix(path) not in LOG_SUFFIXES:
        return False
    name = _plain_name(path)
    return not name.endswith(ROLLOUT_SUFFIX) or not _run_beside(path, name.removesuffix(ROLLOUT_SUFFIX))


def _run_beside(path: Path, stem: str) -> bool:
    return any(path.with_name(stem + suffix).is_file() for suffix in (*LOG_SUFFIXES, ".stderr"))


def _read_log(path: Path) -> Log:
    return _found(str(path), lambda: _read_record(path))


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


def _read_record(path: Path) -> Log:
    record = _record_of(path)
    main = unpack(load(record))
    parts: dict[Part, Content] = {"log": main.content}
    missing = _end_missing(main)
    stderr = _beside(record, ".stderr")
    if _suffix(record) == ".jsonl" and stderr.is_file():
        parts = {"jsonl": main.content, "stderr": unpack(load(stderr)).content}
    elif _suffix(record) == ".jsonl":
        missing = (*missing, "stderr")
    rollout = _beside(record, ROLLOUT_SUFFIX)
    if rollout != record and rollout.is_file():
        parts["rollout"] = unpack(load(rollout)).content
    meta = read_sidecars(_beside(record, ".meta.json"), _beside(record, ".summary.json"))
    verification = read_verification(_beside(record, VERIFICATION_SUFFIX), main.content)
    missing = missing if meta else (*missing, "meta")
    return Log(str(path), parts, meta or Meta(), missing, verification=verification)


def _end_missing(read: Unpacked) -> tuple[str, ...]:
    return ("end",) if read.is_cut else ()


def _record_of(path: Path) -> Path:
    """Give the record itself where `path` is only the readable log made from it."""
    record = _beside(path, ".jsonl")
    if _suffix(path) != ".log" or not record.is_file():
        return path
    return record if unpack(load(path)).content[: len(READABLE_MARK)] == READABLE_MARK else path


def _suffix(path: Path) -> str:
    return Path(_plain_name(path)).suffix


def _stem(path: Path) -> Path:
    return path.with_name(Path(_plain_name(path)).stem)


def _plain_name(path: Path) -> str:
    return path.name.removesuffix(path.suffix) if path.suffix in PACKED_SUFFIXES else path.name


def _beside(record: Path, suffix: str) -> Path:
    """Name a file of the same run, packed where only that is there."""
    plain = record.with_name(_stem(record).name + suffix)
    packed = (plain.with_name(plain.name + ending) for ending in PACKED_SUFFIXES)
    return next((path for path in (plain, *packed) if path.is_file()), plain)
