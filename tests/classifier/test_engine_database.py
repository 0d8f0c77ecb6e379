"""Many expressions at once: what is found, what is kept, and what is not trusted."""

import os
import sys
from pathlib import Path

import pytest
from logverdict.engine import tables, trial
from logverdict.engine.canary import canary, sure_matches
from logverdict.engine.database import NUMBER_BITS, NUMBER_MASK, PADDING, Database
from logverdict.engine.tables import TablesError
from logverdict.engine.trial import UnfitError
from logverdict.errors import EngineError

pytest.importorskip("hyperscan", reason="the extra `fast` is not installed")

EXPRESSIONS = (rb"^error:", rb"fail(?:ed|ure)", rb"\x0a exited")
DYING = "import os, signal; os.kill(os.getpid(), getattr(signal, 'SIGSEGV', signal.SIGTERM))"


def padded(text: bytes) -> bytearray:
    return bytearray(text + b"error: failed\n" * PADDING)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def database(cache: Path) -> Database:
    return Database(EXPRESSIONS, cache)


def test_hits_are_told_by_their_ends_in_order(database: Database) -> None:
    text = b"a failure\nerror: failed\n exited 1\nno error: here\n"
    hits = [(hit & NUMBER_MASK, text[: hit >> NUMBER_BITS]) for hit in database.hits(padded(text), len(text))]
    assert [(number, head.rpartition(b"\n")[2]) for number, head in hits] == [
        (1, b"a failure"), (0, b"error:"), (1, b"error: failed"), (2, b" exited"),
    ]  # fmt: skip


def test_what_stands_behind_is_not_looked_at(database: Database) -> None:
    assert database.hits(padded(b"err"), 3) == []
    assert database.hits(memoryview(padded(b"error:"))[:-1], 6) == [6 << NUMBER_BITS]


@pytest.mark.parametrize("size", [-1, 4, 1 << 31])
def test_a_text_without_room_behind_it_is_not_scanned(database: Database, size: int) -> None:
    with pytest.raises(ValueError, match="must stand behind"):
        database.hits(b"abc" + bytes(PADDING), size)


def test_a_text_tells_each_expression_once(database: Database) -> None:
    assert database.numbers(b"failed, failure\nerror: failed") == (0, 1)
    assert database.numbers(b"") == ()
    assert database.numbers(b"a\n exited") == (2,)


def test_refused_expressions_are_named() -> None:
    with pytest.raises(TablesError) as refused:
        Database([b"fine", b"(?=look)ahead", b"x*"])
    assert sorted(refused.value.refused) == [1, 2]


def test_kept_tables_are_not_made_again(
    cache: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.numbers(b"failed") == (1,)
    monkeypatch.setattr(trial, "_PROGRAM", DYING)
    again = Database(EXPRESSIONS, cache)
    assert again.numbers(b"failed") == (1,)
    assert again.hits(padded(b"failed"), 6) == [6 << NUMBER_BITS | 1]


@pytest.mark.parametrize("harm", [b"", b"torn", b"\0" * 4000])
def test_a_torn_or_foreign_file_is_not_loaded(
    tmp_path: Path, harm: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database([b"word"], tmp_path)
    (file,) = tmp_path.glob("hyperscan-*")
    whole = file.read_bytes()
    file.write_bytes(harm or whole[:-1])
    monkeypatch.setattr(tables, "loaded", None)
    assert Database([b"word"], tmp_path).hits(padded(b"word"), 4)
    assert file.read_bytes() == whole


@pytest.mark.skipif(os.name == "nt", reason="its files have other rights")
def test_a_file_that_others_can_write_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database([b"word"], tmp_path)
    (file,) = tmp_path.glob("hyperscan-*")
    file.chmod(0o666)
    monkeypatch.setattr(trial, "_PROGRAM", DYING)
    with pytest.raises(EngineError):
        Database([b"word"], tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="no process dies of a signal there")
def test_what_crashes_in_its_trial_is_never_loaded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(trial, "_PROGRAM", DYING)
        with pytest.raises(UnfitError):
            Database([b"word"], tmp_path)
    with pytest.raises(UnfitError, match="ended with -11"):
        Database([b"word"], tmp_path)
    assert Database([b"other"], tmp_path)


def test_a_trial_that_could_not_be_made_is_made_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", str(tmp_path / "none"))
        with pytest.raises(EngineError, match="cannot be tried"):
            Database([b"word"], tmp_path)
    assert Database([b"word"], tmp_path)


def test_the_canary_holds_matches_of_all_and_is_always_the_same() -> None:
    text = canary(EXPRESSIONS)
    assert text == canary(EXPRESSIONS)
    assert {number for number, _ in enumerate(EXPRESSIONS)} == set(Database(EXPRESSIONS).numbers(text))


class Blind:
    """Tables that find nothing, as those of some wheels do behind a stretch of any characters."""

    def info(self) -> bytes:
        """Claim to be sound."""
        return b"Version: 5.4.11 Features:  Mode: BLOCK"

    def scan(self, _text: bytes, _take: object) -> None:
        """Find nothing."""


def test_tables_that_overlook_matches_do_not_pass_their_trial(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(trial, "compiled", lambda _expressions, **_once: Blind())
    order = {"once": False, "expressions": [one.hex() for one in EXPRESSIONS]}
    assert trial.attend(order) == trial._OVERLOOKED
    assert capsysbinary.readouterr().out == b""


def test_tables_of_an_engine_that_is_known_to_overlook_matches_are_not_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = tables.serialised(tables.compiled([b"word"]))
    assert tables.loaded(content) is not None
    monkeypatch.setattr(tables, "KNOWN_TO_MISS", b"Version: ")
    assert tables.loaded(content) is None


def test_every_expression_is_tried_on_texts_that_surely_match() -> None:
    assert {number for number, _ in sure_matches(EXPRESSIONS)} == set(range(len(EXPRESSIONS)))
    assert list(sure_matches([b"(?:a+)+b"])) == []
