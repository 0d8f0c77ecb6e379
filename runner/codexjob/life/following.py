"""The readable logs of a job, followed from run to run while it goes on."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Final

from codexjob.files import RunFiles
from codexjob.life.identity import is_alive
from codexjob.life.jobfiles import JobFiles
from codexjob.life.lookup import state_of
from codexjob.life.store import read_heartbeat

_LOOK: Final = 0.2
_CHUNK: Final = 1 << 16
_LOOKED_BACK: Final = 4 << 20


def follow(files: JobFiles, lines: int, *, goes_on: bool) -> Iterator[bytes]:
    """Give the last lines of the log of the job's last run and, where it `goes_on`, what comes after them.

    It ends when the job is at rest, or its supervisor is dead, and all is given.
    """
    given = state_of(files).runs[-1]
    at = _place_of_last(RunFiles(files.folder, given).log, lines)
    while True:
        is_over = not goes_on or _is_over(files)
        for run_id in _from(given, state_of(files).runs):
            at = at if run_id == given else 0
            given = run_id
            for piece in _after(RunFiles(files.folder, run_id).log, at):
                at += len(piece)
                yield piece
        if is_over:
            return
        sleep(_LOOK)


def _from(given: str, runs: tuple[str, ...]) -> tuple[str, ...]:
    return runs[runs.index(given) :] if given in runs else ()


def _is_over(files: JobFiles) -> bool:
    if state_of(files).is_at_rest:
        return True
    heartbeat = read_heartbeat(files)
    return heartbeat is not None and not is_alive(heartbeat.supervisor)


def _after(log: Path, at: int) -> Iterator[bytes]:
    try:
        stream = log.open("rb")
    except FileNotFoundError:
        return
    with stream:
        stream.seek(at)
        while piece := stream.read(_CHUNK):
            yield piece


def _place_of_last(log: Path, lines: int) -> int:
    """Tell where the last `lines` lines begin, looking back over a few megabytes at most."""
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, 2)
            begin = max(0, size - _LOOKED_BACK)
            stream.seek(begin)
            content = stream.read()
    except FileNotFoundError:
        return 0
    parts = content.splitlines(keepends=True)
    return begin + sum(map(len, parts[: max(0, len(parts) - lines)]))
