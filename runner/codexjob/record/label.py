"""The labels of the dataset: a line of JSON a run, what is true of it and where its record shows that."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from codexjob.record.errors import RecordError
from codexjob.record.record import Part, Record, stem
from codexjob.record.scenario import Mode, RecordedScenario, Truth
from codexjob.record.split import Split, split_of

_ANSI: Final = re.compile(r"\x1b\[[0-9;]*m")
# Where the decisive line is looked for first; the rollout only helps where no log shows it.
_ORDER: Final[Mapping[Mode, tuple[Part, ...]]] = {
    "json": ("stdout", "stderr", "rollout"),
    "human": ("stderr", "stdout", "rollout"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the decisive line stands first: a part of the record and a line, counted from 1."""

    part: Part
    line: int


@dataclass(frozen=True, slots=True)
class Label:
    """One run of the dataset and the truth about it.

    `file` is its place in the archive of its version, without suffix; `parts` are the files that are there.
    `digest` is that of the scenario when the run was recorded.
    `place` is null where no line decides, or where the record lacks it.
    """

    file: str
    version: str
    scenario: str
    digest: str
    family: str
    split: Split
    mode: Mode
    exit_code: int | None
    signal: int | None
    parts: tuple[Part, ...]
    place: Place | None
    truth: Truth

    @property
    def lacks_its_line(self) -> bool:
        """Tell whether the truth names a decisive line that the record has not."""
        return self.truth.line is not None and self.place is None

    @property
    def key(self) -> tuple[str, str, str]:
        """Give what tells runs apart, and orders them."""
        return self.scenario, self.version, self.mode


def label_of(record: Record) -> Label:
    """Make the label of a record."""
    scenario, truth = record.scenario, record.scenario.truth.of(record.version)
    return Label(
        file=str(stem(scenario.name, record.version, record.mode)),
        version=record.version,
        scenario=scenario.name,
        digest=scenario.digest,
        family=scenario.family,
        split=split_of(scenario.family),
        mode=record.mode,
        exit_code=record.exit_code,
        signal=record.signal,
        parts=tuple(record.parts),
        place=_place(record.parts, record.mode, truth.line),
        truth=truth,
    )


def relabelled(label: Label, scenario: RecordedScenario, parts: Mapping[Part, bytes]) -> Label:
    """Make the label of a stored run anew, after the truth in its scenario changed."""
    record = Record(scenario, label.version, label.mode, parts, label.exit_code, label.signal)
    return replace(label_of(record), digest=label.digest)


def write_labels(path: Path, labels: Iterable[Label]) -> None:
    """Write all labels, sorted, one a line.

    Raises:
        RecordError: The file cannot be written.
    """
    text = "".join(f"{_written(label)}\n" for label in sorted(labels, key=_order))
    try:
        beside = path.with_name(f"{path.name}.new")
        beside.write_text(text)
        beside.replace(path)
    except OSError as err:
        raise RecordError(f"cannot write {path}: {err.strerror or err}") from err


def read_labels(path: Path) -> tuple[Label, ...]:
    """Read all labels; none where there is no such file.

    Raises:
        RecordError: The file cannot be read, or a line of it is no label.
    """
    try:
        lines = path.read_text().splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as err:
        raise RecordError(f"cannot read {path}: {err}") from err
    return tuple(_read(path, number, line) for number, line in enumerate(lines, 1))


def _written(label: Label) -> str:
    fields = {**asdict(label), "truth": label.truth.model_dump(mode="json")}
    return json.dumps(fields, ensure_ascii=False)


def _read(path: Path, number: int, line: str) -> Label:
    try:
        given: dict[str, Any] = json.loads(line)
        place = Place(**given["place"]) if given["place"] else None
        truth = Truth.model_validate(given["truth"])
        return Label(**{**given, "parts": tuple(given["parts"]), "place": place, "truth": truth})
    except (ValueError, KeyError, TypeError) as err:
        raise RecordError(f"{path}:{number}: this is no label: {err}") from err


def _order(label: Label) -> tuple[str, tuple[int, ...], str]:
    numbers = tuple(int(part) for part in re.findall(r"\d+", label.version))
    return label.scenario, numbers, label.mode


def _place(parts: Mapping[Part, bytes], mode: Mode, line: str | None) -> Place | None:
    if line is None:
        return None
    places = (
        Place(part, found) for part in _ORDER[mode] for found in _lines_with(parts.get(part, b""), line)
    )
    return next(places, None)


def _lines_with(content: bytes, text: str) -> Iterator[int]:
    for number, line in enumerate(content.decode(errors="replace").split("\n"), 1):
        if text in _ANSI.sub("", line) or any(text in value for value in _strings(line)):
            yield number


def _strings(line: str) -> Iterator[str]:
    """Give the texts inside a line of JSON, as a reader sees them."""
    if not line.startswith("{"):
        return
    try:
        waiting = [json.loads(line)]
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        match value:
            case str():
                yield value
            case dict():
                waiting.extend(value.values())
            case list():
                waiting.extend(value)
