"""Packed logs: what was packed comes out, and nothing eats the machine."""

import gzip
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logverdict.classify import classify
from logverdict.errors import SourceError
from logverdict.meta import Meta
from logverdict.rulebook import load_ruleset, packaged_rules
from logverdict.source import find_logs
from logverdict.unpack import unpack

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKERS = (gzip.compress, zstd.compress)
packers = pytest.mark.parametrize("pack", PACKERS, ids=["gzip", "zstd"])


@given(st.binary(max_size=2000), st.sampled_from(PACKERS), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_what_was_packed_comes_out(data: bytes, pack: Callable[[bytes], bytes], members: int) -> None:
    unpacked = unpack(pack(data) * members)
    assert (unpacked.content[:], unpacked.is_cut) == (data * members, False)


@given(st.binary(max_size=300), st.sampled_from(PACKERS), st.data())
@settings(max_examples=100, deadline=None)
def test_a_damaged_archive_is_read_as_far_as_it_goes(
    data: bytes, pack: Callable[[bytes], bytes], draw: st.DataObject
) -> None:
    packed = pack(data)
    cut = draw.draw(st.integers(4, len(packed) - 1))
    unpacked = unpack(packed[:cut])
    assert data.startswith(unpacked.content[:])
    assert unpacked.is_cut
    unpack(packed[:cut] + draw.draw(st.binary(max_size=20)))


@packers
def test_a_bomb_is_refused_before_it_goes_off(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(SourceError, match="unpacks to more"):
        unpack(pack(bytes(20 << 20)), 1 << 20)


@packers
def test_a_big_archive_stays_on_disk(pack: Callable[[bytes], bytes]) -> None:
    data = b"0123456789abcdef" * (1 << 20)
    content = unpack(pack(data)).content
    assert not isinstance(content, bytes)
    assert content[-20:] == data[-20:]


def test_anything_else_is_handed_on() -> None:
    assert unpack(b"\x1f\x8b").content == b"\x1f\x8b"
    assert unpack(b"").content == b""


@packers
def test_packed_runs_are_found_with_what_lies_beside_them(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    ending = ".gz" if pack is gzip.compress else ".zst"
    (tmp_path / f"a.jsonl{ending}").write_bytes(pack(b"stream"))
    (tmp_path / f"a.stderr{ending}").write_bytes(pack(b"noise"))
    (tmp_path / f"a.log{ending}").write_bytes(pack(b"readable"))
    (tmp_path / "a.meta.json").write_text('{"exit_code": 3}')
    (tmp_path / f"b.log{ending}").write_bytes(pack(b"human"))
    (tmp_path / f"b.meta.json{ending}").write_bytes(pack(b'{"exit_code": 4}'))
    (tmp_path / "b.log").write_bytes(b"human")
    first, second = find_logs([str(tmp_path)], io.BytesIO())
    assert first.parts == {"jsonl": b"stream", "stderr": b"noise"}
    assert (first.meta.exit_code, second.meta.exit_code) == (3, 4)
    assert second.path.endswith("b.log")


@packers
def test_a_packed_log_needs_no_name(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(pack(b"log"))
    named, piped = find_logs([str(tmp_path / "x"), "-"], io.BytesIO(pack(b"piped")))
    assert (named.parts, piped.parts) == ({"log": b"log"}, {"log": b"piped"})


def test_a_cut_archive_is_never_called_a_success(tmp_path: Path) -> None:
    log = (
        b'{"type":"thread.started","thread_id":"t"}\n{"type":"turn.started"}\n'
        b'{"type":"item.completed","item":{"id":"a","type":"agent_message","text":"Done."}}\n'
        b'{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}\n'
    )
    path = tmp_path / "x.jsonl.gz"
    ruleset = load_ruleset([packaged_rules()])
    path.write_bytes(gzip.compress(log))
    assert classify(next(find_logs([str(path)], io.BytesIO())), ruleset).success
    path.write_bytes(gzip.compress(log)[:-8])
    verdict = classify(next(find_logs([str(path)], io.BytesIO())), ruleset)
    assert (verdict.success, verdict.action) == (False, "verify")
    assert "end" in verdict.parts_missing


def test_a_log_that_is_too_large_has_a_cause_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.log.gz"
    path.write_bytes(gzip.compress(bytes(1 << 20)))
    monkeypatch.setattr("logverdict.source.unpack", lambda content: unpack(content, 1000))
    (log,) = find_logs([str(path)], io.BytesIO())
    verdict = classify(log, load_ruleset([packaged_rules()]))
    assert (verdict.cause, verdict.success) == ("log.too_large", False)
    assert "x.log.gz" in verdict.reason
    assert log.meta == Meta()
