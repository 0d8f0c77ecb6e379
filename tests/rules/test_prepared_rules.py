import hashlib
import os
from pathlib import Path

import pytest
from logverdict.errors import RuleError
from logverdict.rulebook import PackFolder, Ruleset, prepared
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


def sealed(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda _raw: b"",
        lambda raw: raw.replace(b"server.busy", b"server.evil"),
        lambda _raw: sealed(b"{}"),
        lambda _raw: sealed(b"[1, 2]"),
        lambda _raw: sealed(b"[" * 100_000),
        lambda _raw: sealed(b'{"rows":[[999]],"rules":[[0]],"patterns":{},"digest":"x"}'),
        lambda _raw: sealed(b'{"rows":[[-2,"","__class__"]],"rules":[[0]],"patterns":{},"digest":"x"}'),
        lambda _raw: sealed(b'{"rows":[[-1,1]],"rules":[[0]],"patterns":{},"digest":"x"}'),
        lambda _raw: sealed(b'{"rows":[[-3,"(",false]],"rules":[],"patterns":{"a":[5]},"digest":"x"}'),
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
