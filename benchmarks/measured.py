"""Run commands, and tell what they cost: CPU seconds, wall seconds, and memory."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Words: TypeAlias = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Command:
    """What is run: its words, variables besides ours, and how many processors it may use (null: all).

    `fine` are the exit statuses of work that was done: a search ends with 1 where it found nothing.
    """

    words: Words
    env: Mapping[str, str] | None = None
    processors: int | None = None
    fine: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and wall seconds of a command with all its children, and the most MB that one process took.

    No process is told less memory than this one takes, since it was a copy of this one before it began.
    """

    cpu: float
    wall: float
    memory: float


def costs(commands: Mapping[str, Command], rounds: int) -> dict[str, Cost]:
    """Run commands in turn, some rounds, and give the medians of each.

    In turn, so that what else the machine does meanwhile touches all of them alike.
    """
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            found[name].append(once(command))
    return {name: _median(measured) for name, measured in found.items()}


def _median(measured: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(one.cpu for one in measured),
        statistics.median(one.wall for one in measured),
        statistics.median(one.memory for one in measured),
    )


def once(command: Command) -> Cost:
    """Run a command, with its output thrown away."""
    # As an installed program runs: its modules are compiled once, not each time.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    start = time.perf_counter()
    # GNU grep stops at the first match where its output is /dev/null: a pipe that is read makes it work.
    with _started(command, {**plain, **(command.env or {})}) as child:
        assert child.stdout is not None
        while child.stdout.read(1 << 16):
            pass
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    # What fails must not pass as quick.
    if child.returncode not in command.fine:
        raise SystemExit(f"this ended with {child.returncode}: {command.words}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def _started(command: Command, env: dict[str, str]) -> subprocess.Popen[bytes]:
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if command.processors and allowed:
        os.sched_setaffinity(0, sorted(allowed)[: command.processors])
    try:
        return subprocess.Popen(command.words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=env)
    finally:
        if command.processors and allowed:
            os.sched_setaffinity(0, allowed)
