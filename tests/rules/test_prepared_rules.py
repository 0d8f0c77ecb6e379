import json
import os
import time
from pathlib import Path

import pytest
from logverdict.errors import RuleError
from logverdict.rulebook import PackFolder, Ruleset, prepared
from logverdict.rulebook.kept import key_of, sealed
from logverdict.rulebook.loading import load_ruleset
from logverdict.rulebook.packaged import built_in_packs
from logverdict.rulebook.prepared import prepared_ruleset

RULE = """
patterns:
  words: 'over ?load'
rules:
  - id: server.busy
    question: ending
    verdict: environmental
    action: retry
    title: The server is busy
    when: turn failed and (last error ~ ${words} or count error where (is_retry) > 4) and version >= 0.44
    unless: any command where (exit_code in (1, 2)) after the last message
    codex: ">=0.44"
    why: So.
    examples:
      - log: |
          {"type":"turn.failed","error":{"message":"overload"}}
        expect: match
      - log: |
          {"type":"turn.failed","error":{"message":"nothing"}}
        expect: no match
"""


@pytest.fixture
def packs(tmp_path: Path) -> PackFolder:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "own.yaml").write_text(RULE.replace("when: turn failed and (last error", "when: (last error"))
    return PackFolder(folder, "mine")


def said(ruleset: Ruleset) -> list[tuple[object, ...]]:
    """Give what of a ruleset can be compared: patterns and readers have no equals."""
    fields = (name for name in ruleset.rules[0].__match_args__ if name not in {"when", "unless"})
    names = [name for name in fields if name not in {"why", "examples", "references"}]
    return [tuple(getattr(rule, name) for name in names) for rule in ruleset.rules]


def kept(cache: Path) -> Path:
    (file,) = cache.glob("ruleset-*.json")
    return file


def test_kept_rules_are_those_that_were_read(tmp_path: Path, packs: PackFolder) -> None:
    folders = [built_in_packs(), packs]
    cache = tmp_path / "cache"
    read, again = prepared_ruleset(folders, cache), prepared_ruleset(folders, cache)
    assert said(again) == said(read) == said(load_ruleset(folders))
    assert again.digest == read.digest
    assert {name: one.source for name, one in again.patterns.items()} == {
        name: one.source for name, one in read.patterns.items()
    }
    assert kept(cache).stat().st_mode & 0o777 == 0o600


def test_kept_rules_are_used_without_reading_packs(
    tmp_path: Path, packs: PackFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared_ruleset([packs], tmp_path / "cache")
    monkeypatch.setattr("logverdict.rulebook.loading.load_ruleset", None)
    assert prepared_ruleset([packs], tmp_path / "cache").rules[0].id == "server.busy"


def test_a_changed_pack_is_read_again(tmp_path: Path, packs: PackFolder) -> None:
    cache = tmp_path / "cache"
    before = prepared_ruleset([packs], cache)
    file = tmp_path / "rules" / "own.yaml"
    stamp = file.stat().st_mtime_ns
    file.write_text(file.read_text().replace("server.busy", "server.lazy"))
    os.utime(file, ns=(stamp, stamp))
    assert prepared_ruleset([packs], cache).digest != before.digest
    assert prepared_ruleset([packs], cache).rules[0].id == "server.lazy"


def resealed(raw: bytes, content: bytes) -> bytes:
    """Put other content into a kept file, with a sum that is right."""
    head, _, body = raw.partition(b"\n")
    return sealed(body[: int(head.split()[1])], content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda _raw: b"",
        lambda raw: raw.replace(b"server.busy", b"server.evil"),
        lambda raw: b"0" * len(raw),
        lambda raw: sealed(b"another key", raw.partition(b"{")[2]),
        lambda raw: resealed(raw, b"{}"),
        lambda raw: resealed(raw, b"[1, 2]"),
        lambda raw: resealed(raw, b"[" * 100_000),
        lambda raw: resealed(
            raw, b'{"patterns":[[1]],"named":{},"needs":[],"signs":[],"places":[],"rules":[],"digest":"x"}'
        ),
        lambda raw: resealed(
            raw, b'{"patterns":[],"named":{"a":5},"needs":[],"signs":[],"places":[],"rules":[],"digest":"x"}'
        ),
        lambda raw: resealed(
            raw, b'{"patterns":[],"named":{},"needs":[[7]],"signs":[],"places":[],"rules":[],"digest":"x"}'
        ),
        lambda raw: resealed(
            raw, b'{"patterns":[],"named":{},"needs":[],"signs":[],"places":[],"rules":[["a"]],"digest":"x"}'
        ),
    ],
)
def test_torn_and_foreign_files_are_not_used(tmp_path: Path, packs: PackFolder, damage: object) -> None:
    cache = tmp_path / "cache"
    good = prepared_ruleset([packs], cache)
    file = kept(cache)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    assert said(prepared_ruleset([packs], cache)) == said(good)
    assert said(prepared_ruleset([packs], cache)) == said(good)


