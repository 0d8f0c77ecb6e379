"""How long a look at a work tree takes: before every run, and when a run is verified.

python benchmarks/work_tree.py [FILES...]
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from codexjob.files import RunFiles
from codexjob.practice.sample import sample_repository
from codexjob.verify.before import note_before, read_before
from codexjob.verify.snapshot import changes, snapshot

RUN = "20261122-204427-mtlznrea"
PER_FOLDER = 100
UNTRACKED = 300
Answer = TypeVar("Answer")


def timed(work: Callable[[], Answer]) -> tuple[Answer, float]:
    """Do it once; give what it gave, and the seconds it took."""
    began = perf_counter()
    answer = work()
    return answer, perf_counter() - began


def measure(top: Path, count: int) -> None:
    """Print a line for a repository with `count` files in its commit and some hundred untracked ones."""
    tree = {f"d{number // PER_FOLDER}/f{number}.py": f"x = {number}\n" for number in range(count)}
    repo = sample_repository(top / "repo", tree)
    for number in range(UNTRACKED):
        (repo / f"u{number}.py").write_text("y = 1\n")
    logs = top / "logs"
    logs.mkdir()
    files = RunFiles(logs, RUN)
    _, noted = timed(lambda: note_before(files, repo))
    before, read = timed(lambda: read_before(files, repo))
    after, looked = timed(lambda: snapshot(repo))
    assert before is not None
    assert not changes(before.state, after)
    print(f"{count:>8} files: note {noted:.2f} s, read back {read:.2f} s, look again {looked:.2f} s")


# A commit of many files would start git's housekeeping behind our back.
QUIET = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "gc.auto", "GIT_CONFIG_VALUE_0": "0"}

if __name__ == "__main__":
    os.environ.update(QUIET)
    for given in sys.argv[1:] or ("20", "5000", "50000"):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), int(given))
