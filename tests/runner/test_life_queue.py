import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from codexjob.errors import LogFolderError
from codexjob.interrupt import Interrupts
from codexjob.life.identity import ProcessIdentity, own_identity
from codexjob.life.repolock import Owner, lock_of, writes
from codexjob.life.turn import Turn
from codexjob.places import STATE_DIR, repository_of, state_folder

MakeTurn = Callable[..., Turn]
DEAD = ProcessIdentity(os.getpid(), 0.0, "another-boot")


@pytest.fixture
def turn(tmp_path: Path) -> Iterator[MakeTurn]:
    """Make turns of jobs in one log folder; all is given back in the end."""
    made: list[Turn] = []

    def make(name: str, repo: str | None = None, limit: int = 8, who: ProcessIdentity | None = None) -> Turn:
        shared = tmp_path / "state"
        folder = tmp_path / (repo or "none")
        folder.mkdir(exist_ok=True)
        owner = Owner(name, str(tmp_path / "runs"), str(folder), who or own_identity())
        made.append(Turn(shared, owner, lock_of(shared, folder) if repo else None, limit))
        return made[-1]

    yield make
    for one in made:
        one.leave()


def test_a_free_repository_and_place_are_taken_at_once(turn: MakeTurn) -> None:
    assert turn("a", "repo").try_now() is None


def test_a_repository_has_one_writer_whose_name_is_told(turn: MakeTurn) -> None:
    first, second = turn("first", "repo"), turn("second", "repo")
    assert first.try_now() is None
    assert "waits for run first to be done with" in (second.try_now() or "")
    first.leave()
    assert second.try_now() is None


def test_places_are_counted_and_given_back(turn: MakeTurn) -> None:
    one, two, three = (turn(name, name, limit=2) for name in ("a", "b", "c"))
    assert (one.try_now(), two.try_now()) == (None, None)
    assert three.try_now() == "waits for one of 2 places (--max-parallel)"
    two.leave()
    assert three.try_now() is None


def test_the_oldest_goes_first(turn: MakeTurn) -> None:
    holder, older, younger = (turn(name, name, limit=1) for name in ("a", "b", "c"))
    assert holder.try_now() is None
    assert older.try_now() is not None
    assert younger.try_now() == "waits behind run b"
    holder.leave()
    assert younger.try_now() == "waits behind run b"
    assert older.try_now() is None


def test_whoever_waits_for_a_repository_holds_up_nobody_else(turn: MakeTurn) -> None:
    writer, blocked, reader, rival = (
        turn("writer", "repo"),
        turn("blocked", "repo"),
        turn("reader"),
        turn("rival", "repo"),
    )
    assert writer.try_now() is None
    assert "writer" in (blocked.try_now() or "")
    assert reader.try_now() is None
    assert rival.try_now() == "waits behind run blocked"


def test_a_dead_job_in_the_queue_is_passed_over(turn: MakeTurn) -> None:
    holder, dead, younger = turn("a", limit=1), turn("dead", limit=1, who=DEAD), turn("c", limit=1)
    assert holder.try_now() is None
    assert dead.try_now() is not None
    holder.leave()
    assert younger.try_now() is None


def test_a_damaged_ticket_holds_up_nobody(turn: MakeTurn, tmp_path: Path) -> None:
    holder = turn("a")
    assert holder.try_now() is None
    (queue,) = (tmp_path / "state" / "queues").iterdir()
    (queue / f"{0:020d}-x.json").write_text("{")
    assert turn("b").try_now() is None


def test_a_signal_ends_the_waiting(turn: MakeTurn) -> None:
    holder, other = turn("a", limit=1), turn("b", limit=1)
    assert holder.try_now() is None
    interrupts, told, beats = Interrupts(), list[str](), list[int]()

    def beat() -> None:
        beats.append(1)
        interrupts.note(15)

    assert other.wait(interrupts, beat=beat, tell=told.append) is False
    assert told == ["waits for one of 1 places (--max-parallel)"]
    holder.leave()
    assert turn("c", limit=1).try_now() is None


HOLDER = """
import sys, time
from pathlib import Path
from codexjob.life.identity import own_identity
from codexjob.life.repolock import Owner, lock_of
shared, repo = Path(sys.argv[1]), Path(sys.argv[2])
lock = lock_of(shared, repo)
assert lock.take(Owner("other", "runs", str(repo), own_identity()))
print("held", flush=True)
time.sleep(120)
"""


def test_a_killed_holder_holds_nothing(turn: MakeTurn, tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "state"), str(tmp_path / "repo")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        waiting = turn("a", "repo")
        assert f"(process {holder.pid}, logs in runs)" in (waiting.try_now() or "")
        holder.kill()
        holder.wait()
        assert waiting.try_now() is None


def test_the_top_of_the_work_tree_is_what_is_locked(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    (repo / "deep" / "er").mkdir(parents=True)
    assert repository_of(repo / "deep") == (repo / "deep").resolve()
    (repo / ".git").mkdir()
    assert repository_of(repo / "deep") == (repo / "deep").resolve()
    (repo / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    assert repository_of(repo / "deep" / "er") == repo.resolve()
    (tmp_path / "link").symlink_to(repo)
    assert repository_of(tmp_path / "link") == repo.resolve()
    (repo / "deep" / ".git").write_text("gitdir: elsewhere\n")
    assert repository_of(repo / "deep" / "er") == (repo / "deep").resolve()


@pytest.mark.parametrize(
    ("args", "is_writer"),
    [
        ((), True),
        (("-s", "read-only"), False),
        (("--sandbox", "read-only"), False),
        (("--sandbox=read-only",), False),
        (("-c", "a=b", "-sread-only"), False),
        (("-s", "workspace-write"), True),
        (("-c", "sandbox_mode=read-only"), True),
    ],
)
def test_only_a_plainly_read_only_job_needs_no_lock(args: tuple[str, ...], is_writer: bool) -> None:
    assert writes(args) is is_writer


def test_the_state_folder_is_the_users_or_the_one_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STATE_DIR, str(tmp_path / "named"))
    assert state_folder() == tmp_path / "named"
    monkeypatch.delenv(STATE_DIR)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tmp_path in state_folder().parents
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(STATE_DIR, str(tmp_path / "file" / "below"))
    with pytest.raises(LogFolderError, match=f"name another one with {STATE_DIR}"):
        state_folder()


def test_an_owner_that_cannot_be_read_is_still_told_of(turn: MakeTurn, tmp_path: Path) -> None:
    assert turn("a", "repo").try_now() is None
    (owner,) = (tmp_path / "state" / "repositories").glob("*.owner.json")
    assert json.loads(owner.read_bytes())["run_id"] == "a"
    owner.write_text("{")
    assert "waits for another job to be done with" in (turn("b", "repo").try_now() or "")
