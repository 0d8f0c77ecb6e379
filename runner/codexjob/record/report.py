"""Do a whole recording and tell how it goes, a line a run."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from codexjob.record.batch import Recorded, differences, out_of_date, plan, record_all, relabel, stored
from codexjob.record.install import cache_folder
from codexjob.record.label import Label, label_of
from codexjob.record.scenario import Mode, RecordedScenario
from codexjob.record.store import Store


@dataclass(frozen=True, slots=True)
class Task:
    """What to record, where to, and where progress is told; without `cache` it is the user's cache folder.

    `only_stale` leaves out the runs that are stored and whose scenario has not changed since.
    """

    scenarios: Sequence[RecordedScenario]
    versions: Sequence[str]
    modes: Sequence[Mode]
    runs: Path
    cache: Path | None
    jobs: int
    tell: Callable[[str], None]
    only_stale: bool = False

    def play(self) -> "_Playing":
        """Install what is needed and begin to play; the records come one by one."""
        cache = (self.cache or cache_folder()).absolute()
        planned = plan(self.scenarios, self.versions, self.modes, cache)
        played = out_of_date(planned, self.runs) if self.only_stale else planned
        return _Playing(len(played), record_all(played, cache=cache, jobs=self.jobs))


@dataclass(frozen=True, slots=True)
class _Playing:
    total: int
    records: Iterator[Recorded]


def make_records(task: Task) -> bool:
    """Record and store; tell whether every run could be recorded and shows its decisive line."""
    playing, good = task.play(), 0
    for count, one in enumerate(stored(playing.records, task.runs), 1):
        trouble = one.trouble if one.record is None else _trouble_with(label_of(one.record))
        good += not trouble
        task.tell(f"{count}/{playing.total} {_name(one)}{trouble and f': {trouble}'}")
    task.tell(f"{playing.total} runs, {playing.total - good} with trouble")
    return good == playing.total


def check_records(task: Task) -> bool:
    """Record again, store nothing, and tell whether every record equals what is stored."""
    playing, store, same = task.play(), Store(task.runs), 0
    for one in playing.records:
        trouble = one.trouble if one.record is None else ", ".join(differences(one.record, store))
        same += not trouble
        task.tell(f"{_name(one)}: {f'differs: {trouble}' if trouble else 'equal'}")
    task.tell(f"{same} of {playing.total} runs equal what is stored in {task.runs}")
    return same == playing.total


def renew_labels(task: Task) -> bool:
    """Write the labels of stored runs anew; tell whether every run shows its decisive line."""
    labels = relabel(task.scenarios, task.runs)
    lacking = [label for label in labels if label.lacks_its_line]
    for label in lacking:
        task.tell(f"{label.file}: {_trouble_with(label)}")
    task.tell(f"{len(labels)} labels, {len(lacking)} without their decisive line")
    return not lacking


def lay_out(runs: Path, folder: Path, tell: Callable[[str], None]) -> None:
    """Unpack all stored runs as plain files."""
    tell(f"{Store(runs).unpack(folder)} runs in {folder}")


def _trouble_with(label: Label) -> str:
    return f"no line of the record shows {label.truth.line!r}" if label.lacks_its_line else ""


def _name(one: Recorded) -> str:
    return f"{one.played.version} {one.played.mode} {one.played.scenario.name}"
