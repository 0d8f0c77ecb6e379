"""What holds for all tests."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from codexjob.family import adopt_orphans
from hypothesis import settings

# The same examples each time, so that a red test names the change that made it red; `make fuzz` and
# `HYPOTHESIS_PROFILE=search` look for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_configure() -> None:
    """Take INT and HUP as a program in the foreground does, however the tests were started.

    `nohup` and a shell's background jobs ignore them, every child would inherit that, and a job that is told
    to ignore a signal does so.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def own_state_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep locks, queues and worktrees of the tests apart from those of whoever runs them."""
    folder = tmp_path_factory.mktemp("codexjob-state")
    os.environ["CODEXJOB_STATE_DIR"] = str(folder)
    return folder


@pytest.fixture(autouse=True)
def adopts_no_orphans_for_good() -> Iterator[None]:
    """Let a run inside a test process adopt orphans (Linux), and not those of all later tests."""
    yield
    adopt_orphans(is_wanted=False)
