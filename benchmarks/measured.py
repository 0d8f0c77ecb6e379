"""Run a command, and tell what it cost: CPU seconds, wall seconds, and memory."""

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians of some rounds: CPU and wall seconds, and the most memory that one process took, in MB."""

    cpu: float
    wall: float
    memory: float


def cost(command: Sequence[str | Path], rounds: int, env: dict[str, str] | None = None) -> Cost:
    """Run a command some times, with its output thrown away."""
    # As an installed program runs: its modules are compiled once, not each time.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    found = [_once(command, {**plain, **(env or {})}) for _ in range(rounds)]
    return Cost(*(statistics.median(column) for column in zip(*found, strict=True)))


def _once(command: Sequence[str | Path], env: dict[str, str]) -> tuple[float, float, float]:
    start = time.perf_counter()
    before = os.times()
    # GNU grep stops at the first match where its output is /dev/null: a pipe that is read makes it work.
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=env) as child:
        assert child.stdout is not None
        while child.stdout.read(1 << 16):
            pass
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    after = os.times()
    # What the children of the child used is known only in the sum over all that have ended.
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return max(cpu, used.ru_utime + used.ru_stime), time.perf_counter() - start, used.ru_maxrss / 1024
