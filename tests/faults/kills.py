"""Kill supervisors, Codex or both at random instants of real jobs; then nothing may be lost, torn or left.

`python tests/faults/kills.py FOLDER --rounds 20 --seed 1`; `make faults` runs it. The clock of the day of
every supervisor jumps hours and days forward and back meanwhile.
"""

import argparse
import os
import random
import sys
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
from codexjob.errors import CodexjobError
from codexjob.life.ask import await_rest
from codexjob.life.jobfiles import JobFiles, jobs_in
from codexjob.life.recover import recover
from codexjob.life.service import load_judge
from codexjob.life.store import read_state
from marked import marked, words_of
from stage import Stage, faults_of, is_green, left_running, prepare, staged

_JUMPING = (sys.executable, str(Path(__file__).with_name("jumping_supervisor.py")))
_SCENARIOS = ("success", "red_tests_repaired", "stream_cut_resumed")
_TARGETS = (
    "supervisor", "supervisor", "codex", "both", "both, recovery too", "starter and supervisor", "foreground",
)  # fmt: skip
_SUPERVISORS = ("jumping_supervisor", "-m codexjob run ")
_LATEST = 6.0
_START_TAKES = 1.2
_SIDE_BY_SIDE = 3


def play(number: int, seed: int, folder: Path, mark: str) -> tuple[str, list[str]]:
    """Play one round: start a job, kill somewhere, recover; give what was done and all that is wrong then."""
    chance = random.Random(f"{seed}-{number}")
    scenario, target = chance.choice(_SCENARIOS), chance.choice(_TARGETS)
    delay = chance.uniform(0.0, _START_TAKES if "starter" in target else _LATEST)
    with staged(scenario, folder, folder / "runs") as stage:
        is_command = target in ("foreground", "starter and supervisor")
        by_command = partial(stage.start_by_command, is_detached=target != "foreground")
        starter = threading.Thread(target=by_command if is_command else partial(_start, stage))
        starter.start()
        time.sleep(delay)
        hit = _kill(target, folder, mark)
        starter.join()
        if "recovery" in target:
            _kill_a_recovery(stage.runs, chance.uniform(0.1, 1.5))
        recover(stage.runs, load_judge)
        for files in jobs_in(stage.runs):
            await_rest(files, load_judge)
        # One that was killed between its job's end and its own leaves a lock.
        recover(stage.runs, load_judge)
    wrong = [*faults_of(folder / "runs"), *_dishonest(folder), *left_running(mark, folder)]
    states = "+".join(_state(files) for files in jobs_in(folder / "runs"))
    return f"{scenario}, {target} after {delay:.2f} s: {hit} killed, {states or 'nothing begun'}", wrong


def _start(stage: Stage) -> None:
    # A supervisor that is killed before it confirms is told as an error: that is what this is about.
    with suppress(CodexjobError):
        stage.start(8, _JUMPING)


def _kill(target: str, folder: Path, mark: str) -> int:
    """Kill without warning; tell how many were hit."""
    found = marked(mark, folder)
    words = {one: " ".join(words_of(one)) for one in found}
    supervisors = [one for one in found if any(sign in words[one] for sign in _SUPERVISORS)]
    others = [one for one in found if one not in supervisors]
    alone = {"supervisor": supervisors, "foreground": supervisors, "codex": others}
    wanted = alone.get(target, found)
    for process in wanted:
        with suppress(psutil.Error):
            process.kill()
    return len(wanted)


def _kill_a_recovery(runs: Path, delay: float) -> None:
    command = [sys.executable, "-m", "codexjob", "recover", "--log-dir", str(runs)]
    recovery = psutil.Popen(command)
    time.sleep(delay)
    recovery.kill()
    recovery.wait()


def _dishonest(folder: Path) -> list[str]:
    """Find jobs that are called done whose repository says otherwise."""
    states = [read_state(files) for files in jobs_in(folder / "runs")]
    is_called_done = any(state is not None and state.state == "finished" for state in states)
    return (
        ["called finished, but the tests are red"] if is_called_done and not is_green(folder / "repo") else []
    )


def _state(files: JobFiles) -> str:
    state = read_state(files)
    return "unreadable" if state is None else state.state


def main() -> int:
    """Play all rounds, a few side by side; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    mark, began = uuid.uuid4().hex, time.monotonic()
    folder = options.folder.absolute() / mark
    prepare(folder, mark)
    os.environ["CODEXJOB_FAULT_SEED"] = str(options.seed)
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        numbers = range(options.rounds)
        rounds = [
            pool.submit(play, number, options.seed, folder / f"round-{number}", mark) for number in numbers
        ]
        results = [one.result() for one in rounds]
    for number, (told, wrong) in enumerate(results):
        print(
            f"{number:>3}  {'WRONG' if wrong else 'ok   '}  {told}", *wrong, sep="\n       " if wrong else ""
        )
    left = left_running(mark)
    bad = sum(bool(wrong) for _, wrong in results)
    kinds = Counter(told.rsplit(", ", 1)[1] for told, _ in results)
    took = time.monotonic() - began
    print(f"{options.rounds} rounds in {took:.0f} s, {bad} wrong, {len(left)} processes left")
    print(f"ends: {dict(kinds)}")
    return 1 if bad or left else 0


if __name__ == "__main__":
    sys.exit(main())
