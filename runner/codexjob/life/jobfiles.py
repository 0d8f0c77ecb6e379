"""The files of a job: what was asked, its state, who lives it; named after its first run."""

from dataclasses import dataclass
from pathlib import Path

from codexjob.files import RunFiles


@dataclass(frozen=True, slots=True)
class JobFiles:
    """The files of one job, beside those of its runs. `run_id` is the id of its first run."""

    folder: Path
    run_id: str

    @property
    def asked(self) -> Path:
        """What was asked: written once, before anything starts."""
        return self._path("job.json")

    @property
    def state(self) -> Path:
        """How far the job is."""
        return self._path("state.json")

    @property
    def heartbeat(self) -> Path:
        """Who lives the job, and when it last showed so; only there while the job goes on."""
        return self._path("heartbeat.json")

    @property
    def lock(self) -> Path:
        """The lock of whoever may write the job; only there while the job goes on."""
        return self._path("lock")

    @property
    def told(self) -> Path:
        """What a supervisor without a terminal said."""
        return self._path("supervisor")

    @property
    def first(self) -> RunFiles:
        """The files of the first run."""
        return RunFiles(self.folder, self.run_id)

    def _path(self, kind: str) -> Path:
        return self.folder / f"codex-run-{self.run_id}.{kind}"


def jobs_in(folder: Path) -> list[JobFiles]:
    """List all jobs of a log folder, oldest first."""
    return [JobFiles(folder, run_id) for run_id in _ids(folder, "state.json")]


def unfinished_in(folder: Path) -> list[JobFiles]:
    """List the jobs that go on, or whose supervisor died, by their locks; the oldest first."""
    return [JobFiles(folder, run_id) for run_id in _ids(folder, "lock")]


def _ids(folder: Path, kind: str) -> list[str]:
    found = folder.glob(f"codex-run-*.{kind}")
    return sorted(path.name.removeprefix("codex-run-").removesuffix(f".{kind}") for path in found)
