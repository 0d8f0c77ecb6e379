"""Many detached jobs at once on the real Codex CLI: each ends with its scenario's verdict, in bounded memory.

`python tests/faults/many_jobs.py FOLDER --jobs 20`; `make faults` runs it and prints the figures.
"""

import argparse
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
from codexjob.life.ask import await_rest
from codexjob.life.service import load_judge
from codexjob.life.state import JobState
from marked import marked
from stage import Stage, faults_of, is_green, left_running, prepare, staged

_EXPECTED = {
    "success": ("finished", "success", "done", 1),
    "red_tests_repaired": ("finished", "success", "done", 2),
    "stream_cut_resumed": ("finished", "success", "done", 2),
    "accepted_with_noise": ("finished", "environmental", "done.despite_noise", 1),
    "wrong_key": ("failed", "environmental", "auth.key", 1),
    "context_window": ("finished", "success", "done", 2),
}
_MIB = 1 << 20
_LOOK = 0.2


class Weigher(threading.Thread):
    """Weighs the supervisors again and again: how much memory each of them has to itself, at most."""

    def __init__(self, mark: str) -> None:
        super().__init__(daemon=True)
        self.most: dict[int, float] = {}
        self.together = 0.0
        self._mark = mark
        self._is_over = threading.Event()

    def run(self) -> None:
        """Weigh until told to stop."""
        while not self._is_over.wait(_LOOK):
            now = {one.pid: _weight(one) for one in marked(self._mark) if _is_supervisor(one)}
            self.most.update({pid: max(weight, self.most.get(pid, 0.0)) for pid, weight in now.items()})
            self.together = max(self.together, sum(now.values()))

    def stop(self) -> None:
        """Stop weighing."""
        self._is_over.set()
        self.join()


def _is_supervisor(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return "codexjob.life.detached" in process.cmdline()
    return False


def _weight(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(process.memory_full_info().uss) / _MIB
    return 0.0


def play(folder: Path, jobs: int, mark: str) -> list[str]:
    """Start all jobs, wait for all, and give what is wrong then."""
    names = list(_EXPECTED)
    wrong: list[str] = []
    weigher, runs = Weigher(mark), folder / "runs"
    weigher.start()
    with ExitStack() as stack:
        scenarios = [names[number % len(names)] for number in range(jobs)]
        stages = [
            stack.enter_context(staged(name, folder / str(n), runs)) for n, name in enumerate(scenarios)
        ]
        began = time.monotonic()
        with ThreadPoolExecutor(jobs) as pool:
            started = list(pool.map(lambda stage: stage.start(jobs), stages))
        print(f"{jobs} jobs started in {time.monotonic() - began:.1f} s")
        for name, stage, files in zip(scenarios, stages, started, strict=True):
            wrong += _wrong(name, stage, await_rest(files, load_judge))
        print(f"all at rest after {time.monotonic() - began:.1f} s")
    weigher.stop()
    print(f"memory of a supervisor of its own: at most {max(weigher.most.values()):.1f} MiB")
    print(f"memory of all supervisors together: at most {weigher.together:.1f} MiB")
    return [*wrong, *faults_of(runs)]


def _wrong(name: str, stage: Stage, state: JobState) -> list[str]:
    ended = (state.state, state.verdict, state.cause, len(state.runs))
    wrong = [] if ended == _EXPECTED[name] else [f"{state.run_id} {name}: {ended}, not {_EXPECTED[name]}"]
    if state.state == "finished" and not is_green(stage.repo):
        wrong.append(f"{state.run_id} {name}: called finished, but the tests are red")
    return wrong


def main() -> int:
    """Play; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=20)
    options = parser.parse_args()
    mark = uuid.uuid4().hex
    folder = options.folder.absolute() / mark
    prepare(folder, mark)
    wrong = play(folder, options.jobs, mark)
    left = left_running(mark)
    print(*wrong, *left, f"{options.jobs} jobs, {len(wrong)} wrong, {len(left)} processes left", sep="\n")
    return 1 if wrong or left else 0


if __name__ == "__main__":
    sys.exit(main())
