"""The processes of a test, found by a mark in their environment; one may end while it is looked at."""

import os
import time
from pathlib import Path

import psutil

MARK = "CODEXJOB_TEST_MARK"
_EXIT_TAKES = 90.0


def marked(mark: str, below: Path | None = None) -> list[psutil.Process]:
    """Find the living processes with this mark, but this one; those that name `below`, if it is given."""
    return [process for process in psutil.process_iter() if _is_meant(process, mark, below)]


def still_marked(mark: str, below: Path | None = None) -> list[psutil.Process]:
    """Find what still lives; it is given the time that an exit takes on a busy machine."""
    until = time.monotonic() + _EXIT_TAKES
    while (found := marked(mark, below)) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def words_of(process: psutil.Process) -> list[str]:
    """Give the command line of a process, while it is there."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def name_of(process: psutil.Process) -> str:
    """Name a process, while it is there."""
    try:
        return process.name()
    except psutil.Error:
        return ""


def _is_meant(process: psutil.Process, mark: str, below: Path | None) -> bool:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        if process.environ().get(MARK) != mark:
            return False
        return below is None or any(str(below) in word for word in process.cmdline())
    except psutil.Error:
        return False
