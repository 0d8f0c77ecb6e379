"""What the fault scripts share: detached jobs on the real Codex CLI, and a look at what they left."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codexjob.life.create import create
from codexjob.life.detach import PROGRAM, start_supervisor
from codexjob.life.jobfiles import JobFiles
from codexjob.life.store import Asked, read_state
from codexjob.practice import ScriptedModel, codex_home, sample_repository
from codexjob.practice.play import shipped_scenario
from codexjob.request import JobRequest
from marked import MARK, still_marked, words_of

ROOT = Path(__file__).resolve().parents[2]
CODEX = ROOT / ".codex-cli" / "0.169.0" / "node_modules" / ".bin" / "codex"


@dataclass(frozen=True)
class Stage:
    """One job's repository, its scripted model and the log folder it writes to."""

    repo: Path
    runs: Path
    model: ScriptedModel

    def job(self) -> JobRequest:
        """Say what the job is asked."""
        arguments = self.model.codex_arguments(request_max_retries=1, stream_max_retries=1)
        task = self.model.scenario.task
        return JobRequest(self.repo, task, codex=str(CODEX), codex_args=arguments, timeout=300.0)

    def start(self, max_parallel: int, program: Sequence[str] = PROGRAM) -> JobFiles:
        """Start the job with a supervisor of its own."""
        held = create(self.runs, Asked(self.job(), self.repo, max_parallel, detached=True))
        start_supervisor(held, self.repo, program)
        return held.files

    def start_by_command(self, *, is_detached: bool) -> None:
        """Start the job as a user does, with the command."""
        job, detach = self.job(), ("--detach",) if is_detached else ()
        words = ("run", *detach, "--repo", str(job.repo), "--task", job.task, "--log-dir", str(self.runs))
        command = (sys.executable, "-m", "codexjob", *words, "--codex", job.codex, "--", *job.codex_args)
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


@contextmanager
def staged(scenario: str, folder: Path, runs: Path) -> Iterator[Stage]:
    """Lay out a scenario in `folder` and serve it."""
    runs.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ScriptedModel(shipped_scenario(scenario)) as model:
        yield Stage(sample_repository(folder / "repo", model.scenario.files), runs, model)


def prepare(folder: Path, mark: str) -> None:
    """Give this process and all that it starts a home for Codex, a state folder and a mark."""
    for name in ("OPENAI_API_KEY", "CODEX_API_KEY"):
        os.environ.pop(name, None)
    os.environ.update({
        "CODEX_HOME": str(codex_home(folder / "home")),
        "CODEXJOB_STATE_DIR": str(folder / "state"),
        MARK: mark,
    })  # fmt: skip


def left_running(mark: str, below: Path | None = None) -> list[str]:
    """Show what still runs; a supervisor whose job is at rest is given the time that its exit takes."""
    return [f"left running: {' '.join(words_of(one))[:200]}" for one in still_marked(mark, below)]


def faults_of(runs: Path) -> Iterator[str]:
    """Say what is wrong with a log folder in which all jobs should be at rest."""
    states = {path: read_state(JobFiles(runs, _id(path))) for path in runs.glob("*.state.json")}
    known = {run_id for state in states.values() if state is not None for run_id in state.runs}
    for path, state in states.items():
        if state is None or not state.is_at_rest:
            yield f"{path.name}: not at rest"
    for path in runs.iterdir():
        yield from _faults_of_file(path, known)
    for run_id in known:
        for kind in ("meta", "verdict", "summary"):
            if not (runs / f"codex-run-{run_id}.{kind}.json").exists():
                yield f"{run_id}: there is no {kind}"


def _faults_of_file(path: Path, known: set[str]) -> Iterator[str]:
    if path.name.startswith(".") or path.suffix in (".reserve", ".lock") or "heartbeat" in path.name:
        yield f"{path.name} was left"
    elif _id(path) not in known:
        yield f"{path.name}: a run that no job knows of"
    elif path.suffix == ".json":
        try:
            json.loads(path.read_bytes())
        except ValueError as err:
            yield f"{path.name}: {err}"


def _id(path: Path) -> str:
    return path.name.removeprefix("codex-run-").partition(".")[0]


def is_green(repo: Path) -> bool:
    """Tell whether the repository's own tests pass; whoever has none is green."""
    if not list(repo.glob("test*.py")):
        return True
    command = [sys.executable, "-B", "-m", "unittest"]
    return subprocess.run(command, cwd=repo, capture_output=True, check=False).returncode == 0
