import json
from dataclasses import replace
from pathlib import Path

import pytest
from logverdict.meta import Meta
from logverdict.sidecar import SIZE_LIMIT, meta_of, read_meta, read_sidecars, with_exit_code


def test_the_fields_of_this_program_are_read() -> None:
    meta = meta_of(
        {"run_id": "r", "exit_code": 1, "ended_by": "timeout", "duration": 3, "session_asked": "s"}
    )
    assert (meta.run_id, meta.exit_code, meta.ended_by, meta.duration, meta.session_asked) == (
        "r",
        1,
        "timeout",
        3.0,
        "s",
    )


def test_the_fields_of_the_earlier_wrapper_are_read() -> None:
    meta = meta_of(
        {"resume_session": "s", "elapsed_seconds": 12, "exit_code": 124, "started_at": "2026-11-22T10:00:00Z"}
    )
    assert (meta.session_asked, meta.duration, meta.ended_by) == ("s", 12.0, "timeout")


@pytest.mark.parametrize(("code", "signal"), [(-15, 15), (143, 15), (137, 9)])
def test_a_signal_is_known_however_the_status_tells_it(code: int, signal: int) -> None:
    assert with_exit_code(Meta(), code) == Meta(signal=signal)


@pytest.mark.parametrize("code", [0, 1, 2, 101, 127, 255])
def test_a_plain_status_stays_as_it_is(code: int) -> None:
    assert with_exit_code(Meta(), code) == Meta(exit_code=code)


def test_a_field_of_a_wrong_type_is_unknown_and_harms_nothing_else() -> None:
    strange = {
        "run_id": 7,
        "exit_code": "0",
        "signal": True,
        "ended_by": ["timeout"],
        "duration": "x",
        "session_id": "s",
    }
    assert meta_of(strange) == Meta(session_id="s")


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b" " * (SIZE_LIMIT + 1)])
def test_a_broken_sidecar_counts_as_missing(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.meta.json"
    path.write_bytes(content)
    assert read_meta(path) is None


def test_a_sidecar_is_read_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "x.meta.json"
    path.write_text(json.dumps({"exit_code": 0}))
    assert read_meta(path) == Meta(exit_code=0, path="x.meta.json")


def test_the_summary_of_the_earlier_wrapper_fills_in_what_its_meta_lacks(tmp_path: Path) -> None:
    meta, summary = tmp_path / "x.meta.json", tmp_path / "x.summary.json"
    summary.write_text(
        json.dumps({"id": "r", "sid": "s", "exit": 143, "ok": False, "mdl": "m", "time": 12, "resume": "s-0"})
    )
    found = read_sidecars(meta, summary)
    assert found is not None
    assert (found.run_id, found.session_id, found.signal, found.model) == ("r", "s", 15, "m")
    assert (found.duration, found.session_asked) == (12.0, "s-0")
    meta.write_text('{"exit_code": 0}')
    assert read_sidecars(meta, summary) == replace(found, exit_code=0, signal=None, path="x.meta.json")


def test_no_sidecar_at_all_is_told(tmp_path: Path) -> None:
    assert read_sidecars(tmp_path / "x.meta.json", tmp_path / "x.summary.json") is None


def test_a_duration_too_long_for_a_number_is_unknown() -> None:
    assert meta_of({"duration": 10**400, "elapsed_seconds": 3}).duration == 3.0
