"""What the runner says of a job while it goes on, as events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from logverdict.facts import Tokens

from codexjob.files import RunFiles
from codexjob.readable import readable
from codexjob.request import Kind
from codexjob.runmeta import RunMeta
from codexjob.summary import JudgedRun, job_cost, known_sum
from codexjob.telling.event import (
    Acted,
    JobFinished,
    Judged,
    Place,
    RunFinished,
    RunProgress,
    RunStarted,
    Told,
)
from codexjob.visible import shortened

_TASK: Final = 200
_LATEST: Final = 160


@dataclass(slots=True)
class Progress:
    """What a run has shown so far."""

    place: Place
    began: float
    told_at: float
    events: int = 0
    commands: int = 0
    changes: int = 0
    latest: str = ""


@dataclass(slots=True)
class Reporter:
    """Turns what happens to a job into events; `tell` is given each of them, by default to nobody.

    A sign of life comes every `interval` seconds of the clock `clock`.
    """

    tell: Callable[[Told], None] = lambda _: None
    interval: float = 30.0
    clock: Callable[[], float] = monotonic
    _progress: Progress | None = field(default=None, init=False)

    def run_started(self, files: RunFiles, meta: RunMeta) -> None:
        """A run begins."""
        place, now = place_of(files, meta), self.clock()
        self._progress = Progress(place, now, now)
        self.tell(RunStarted(place, meta.started_at, meta.model))

    def saw(self, event: Mapping[str, object]) -> None:
        """Codex reported something."""
        if self._progress is None:
            return
        seen = self._progress
        seen.events += 1
        item = event.get("item")
        if event.get("type") == "item.completed" and isinstance(item, Mapping):
            seen.commands += item.get("type") == "command_execution"
            seen.changes += item.get("type") == "file_change"
        seen.latest = shortened(next(iter(readable(event)), ""), _LATEST) or seen.latest

    def beat(self) -> None:
        """Time has passed; a sign of life is told when it is due."""
        seen, now = self._progress, self.clock()
        if seen is None or now - seen.told_at < self.interval:
            return
        seen.told_at = now
        elapsed = round(now - seen.began, 3)
        self.tell(RunProgress(seen.place, elapsed, seen.events, seen.commands, seen.changes, seen.latest))

    def run_finished(self, files: RunFiles, meta: RunMeta) -> None:
        """Codex is gone."""
        self._progress = None
        place = place_of(files, meta)
        ended = (meta.exit_code, meta.signal, meta.ended_by, meta.ended_at, meta.duration, meta.note)
        self.tell(RunFinished(place, *ended))

    def judged(self, run: JudgedRun) -> None:
        """The verdict on a run is there."""
        verdict = run.verdict
        self.tell(
            Judged(
                place_of(run.files, run.meta),
                verdict=verdict.verdict,
                success=verdict.success,
                cause=verdict.cause,
                action=verdict.action,
                reason=verdict.reason,
                retry_at=verdict.retry_at,
                exit_code=run.meta.exit_code,
                tokens=verdict.tokens,
                verdict_file=str(run.files.verdict),
            )
        )

    def acted(self, run: JudgedRun, next_kind: Kind | None, why: str) -> None:
        """It is settled what follows from the verdict."""
        taken = run.verdict.action_taken or run.verdict.action
        self.tell(Acted(place_of(run.files, run.meta), run.verdict.action, taken, next_kind, why))

    def job_finished(self, runs: Sequence[JudgedRun], advice: str, exit_status: int) -> None:
        """The job has ended."""
        last = runs[-1]
        self.tell(
            JobFinished(
                place_of(last.files, last.meta),
                success=last.verdict.success,
                verdict=last.verdict.verdict,
                cause=last.verdict.cause,
                action_taken=last.verdict.action_taken,
                reason=last.verdict.reason,
                advice=advice,
                exit_status=exit_status,
                runs=tuple(run.meta.run_id for run in runs),
                tokens=_sum([run.verdict.tokens for run in runs]),
                duration=_total([run.meta.duration for run in runs]),
                cost=job_cost(runs),
            )
        )


def place_of(files: RunFiles, meta: RunMeta) -> Place:
    """Say which run is meant."""
    return Place(
        job_id=meta.job_id,
        run_id=meta.run_id,
        kind=meta.kind,
        repo=meta.repo,
        task=shortened(meta.task, _TASK),
        log_file=str(files.log),
        meta_file=str(files.meta),
        summary_file=str(files.summary),
        session_id=meta.session_id or meta.session_asked,
    )


def _total(values: Sequence[float | None]) -> float | None:
    total = known_sum(values)
    return None if total is None else round(total, 3)


def _sum(all_tokens: Sequence[Tokens]) -> Tokens:
    return Tokens(
        total=known_sum([one.total for one in all_tokens]),
        input=known_sum([one.input for one in all_tokens]),
        cached_input=known_sum([one.cached_input for one in all_tokens]),
        output=known_sum([one.output for one in all_tokens]),
    )
