import json
from pathlib import Path

import pytest
from logverdict.meta import Meta
from logverdict.sidecar import SIZE_LIMIT, meta_of, read_meta, with_exit_code


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
