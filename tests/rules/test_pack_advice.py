"""What an author is told who got something wrong: where, why, and what to write instead."""

from pathlib import Path

import pytest
from logverdict.authoring.examples import try_examples
from logverdict.authoring.lint import lint
from logverdict.authoring.report import try_rules
from logverdict.authoring.written import Remark
from logverdict.rulebook import load_ruleset

TURN = '{"type":"turn.started"}'
DOWN = '{"type":"turn.failed","error":{"message":"the moon is down"}}'
UP = '{"type":"turn.failed","error":{"message":"the moon is up"}}'
GOOD = "turn failed and last turn ~ /the moon is down/"


def example(*lines: str, expect: str = "match") -> str:
    return "".join(["  - log: |\n", *(f"      {line}\n" for line in lines), f"    expect: {expect}\n"])


def pack(examples: str = example(TURN, DOWN), **changed: str) -> str:
    keys = {"id": "moon.down", "question": "ending", "verdict": "environmental", "action": "human"}
    keys |= {"title": "t", "when": GOOD, "why": "w"} | changed
    written = "\n  ".join(f"{key}: {value}" for key, value in keys.items())
    return f"rules:\n- {written}\n  examples:\n{examples}{example(TURN, UP, expect='no match')}"


def write_packs(folder: Path, text: str) -> None:
    """Write a pack, and beside it stand-ins for the patterns that every ruleset needs."""
    names = ("test_runner", "build_tool", "tests_passed", "tests_failed", "check_not_run")
    (folder / "checks.yaml").write_text(
        "\n  ".join(("patterns:", *(f"{one}: words of {one}" for one in names)))
    )
    (folder / "own.yaml").write_text(text)


def linted(folder: Path, text: str) -> tuple[Remark, ...]:
    write_packs(folder, text)
    return tuple(one for one in lint([folder]) if one.code != "dead-pattern")


def only(remarks: tuple[Remark, ...]) -> Remark:
    (remark,) = remarks
    return remark


@pytest.mark.parametrize(
    ("key", "value", "advice"),
    [
        ("id", "Moon Down", "did you mean `moon_down`?"),
        ("verdict", "success", "no rule makes a success"),
        ("action", "accept", "no rule makes a success"),
        ("when", "duration > 3 hours", "write 30s, 10m or 2h"),
        ("when", "version > 0.144.x", "write 0.148 or 0.144.6"),
        ("codex", '">=0.44.x"', "write >=0.44, <0.148"),
        ("when", 'last error contains "the moon"', "a pattern stands between slashes"),
        ("when", 'last error ~ "the moon"', "a pattern stands between slashes"),
        ("when", 'last error ~ "the moon', "ends with a double quote on the same line"),
        ("overrides", "moon.up", "on a line that begins with `- `"),
    ],
)
def test_a_mistake_comes_with_what_to_write(tmp_path: Path, key: str, value: str, advice: str) -> None:
    assert advice in only(linted(tmp_path, pack(**{key: value}))).mistake.hint


def test_an_example_that_expects_nothing_known_is_one_mistake(tmp_path: Path) -> None:
    remark = only(linted(tmp_path, pack(example(TURN, DOWN, expect="matches"))))
    assert remark.mistake.hint == "did you mean `match`?"


@pytest.mark.parametrize(
    ("lines", "expect", "why"),
    [
        (("ERROR: the moon is down",), "match", "`turn = failed` is none"),
        ((TURN, UP), "match", "there are 2 events of that kind, the nearest: the moon is up"),
        ((TURN, DOWN), "no match", "on line 2: the moon is down"),
    ],
)
def test_a_failed_example_says_why(tmp_path: Path, lines: tuple[str, ...], expect: str, why: str) -> None:
    examples = example(TURN, DOWN) + example(*lines, expect=expect)
    found = [one for one in linted(tmp_path, pack(examples)) if one.code == "failed-example"]
    assert why in only(tuple(found)).mistake.message
    (told,) = try_rules(load_ruleset([tmp_path]), None).why_not.values()
    assert why in told


def test_an_unless_that_holds_is_named(tmp_path: Path) -> None:
    write_packs(tmp_path, pack(unless="not finished"))
    (told,) = try_rules(load_ruleset([tmp_path]), None).why_not.values()
    assert told == "`unless` holds: `not finished`"


def test_a_file_beside_the_pack_is_tried_like_an_inline_log(tmp_path: Path) -> None:
    (tmp_path / "down.jsonl").write_text(f"{TURN}\n{DOWN}\n")
    (tmp_path / "up.jsonl").write_text(f"{TURN}\n{UP}\n")
    files = "".join(f"  - file: {name}.jsonl\n    expect: match\n" for name in ("down", "up"))
    write_packs(tmp_path, pack(example(TURN, DOWN) + files))
    tried = list(try_examples(load_ruleset([tmp_path])))
    assert [one.is_right for one in tried] == [True, True, False, True]


def test_a_file_that_is_not_there_fails_whatever_is_expected_of_it(tmp_path: Path) -> None:
    files = "  - file: nowhere.jsonl\n    expect: no match\n"
    text = pack(example(TURN, DOWN) + files)
    assert only(linted(tmp_path, text)).code == "missing-file"
    assert not try_rules(load_ruleset([tmp_path]), None).is_good


def test_a_file_does_not_stand_for_the_inline_example(tmp_path: Path) -> None:
    remark = only(linted(tmp_path, pack("  - file: down.jsonl\n    expect: match\n")))
    assert remark.mistake.message == "the rule lacks an example that matches"
    assert "one with `file:` stands beside it" in remark.mistake.hint


def test_a_folder_without_rule_files_is_told(tmp_path: Path) -> None:
    assert only(lint([tmp_path])).code == "no-rules"


def test_a_file_that_only_looks_like_a_pack_is_told(tmp_path: Path) -> None:
    (tmp_path / "more.yml").write_text("rules: []\n")
    assert only(linted(tmp_path, pack())).code == "not-read"


def test_a_broken_pack_is_told_of_alone_and_not_with_all_that_names_its_rules(tmp_path: Path) -> None:
    named = pack(overrides="[sun.down]").replace("/the moon is down/", "${sun}")
    (tmp_path / "sun.yaml").write_text("patterns:\n  sun: the sun\nrules:\n- id: sun.down\n \twhen: x\n")
    assert only(linted(tmp_path, named)).mistake.message.startswith("this is not YAML")
    (tmp_path / "sun.yaml").unlink()
    assert len(linted(tmp_path, named)) == 2
