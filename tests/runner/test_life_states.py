import itertools
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from codexjob.errors import JobFileError, UsageError
from codexjob.life.create import create, first_state, take_up, wall_clock
from codexjob.life.identity import ProcessIdentity, identity_of, is_alive, own_identity
from codexjob.life.jobfiles import JobFiles
from codexjob.life.lookup import find_job
from codexjob.life.state import MEANINGS, TRANSITIONS, IllegalMoveError, moved
from codexjob.life.store import Asked, read_asked, read_state, write_state
from codexjob.request import JobRequest

RUN = "20260101-000000-aaaaaaaa"


def asked(repo: Path) -> Asked:
    return Asked(JobRequest(repo, "do ✔ it", codex_args=("-c", "a=b")), repo, max_parallel=3)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(TRANSITIONS, TRANSITIONS)))
def test_only_the_transitions_of_the_table_are_made(before: str, after: str) -> None:
    state = first_state(RUN, wall_clock())
    path = {
        "queued": [],
        "running": ["running"],
        "finished": ["running", "finished"],
        "failed": ["failed"],
        "cancelled": ["cancelled"],
        "lost": ["lost"],
    }
    for step in path[before]:
        state = moved(state, step, "now")  # type: ignore[arg-type]  # the words of the table
    if after in TRANSITIONS[before]:  # type: ignore[index]
        assert moved(state, after, "now").state == after
    else:
        with pytest.raises(IllegalMoveError, match=f"{after} cannot follow {before}"):
            moved(state, after, "now")  # type: ignore[arg-type]


def test_every_state_has_a_meaning_and_an_end_within_reach() -> None:
    assert set(MEANINGS) == set(TRANSITIONS)
    for state, following in TRANSITIONS.items():
        assert not following or {"cancelled", "failed"} <= following or state == "lost"


def test_a_new_job_is_whole_on_disk_and_held(folder: Path, repo: Path) -> None:
    held = create(folder, asked(repo))
    files = held.files
    assert read_asked(files) == asked(repo)
    state = read_state(files)
    assert state is not None
    assert (state.state, state.runs) == ("queued", (files.run_id,))
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    held.lock.finish()
    assert not files.lock.exists()


def test_only_a_lost_job_is_taken_up(folder: Path, repo: Path) -> None:
    held = create(folder, asked(repo))
    assert take_up(held.files) is None
    held.lock.finish()
    assert take_up(held.files) is None
    state = read_state(held.files)
    assert state is not None
    write_state(held.files, moved(state, "lost", "now"))
    again = take_up(held.files)
    assert again is not None
    assert take_up(held.files) is None
    again.lock.finish()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"run_id": 3}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_state_is_one_clear_message(content: bytes, folder: Path) -> None:
    files = JobFiles(folder, RUN)
    files.state.write_bytes(content)
    with pytest.raises(JobFileError, match=r"state\.json is damaged"):
        read_state(files)


def test_a_request_whose_repository_is_gone_says_so(folder: Path, repo: Path) -> None:
    held = create(folder, asked(repo))
    held.lock.finish()
    repo.rmdir()
    with pytest.raises(UsageError, match="does not exist"):
        read_asked(held.files)


def test_a_job_is_found_by_any_name_of_it(folder: Path, repo: Path) -> None:
    one, other = (create(folder, asked(repo)) for _ in range(2))
    state = read_state(one.files)
    assert state is not None
    later = "20990101-000000-bbbbbbbb"
    write_state(one.files, replace(state, runs=(one.files.run_id, later)))
    letters = one.files.run_id[-8:]
    for name in (one.files.run_id, f"job-{one.files.run_id}", later, letters):
        assert find_job(folder, name) == one.files
    with pytest.raises(UsageError, match="fits 2 jobs"):
        find_job(folder, one.files.run_id[:8])
    for name in ("latest", "no", "20990101-000000-cccccccc", "../../etc/passwd"):
        with pytest.raises(UsageError, match="no job"):
            find_job(folder, name)
    one.lock.finish()
    other.lock.finish()


def test_a_process_is_known_by_its_start_not_by_its_id() -> None:
    own = own_identity()
    assert is_alive(own)
    assert own == identity_of(os.getpid())
    assert not is_alive(ProcessIdentity(own.pid, own.started - 1, own.boot_id))
    assert not is_alive(ProcessIdentity(own.pid, own.started, "another-boot"))


def test_a_zombie_lives_no_more() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = identity_of(child.pid)
    assert identity is not None
    assert is_alive(identity)
    assert child.stdin is not None
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(identity)
    child.wait()
    assert identity_of(child.pid) is None
