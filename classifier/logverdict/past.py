"""What was said of runs before: old verdicts and labels, beside each log or in one file named."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, cast, get_args

from pydantic import TypeAdapter, ValidationError

from logverdict.brief import Brief, shortened
from logverdict.errors import SourceError
from logverdict.record import record
from logverdict.source import LOG_SUFFIXES, STDIN
from logverdict.unpack import PACKED_SUFFIXES

TruthWord: TypeAlias = Literal["success", "environmental", "real", "unknown", "needs_human"]
SIZE_LIMIT: Final = 4 << 20
_FAILURES: Final = ("real", "unknown", "needs_human")
_Kept = TypeVar("_Kept")
_BRIEF: Final = TypeAdapter(Brief)


@record(frozen=True, slots=True)
class Label:
    """A person's verdict on a run, in one word.

    `is_failure` tells whether the work is known not to be done. The word `environmental` alone does not say,
    since noise is no failure: there the label must hold `success: false`.
    """

    truth: TruthWord
    is_failure: bool


class _ByRun(Generic[_Kept]):
    """What is known by the path of a run; what a file says last counts."""

    def __init__(self, file: Path) -> None:
        self._folder = file.absolute().parent
        self._from_here: dict[str, _Kept] = {}
        self._from_folder: dict[str, _Kept] = {}

    def keep(self, record: Mapping[str, Any], kept: _Kept, where: str) -> None:
        path = record.get("path", record.get("file"))
        if not isinstance(path, str) or not path:
            raise SourceError(f"{where}: there is no `path` that says which log is meant")
        self._from_here[run_key(path)] = kept
        self._from_folder[run_key(path, self._folder)] = kept

    def of(self, path: str) -> _Kept | None:
        key = run_key(path)
        return self._from_here.get(key, self._from_folder.get(key))


PastVerdict: TypeAlias = Callable[[str], Brief | None]
PastLabel: TypeAlias = Callable[[str], Label | None]


def run_key(path: str, folder: Path | None = None) -> str:
    """Name the run that a file belongs to: its absolute path without the endings that a log may have."""
    if path == STDIN:
        return path
    plain = os.path.normpath((folder or Path.cwd()) / path)
    for suffix in (*PACKED_SUFFIXES, *LOG_SUFFIXES):
        plain = plain.removesuffix(suffix)
    return plain


def verdict_beside(path: str) -> Brief | None:
    """Read the `.verdict.json` beside a log; null where there is none.

    Raises:
        SourceError: it cannot be read, or is no verdict.
    """
    content = _beside(path, ".verdict.json")
    return None if content is None else _brief(content, f"{run_key(path)}.verdict.json")


def label_beside(path: str) -> Label | None:
    """Read the `.label.json` beside a log; null where there is none.

    Raises:
        SourceError: it cannot be read, or is no label.
    """
    content = _beside(path, ".label.json")
    return (
        None if content is None else _label(_object(content, where := f"{run_key(path)}.label.json"), where)
    )


def verdicts_in(file: Path) -> PastVerdict:
    """Index a file of verdicts, one JSON object a line with its `path`; the last line on a run counts.

    Only the places of the lines are kept in memory. A relative path is looked for from here, then from the
    folder of the file.

    Raises:
        SourceError: it cannot be read, or a line of it is no verdict.
    """
    places: _ByRun[int] = _ByRun(file)
    for where, start, line in _lines(file):
        record = _object(line, where)
        _brief(line, where)
        places.keep(record, start, where)
    return lambda path: _brief_at(file, places.of(path))


def labels_in(file: Path) -> PastLabel:
    """Read a file of labels, one JSON object a line with `path` (or `file`) and `truth`.

    `truth` is one word, or an object with `verdict` and `success` as the datasets of this project have it.

    Raises:
        SourceError: it cannot be read, or a line of it is no label.
    """
    labels: _ByRun[Label] = _ByRun(file)
    for where, _, line in _lines(file):
        record = _object(line, where)
        labels.keep(record, _label(record, where), where)
    return labels.of


def _lines(file: Path) -> Iterator[tuple[str, int, bytes]]:
    """Yield each line that is not blank: its place for a message, its first byte, its content."""
    try:
        with file.open("rb") as stream:
            start = 0
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield f"{file}:{number}", start, line
                start += len(line)
    except OSError as err:
        raise SourceError(f"cannot read {file}: {err.strerror or err}") from err


def _brief_at(file: Path, start: int | None) -> Brief | None:
    if start is None:
        return None
    try:
        with file.open("rb") as stream:
            stream.seek(start)
            return _brief(stream.readline(), f"{file}")
    except OSError as err:
        raise SourceError(f"cannot read {file}: {err.strerror or err}") from err


def _beside(path: str, suffix: str) -> bytes | None:
    file = Path(run_key(path) + suffix)
    if path == STDIN or not file.is_file():
        return None
    try:
        with file.open("rb") as stream:
            content = stream.read(SIZE_LIMIT + 1)
    except OSError as err:
        raise SourceError(f"cannot read {file}: {err.strerror or err}") from err
    if len(content) > SIZE_LIMIT:
        raise SourceError(f"{file} has more than {SIZE_LIMIT:,} bytes: too much for one verdict or label")
    return content


def _object(content: bytes, where: str) -> Mapping[str, Any]:
    try:
        record = json.loads(content)
    except (ValueError, RecursionError) as err:
        raise SourceError(f"{where}: this is no JSON: {err}; one object a line is needed") from err
    if not isinstance(record, dict):
        raise SourceError(f"{where}: this is no JSON object; one object a line is needed")
    return record


def _brief(content: bytes, where: str) -> Brief:
    try:
        return shortened(_BRIEF.validate_json(content))
    except ValidationError as err:
        first = err.errors()[0]
        field = ".".join(map(str, first["loc"])) or "it"
        raise SourceError(f"{where}: this is no verdict: {field}: {first['msg']}") from err


def _label(record: Mapping[str, Any], where: str) -> Label:
    truth = record.get("truth", record)
    known = truth if isinstance(truth, dict) else record
    word = truth.get("verdict") if isinstance(truth, dict) else truth
    if word not in get_args(TruthWord):
        raise SourceError(f"{where}: `truth` is one of {', '.join(get_args(TruthWord))}")
    success = known.get("success")
    return Label(cast("TruthWord", word), success is False or word in _FAILURES)
