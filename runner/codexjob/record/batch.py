"""Record many scenarios, several at once, and compare records with what is stored."""

import multiprocessing
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from codexjob.errors import CodexjobError
from codexjob.record.install import installed_codex
from codexjob.record.label import Label, label_of, read_labels, relabelled, write_labels
from codexjob.record.record import Part, Record, record_of
from codexjob.record.scenario import Mode, RecordedScenario
from codexjob.record.store import Store, labels_beside
from codexjob.record.take import Played, take

# A recording may take hours: what is done is in the labels even when it is stopped.
_SAVE_EVERY: Final = 300


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run that was recorded, or why it could not be."""

    played: Played
    record: Record | None
    trouble: str = ""


def plan(
    scenarios: Sequence[RecordedScenario], versions: Sequence[str], modes: Sequence[Mode], cache: Path
) -> tuple[Played, ...]:
    """List what is to be played, installing the versions of Codex that are not there.

    Raises:
        RecordError: A version cannot be installed.
    """
    programs = {version: installed_codex(version, cache) for version in dict.fromkeys(versions)}
    return tuple(
        Played(scenario, version, mode, program)
        for version, program in programs.items()
        for scenario in scenarios
        for mode in modes
        if scenario.plays_on(version, mode)
    )


def out_of_date(played: Sequence[Played], runs: Path) -> tuple[Played, ...]:
    """Leave out what is stored as it would be played now.

    Raises:
        RecordError: The labels cannot be read.
    """
    known = {label.key: label.digest for label in read_labels(labels_beside(runs))}
    return tuple(one for one in played if known.get(one.key) != one.scenario.digest)


def record_all(played: Sequence[Played], *, cache: Path, jobs: int) -> Iterator[Recorded]:
    """Play everything, `jobs` at once, and yield each record when it is done.

    Each run has a process to itself: what Codex leaves behind is found as the children of that process.
    """
    method = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, method, _hear_interrupts) as pool:
        waiting = {pool.submit(_recorded, one, cache) for one in played}
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _hear_interrupts() -> None:
    """Undo an ignored SIGINT, as a shell gives it to background jobs: Codex would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _recorded(played: Played, cache: Path) -> Recorded:
    try:
        return Recorded(played, record_of(played, take(played, cache)))
    except CodexjobError as err:
        return Recorded(played, None, str(err))


def stored(recorded: Iterable[Recorded], runs: Path) -> Iterator[Recorded]:
    """Store each record and its label, and hand it on.

    Raises:
        RecordError: The store or its labels cannot be read or written.
    """
    store, path = Store(runs), labels_beside(runs)
    labels = {label.key: label for label in read_labels(path)}
    try:
        for count, one in enumerate(recorded, 1):
            if one.record is not None:
                store.put(one.record)
                label = label_of(one.record)
                labels[label.key] = label
            if count % _SAVE_EVERY == 0:
                _save(store, path, labels.values())
            yield one
    finally:
        _save(store, path, labels.values())


def _save(store: Store, path: Path, labels: Iterable[Label]) -> None:
    store.save()
    write_labels(path, labels)


def differences(record: Record, store: Store) -> tuple[Part, ...]:
    """Tell which parts of a record differ from what is stored."""
    known = store.parts(record.scenario.name, record.version, record.mode)
    return tuple(
        part for part in sorted({*known, *record.parts}) if known.get(part) != record.parts.get(part)
    )


def relabel(scenarios: Sequence[RecordedScenario], runs: Path) -> tuple[Label, ...]:
    """Write the labels of stored runs anew, after truths changed; runs of unknown scenarios are dropped.

    Raises:
        RecordError: The store or its labels cannot be read or written.
    """
    store, path = Store(runs), labels_beside(runs)
    known = {scenario.name: scenario for scenario in scenarios}
    labels = tuple(
        relabelled(label, known[label.scenario], store.parts(label.scenario, label.version, label.mode))
        for label in read_labels(path)
        if label.scenario in known and known[label.scenario].plays_on(label.version, label.mode)
    )
    for version in {label.version for label in labels}:
        store.keep_only((label.file for label in labels if label.version == version), version)
    _save(store, path, labels)
    return labels
