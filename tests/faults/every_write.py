"""Kill a supervisor before every single change that it makes to the disk; then nothing may be lost or left.

`python tests/faults/every_write.py FOLDER [--every N]`: with N only every n-th of them. Codex is played by a
program that writes one file and says so.
"""

import argparse
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from codexjob.errors import CodexjobError
from codexjob.life.ask import await_rest
from codexjob.life.create import create
from codexjob.life.detach import start_supervisor
from codexjob.life.jobfiles import jobs_in
from codexjob.life.leftovers import marked as marked_of
from codexjob.life.recover import recover
from codexjob.life.service import load_judge
from codexjob.life.store import Asked
from codexjob.request import JobRequest
from stage import faults_of, left_running, prepare

_DYING = (sys.executable, str(Path(__file__).with_name("dying_supervisor.py")))
_MOST = 400
_SIDE_BY_SIDE = 3
_CODEX = f"""#!{sys.executable} -IS
import json, subprocess, sys
if sys.argv[1:] == ["--version"]:
    print("codex-cli 0.169.0")
    sys.exit(0)
sys.stdin.read()
def say(kind, **fields):
    print(json.dumps({{"type": kind, **fields}}), flush=True)
say("thread.started", thread_id="01a203d0-36eb-7fb2-84a4-f3daf3bd1049")
say("turn.started")
subprocess.Popen(["sleep", "300"], start_new_session=True, stdout=subprocess.DEVNULL)
message = {{"id": "item_0", "type": "agent_message", "text": "It is a folder with one file."}}
say("item.completed", item=message)
say("turn.completed", usage={{"input_tokens": 10, "cached_input_tokens": 2, "output_tokens": 3}})
"""


def play(change: int, folder: Path) -> tuple[str, list[str]]:
    """Let the supervisor die before its n-th change; give the job's state then, and what is wrong."""
    repo, runs, codex = folder / "repo", folder / "runs", folder / "codex"
    repo.mkdir(parents=True)
    runs.mkdir(mode=0o700)
    codex.write_text(_CODEX)
    codex.chmod(0o755)
    held = create(runs, Asked(JobRequest(repo, "What is here?", codex=str(codex)), repo, 8, detached=True))
    with suppress(CodexjobError):
        start_supervisor(held, repo, ("env", f"CODEXJOB_DIE_AT={change}", *_DYING))
    (files,) = jobs_in(runs)
    state = await_rest(files, load_judge)
    # One that was killed between its job's end and its own leaves a lock.
    recover(runs, load_judge)
    left = [f"left running: {one.pid}" for one in marked_of([files.run_id])]
    return state.state, [*faults_of(runs), *left]


def main() -> int:
    """Kill at one change after the other until the supervisor lives to its end; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    mark = uuid.uuid4().hex
    folder = options.folder.absolute() / mark
    prepare(folder, mark)
    states, bad = [], 0
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        for first in range(1, _MOST, options.every * _SIDE_BY_SIDE):
            numbers = [first + place * options.every for place in range(_SIDE_BY_SIDE)]
            for number, (state, wrong) in zip(
                numbers, pool.map(lambda n: play(n, folder / f"change-{n}"), numbers), strict=True
            ):
                states.append(state)
                bad += bool(wrong)
                print(f"{number:>3}  {'WRONG' if wrong else 'ok   '}  {state}", *wrong, sep="\n       ")
            if states[-_SIDE_BY_SIDE:] == ["finished"] * _SIDE_BY_SIDE and not _died_late(folder, numbers):
                break
    left = left_running(mark)
    print(f"{len(states)} instants, {bad} wrong, {len(left)} processes left")
    return 1 if bad or left else 0


def _died_late(folder: Path, numbers: list[int]) -> bool:
    """Tell whether one of these supervisors was killed, though its job was done by then."""
    notes = [
        path.read_text() for n in numbers for path in (folder / f"change-{n}" / "runs").glob("*.state.json")
    ]
    return any("supervisor died" in note for note in notes)


if __name__ == "__main__":
    sys.exit(main())
