"""Lines that several writers add to one file stay whole, whatever happens."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from codexjob.telling.appending import append_line, keep_lines

WRITER = """
import json, sys
from pathlib import Path
from codexjob.telling.appending import append_line
for number in range(40):
    line = json.dumps({"writer": sys.argv[2], "number": number, "long": "x" * (number * 4000)})
    append_line(Path(sys.argv[1]), line)
"""


def test_lines_of_many_writers_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(name)]) for name in range(4)]
    assert [writer.wait(120) for writer in writers] == [0] * 4
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    for name in map(str, range(4)):
        assert [line["number"] for line in lines if line["writer"] == name] == list(range(40))


def test_a_line_that_a_killed_writer_cut_stays_apart(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"whole": 1}\n{"cut": ')
    append_line(path, '{"next": 1}')
    assert path.read_text().splitlines() == ['{"whole": 1}', '{"cut": ', '{"next": 1}']


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="regular file"):
        append_line(tmp_path / "pipe", "x")


def test_a_file_that_was_replaced_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    append_line(path, "one")
    append_line(path, "two")
    keep_lines(path, lambda line: line != b"one")
    append_line(path, "three")
    assert path.read_text() == "two\nthree\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    body = f"""
import resource
from pathlib import Path
from codexjob.telling.appending import append_line
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
append_line(Path({str(path)!r}), "first")
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    append_line(Path({str(path)!r}), "x" * 300)
except OSError as err:
    print(err.strerror)
"""
    done = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == os.strerror(27)
    assert path.read_text() == "first\n"
