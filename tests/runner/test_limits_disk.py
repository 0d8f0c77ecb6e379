import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from codexjob.errors import LogFolderError
from codexjob.files import RunFiles, claim, free_space, hold_space, make_folder, write_json
from codexjob.launch import Surroundings, launch
from codexjob.process import Graces
from codexjob.recorder import Sink
from codexjob.request import JobRequest, RunRequest

Job = Callable[..., JobRequest]
FakeCodex = Callable[[str], Path]
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a device of Linux")
FLOOD = "session()\nwhile True:\n    item('completed', 'agent_message', text='x' * 60000)\n"
# A limit on the size of files fails the writes of codexjob, and of nobody else, in the middle of a line.
LIMITED = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from codexjob.interrupt import Interrupts
from codexjob.process import Graces
from codexjob.launch import Surroundings, launch
from codexjob.request import JobRequest, RunRequest
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
job = JobRequest(Path(sys.argv[1]), "do it", codex=sys.argv[2], timeout=20.0)
print(launch(RunRequest(job, "first", "do it"), Surroundings(Path(sys.argv[3]), Interrupts())).meta.ended_by)
"""


def test_full_disk_while_capturing_ends_codex_and_keeps_the_record(
    fake_codex: FakeCodex, repo: Path, folder: Path, read_json: Callable[[Path], Any]
) -> None:
    argv = [sys.executable, "-c", LIMITED, str(repo), str(fake_codex(FLOOD)), str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "disk_full\n", "")
    (record,) = folder.glob("*.jsonl")
    whole, _, _ = record.read_bytes().rpartition(b"\n")
    assert all(json.loads(line) for line in whole.splitlines())
    (meta,) = folder.glob("*.meta.json")
    assert read_json(meta)["ended_by"] == "disk_full"
    assert "File too large" in read_json(meta)["note"]


@needs_full
def test_full_disk_keeps_codex_drained_until_it_ends(
    fake_codex: FakeCodex, job: Job, around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunFiles, "stderr", Path("/dev/full"))
    body = (
        "signal.signal(signal.SIGINT, lambda *_: sys.exit(1))\nprint('x', file=sys.stderr, flush=True)\n"
        + FLOOD
    )
    asked = job(fake_codex(body))
    claimed = RunFiles(around.folder, "20260101-000000-aaaaaaaa")
    patient = replace(around, graces=Graces(interrupt=20.0), claim=lambda *_: claimed)
    outcome = launch(RunRequest(asked, "first", asked.task, codex_version="0.169.0"), patient)
    assert (outcome.meta.ended_by, outcome.meta.exit_code) == ("disk_full", 1)
    assert "No space left" in (outcome.meta.note or "")


@needs_full
def test_first_error_of_a_sink_is_kept() -> None:
    sink = Sink(Path("/dev/full"))
    sink.write(b"x")
    sink.write(b"y")
    sink.close()
    assert sink.error is not None
    assert sink.error.strerror == "No space left on device"


def test_space_is_held_and_given_back(folder: Path) -> None:
    files = RunFiles(folder, "20260101-000000-aaaaaaaa")
    hold_space(files)
    assert files.reserve.stat().st_size > 100_000
    hold_space(files)
    free_space(files)
    free_space(files)
    assert not list(folder.iterdir())


def test_json_file_is_replaced_whole_or_not_at_all(folder: Path) -> None:
    path = folder / "a.meta.json"
    write_json(path, {"a": "é"})
    with pytest.raises(TypeError):
        write_json(path, {"a": object()})
    assert json.loads(path.read_bytes()) == {"a": "é"}
    assert list(folder.iterdir()) == [path]


def test_json_file_that_cannot_be_written_is_one_clear_message(folder: Path) -> None:
    (folder / "taken").mkdir()
    with pytest.raises(LogFolderError, match=r"cannot write .*taken"):
        write_json(folder / "taken", {})
    assert list(folder.iterdir()) == [folder / "taken"]


def test_log_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(LogFolderError, match="cannot make the log folder"):
        make_folder(tmp_path / "runs")


def test_log_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    made = make_folder(tmp_path / "a" / "runs")
    assert made.is_absolute()
    assert made.stat().st_mode & 0o777 == 0o700


def test_run_ids_in_one_folder_never_meet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(["x", "x", "y"])
    monkeypatch.setattr("codexjob.files.new_run_id", lambda _: next(names))
    now = datetime.now(UTC)
    assert [claim(folder, now).run_id, claim(folder, now).run_id] == ["x", "y"]
