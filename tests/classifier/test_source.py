import io
import os
from pathlib import Path

import pytest
from logverdict.meta import Meta
from logverdict.source import READABLE_MARK, find_logs


def found(*paths: Path | str, stdin: bytes = b"") -> list[tuple[str, list[str]]]:
    logs = find_logs(map(str, paths), io.BytesIO(stdin))
    return [(Path(log.path).name, sorted(log.parts)) for log in logs]


def test_logs_come_in_the_order_given(tmp_path: Path) -> None:
    for name in ("b.log", "a.jsonl"):
        (tmp_path / name).write_bytes(b"x")
    assert found(tmp_path / "b.log", "-", tmp_path / "a.jsonl") == [
        ("b.log", ["log"]),
        ("-", ["log"]),
        ("a.jsonl", ["log"]),
    ]


def test_a_folder_gives_each_run_once_sorted(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in (
        "b.jsonl",
        "b.stderr",
        "b.log",
        "b.meta.json",
        "b.verdict.json",
        "b.summary.json",
        "deep/c.log",
        "a.log",
    ):
        (tmp_path / name).write_bytes(b"{}")
    assert found(tmp_path) == [("a.log", ["log"]), ("b.jsonl", ["jsonl", "stderr"]), ("c.log", ["log"])]


def test_the_readable_log_of_a_run_is_never_judged_instead_of_its_record(tmp_path: Path) -> None:
    (tmp_path / "r.log").write_bytes(READABLE_MARK + b" of run r\nERROR: stream disconnected")
    (tmp_path / "r.jsonl").write_bytes(b"record")
    (tmp_path / "r.stderr").write_bytes(b"")
    (log,) = find_logs([str(tmp_path / "r.log")], io.BytesIO())
    assert (Path(log.path).name, log.parts) == ("r.log", {"jsonl": b"record", "stderr": b""})


def test_a_human_log_beside_a_stream_of_the_same_stem_is_read_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.log").write_bytes(b"human")
    (tmp_path / "r.jsonl").write_bytes(b"record")
    (log,) = find_logs([str(tmp_path / "r.log")], io.BytesIO())
    assert log.parts == {"log": b"human"}


def test_the_sidecar_beside_a_log_is_used_by_itself(tmp_path: Path) -> None:
    (tmp_path / "r.log").write_bytes(b"x")
    (tmp_path / "r.meta.json").write_text('{"exit_code": 1}')
    (log,) = find_logs([str(tmp_path / "r.log")], io.BytesIO())
    assert log.meta == Meta(exit_code=1, path="r.meta.json")
    assert log.missing == ()


def test_a_path_that_is_not_there_is_an_answer_and_no_exception(tmp_path: Path) -> None:
    (log,) = find_logs([str(tmp_path / "none.log")], io.BytesIO())
    assert log.trouble is not None
    assert "none.log" in log.trouble


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_log_without_permission_is_an_answer_and_no_exception(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.touch(mode=0)
    (log,) = find_logs([str(path)], io.BytesIO())
    assert log.trouble is not None


def test_a_rollout_named_after_a_run_is_a_part_of_it_and_no_run_of_its_own(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.stderr", "a.rollout.jsonl", "b.log", "b.rollout.jsonl", "c.rollout.jsonl"):
        (tmp_path / name).write_bytes(b"x")
    assert found(tmp_path) == [
        ("a.jsonl", ["jsonl", "rollout", "stderr"]),
        ("b.log", ["log", "rollout"]),
        ("c.rollout.jsonl", ["log"]),
    ]