@pytest.mark.skipif(os.name == "nt", reason="there are no such modes")
def test_a_file_that_others_can_write_is_not_used(
    tmp_path: Path, packs: PackFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    prepared_ruleset([packs], cache)
    kept(cache).chmod(0o666)
    monkeypatch.setattr("logverdict.rulebook.loading.load_ruleset", lambda _folders: Ruleset((), {}, "read"))
    assert prepared_ruleset([packs], cache).digest == "read"


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path, packs: PackFolder) -> None:
    (tmp_path / "file").write_text("")
    assert prepared_ruleset([packs], tmp_path / "file").rules


def test_wrong_rules_are_told_and_never_kept(tmp_path: Path, packs: PackFolder) -> None:
    (tmp_path / "rules" / "own.yaml").write_text("rules: [1]")
    with pytest.raises(RuleError):
        prepared_ruleset([packs], tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_few_kept_rulesets_stay(tmp_path: Path, packs: PackFolder) -> None:
    file = tmp_path / "rules" / "own.yaml"
    text = file.read_text()
    for number in range(12):
        file.write_text(f"{text}# {number}\n")
        prepared_ruleset([packs], tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == prepared._MOST_KEPT


@pytest.mark.parametrize(
    "condition", ["[[99]]", '[[-2,"","__class__"]]', "[[-1,[5]]]", "[[-3,0]]", "[]", "{"]
)
def test_nothing_but_a_condition_comes_of_a_kept_condition(
    tmp_path: Path, packs: PackFolder, condition: str
) -> None:
    prepared_ruleset([packs], tmp_path / "cache")
    file = kept(tmp_path / "cache")
    raw = file.read_bytes()
    plain = json.loads(raw[raw.index(b'{"patterns"') :])
    plain["rules"][0] = [condition if str(field).startswith("[[") else field for field in plain["rules"][0]]
    plain["patterns"] = []
    plain["named"] = {}
    plain["needs"], plain["signs"] = [None], []
    file.write_bytes(resealed(raw, json.dumps(plain).encode()))
    rule = prepared_ruleset([packs], tmp_path / "cache").rules[0]
    with pytest.raises((LookupError, TypeError, ValueError)):
        rule.when.bound  # noqa: B018  it is made when it is asked for


@pytest.mark.skipif(os.name == "nt", reason="there the time of a change is another one")
def test_files_that_rest_are_known_without_being_read(
    tmp_path: Path, packs: PackFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [(str(packs.path), packs.origin, packs.without)]
    young = key_of(places)
    now = time.time_ns()
    monkeypatch.setattr("time.time_ns", lambda: now + 10_000_000_000)
    rested = key_of(places)
    assert rested != young
    (tmp_path / "rules" / "own.yaml").write_text("rules: []")
    assert key_of(places) != rested
    (tmp_path / "rules" / "more.yaml").touch()
    assert len({young, rested, key_of(places)}) == 3


def test_folders_that_are_left_out_take_no_part(tmp_path: Path) -> None:
    (tmp_path / "off").mkdir()
    places = [(str(tmp_path), "mine", ("off",))]
    before = key_of(places)
    (tmp_path / "off" / "a.yaml").touch()
    assert key_of(places) == before
    assert key_of([(str(tmp_path), "mine", ())]) != before
