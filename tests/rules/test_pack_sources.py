"""Rules from several places: which stands, which replaces which, and what keeps them from being read."""

import os
from pathlib import Path

import pytest
from logverdict.authoring.examples import try_examples
from logverdict.authoring.lint import lint
from logverdict.errors import RuleError
from logverdict.rulebook import (
    OFF_BY_DEFAULT,
    PackFolder,
    Ruleset,
    built_in_packs,
    built_in_ruleset,
    load_ruleset,
    optional_pack,
    packaged_rules,
)
from logverdict.rulebook.yaml_tree import MOST_EVENTS

BUILT_IN = built_in_ruleset()


def a_rule(name: str, extra: str = "", when: str = "turn failed") -> str:
    return (
        f"- id: {name}\n  question: ending\n  verdict: environmental\n  action: human\n  title: t\n  why: w\n"
        f"  when: {when}\n{extra}"
        "  examples:\n  - {log: a, expect: match}\n  - {log: b, expect: no match}\n"
    )


def pack(folder: Path, *rules: str, file: str = "own.yaml") -> PackFolder:
    folder.mkdir(exist_ok=True)
    (folder / file).write_text("rules:\n" + "".join(rules))
    return PackFolder(folder, f"the pack {folder.name}")


def refused(*folders: PackFolder) -> str:
    with pytest.raises(RuleError) as caught:
        load_ruleset(folders)
    return str(caught.value)


def rule_ids(ruleset: Ruleset) -> list[str]:
    return [rule.id for rule in ruleset.rules]


def test_packs_off_by_default_are_not_loaded_with_the_others() -> None:
    assert OFF_BY_DEFAULT == ("compat",)
    assert not [rule for rule in BUILT_IN.rules if rule.cause.startswith("compat.")]
    assert rule_ids(load_ruleset([packaged_rules()])) == rule_ids(BUILT_IN)
    with_compat = built_in_ruleset([optional_pack("compat")])
    assert {rule.origin for rule in with_compat.rules} == {"built-in", "built-in pack compat"}
    assert with_compat.digest != BUILT_IN.digest


def test_a_folder_of_ones_own_may_be_called_like_a_pack_that_is_off(tmp_path: Path) -> None:
    pack(tmp_path / "compat", a_rule("a.b"))
    assert rule_ids(load_ruleset([tmp_path])) == ["a.b"]


def test_the_examples_of_the_compat_pack_hold() -> None:
    tried = try_examples(built_in_ruleset([optional_pack("compat")]))
    own = [one for one in tried if one.rule.cause.startswith("compat.")]
    assert len(own) >= 12
    assert [one.name for one in own if not one.is_right] == []


def test_the_compat_pack_has_no_mistakes() -> None:
    assert [one for one in lint([optional_pack("compat")], [built_in_packs()]) if one.level == "error"] == []


def test_a_rule_says_where_it_comes_from(tmp_path: Path) -> None:
    ruleset = load_ruleset([pack(tmp_path / "one", a_rule("a.b")), pack(tmp_path / "two", a_rule("a.c"))])
    assert [(rule.id, rule.origin) for rule in ruleset.rules] == [
        ("a.b", "the pack one"),
        ("a.c", "the pack two"),
    ]


def test_a_replacement_takes_the_place_of_the_rule_and_says_so(tmp_path: Path) -> None:
    one = pack(tmp_path / "one", a_rule("a.b"), a_rule("a.c"))
    two = pack(tmp_path / "two", a_rule("a.b", "  replaces: true\n", "turn open"))
    first, second = load_ruleset([one, two]).rules
    assert (first.id, first.when.written, first.origin) == ("a.b", "turn open", "the pack two")
    assert first.replaced == f"{tmp_path}/one/own.yaml:2"
    assert (second.id, second.replaced) == ("a.c", None)


def test_the_last_of_several_replacements_stands(tmp_path: Path) -> None:
    folders = [pack(tmp_path / "one", a_rule("a.b"))]
    for name, when in (("two", "turn open"), ("three", "turn none")):
        folders.append(pack(tmp_path / name, a_rule("a.b", "  replaces: true\n", when)))
    (rule,) = load_ruleset(folders).rules
    assert (rule.when.written, rule.replaced) == ("turn none", f"{tmp_path}/two/own.yaml:2")


def test_a_built_in_rule_can_be_replaced_and_the_digest_changes(tmp_path: Path) -> None:
    own = pack(tmp_path / "one", a_rule("limit.rate", "  replaces: true\n"))
    ruleset = built_in_ruleset([own])
    assert rule_ids(ruleset) == rule_ids(BUILT_IN)
    assert ruleset.digest != BUILT_IN.digest


def test_an_id_that_is_taken_is_told_with_both_places_and_the_way_out(tmp_path: Path) -> None:
    told = refused(pack(tmp_path / "one", a_rule("a.b")), pack(tmp_path / "two", a_rule("a.b")))
    assert f"{tmp_path}/two/own.yaml:2:7: there is another rule `a.b` in {tmp_path}/one/own.yaml:2" in told
    assert "hint: write `replaces: true` to take its place, else choose another id" in told


def test_within_one_folder_an_id_stands_once_whatever_it_says(tmp_path: Path) -> None:
    told = refused(pack(tmp_path / "one", a_rule("a.b"), a_rule("a.b", "  replaces: true\n")))
    assert "own.yaml:12:7: there is another rule `a.b`" in told
    assert "replaces: true` to take" not in told


def test_a_replacement_of_nothing_says_what_was_meant(tmp_path: Path) -> None:
    own = pack(tmp_path / "one", a_rule("limit.rates", "  replaces: true\n"))
    told = refused(built_in_packs(), own)
    assert "own.yaml:2:7: there is no rule `limit.rates` to replace" in told
    assert "hint: did you mean `limit.rate`?" in told


def test_whether_a_rule_replaces_is_yes_or_no(tmp_path: Path) -> None:
    told = refused(pack(tmp_path / "one", a_rule("a.b", "  replaces: [a.c]\n")))
    assert "own.yaml:9:13: `replaces` should be true or false" in told


def test_overrides_that_lead_in_a_circle_are_refused_with_the_whole_way(tmp_path: Path) -> None:
    rules = [a_rule(f"a.{at}", f"  overrides: [a.{(at + 1) % 3}]\n") for at in range(3)]
    told = refused(pack(tmp_path / "one", *rules))
    assert told.count("these overrides lead back to the rule itself") == 1
    assert "a.0 > a.1 > a.2 > a.0" in told or "a.1 > a.2 > a.0 > a.1" in told or "a.2 > a.0 > a.1" in told


def test_a_circle_of_very_many_rules_is_found_without_going_round_for_each(tmp_path: Path) -> None:
    rules = [f"- {{id: a.r{at}, overrides: [a.r{(at + 1) % 900}]}}\n" for at in range(900)]
    with pytest.raises(RuleError) as caught:
        load_ruleset([pack(tmp_path / "one", *rules)])
    (told,) = [one.message for one in caught.value.mistakes if "lead back" in one.message]
    assert len(told) < 150


def test_a_replacement_can_open_a_circle(tmp_path: Path) -> None:
    one = pack(tmp_path / "one", a_rule("a.b", "  overrides: [a.c]\n"), a_rule("a.c", "  overrides: [a.b]\n"))
    two = pack(tmp_path / "two", a_rule("a.c", "  replaces: true\n"))
    assert rule_ids(load_ruleset([one, two])) == ["a.b", "a.c"]


def test_lint_of_a_replacement_speaks_of_the_new_rule_only(tmp_path: Path) -> None:
    own = pack(tmp_path / "one", a_rule("limit.rate", "  replaces: true\n", "finished and turn failed"))
    remarks = lint([own], [built_in_packs()])
    assert "unreachable" in {remark.code for remark in remarks}
    assert {remark.mistake.file for remark in remarks} == {f"{tmp_path}/one/own.yaml"}


def test_lint_leaves_out_a_folder_whose_name_only_begins_alike(tmp_path: Path) -> None:
    other = pack(tmp_path / "rules-old", a_rule("a.b", when="finished"))
    own = pack(tmp_path / "rules", a_rule("a.c"))
    files = {remark.mistake.file for remark in lint([own], [built_in_packs(), other])}
    assert files <= {f"{tmp_path}/rules/own.yaml"}


def test_a_link_that_leads_back_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).symlink_to(tmp_path)
    pack(tmp_path, a_rule("a.b"))
    assert "a:1:1: this link leads to a folder that is read already" in refused(PackFolder(tmp_path, "x"))


def test_a_link_to_another_folder_is_followed(tmp_path: Path) -> None:
    pack(tmp_path / "team", a_rule("a.b"))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "shared").symlink_to(tmp_path / "team")
    assert rule_ids(load_ruleset([tmp_path / "own"])) == ["a.b"]


def test_rules_too_deep_down_are_told_not_passed_over(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*(f"d{at}" for at in range(9)))
    deep.mkdir(parents=True)
    assert "rules stand at most 8 folders deep" in refused(PackFolder(tmp_path, "x"))


def test_a_folder_of_everything_is_refused_before_it_is_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("logverdict.rulebook.rule_files.MOST_ENTRIES", 3)
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).touch()
    assert "there are more than 3 files and folders here" in refused(PackFolder(tmp_path, "x"))


def test_what_is_no_plain_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    assert load_ruleset([tmp_path]).rules == ()


def test_a_pack_of_too_many_values_is_refused_where_they_become_too_many(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("- x\n" * (2 * MOST_EVENTS))
    told = refused(PackFolder(tmp_path, "x"))
    assert "this is more than a pack may hold" in told
    assert f"own.yaml:{MOST_EVENTS - 2}:" in told


def test_of_very_many_mistakes_the_first_are_told(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("rules:\n" + "- x\n" * 1000)
    told = refused(PackFolder(tmp_path, "x"))
    assert (told.count("a rule is a mapping"), told.splitlines()[-1]) == (50, "and 950 more mistakes")


def test_a_colon_in_a_condition_is_explained(tmp_path: Path) -> None:
    told = refused(pack(tmp_path, a_rule("a.b", when="last error ~ /last status: 429/")))
    assert "hint: a text with `: ` in it stands in quotes, or on the lines below `>-`" in told


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(x)" * 21, "a pattern has at most 20 groups, this has 21"),
        ("(?:abc|d.f){990}(?:abc|d.f){990}", "a pattern takes at most 8,000 steps"),
        (r"\pL{900}\pN{900}\pL{900}", "the repetitions of a pattern count to 2,000 at most, these to 2,700"),
        ("(?:.|é){1000}y", "a pattern takes at most 8,000 steps, this takes 8,005"),
    ],
)
def test_a_pattern_that_would_be_slow_on_every_log_is_refused(
    tmp_path: Path, pattern: str, told: str
) -> None:
    (tmp_path / "own.yaml").write_text(f"patterns:\n  slow: '{pattern}'\n")
    assert told in refused(PackFolder(tmp_path, "x"))


def test_what_repeats_catastrophically_elsewhere_is_an_ordinary_pattern_here(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("patterns: {slow: '(a+)+$'}\n")
    assert not load_ruleset([tmp_path]).patterns["slow"].matches("a" * 100_000 + "b")


def test_a_condition_with_many_wrong_patterns_tells_of_the_first_few(tmp_path: Path) -> None:
    when = " or ".join(["last error ~ /x(?=y)/"] * 300)
    told = refused(pack(tmp_path, a_rule("a.b", when=when)))
    assert told.count("the pattern is refused") == 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("patterns:\n" + "".join(f"  p{at}: x{at}\n" for at in range(301)), "names at most 300 patterns"),
        ("rules:\n" + "- {id: a.b}\n" * 1001, "has at most 1,000 rules, this 1,001"),
    ],
)
def test_a_pack_of_too_many_parts_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "own.yaml").write_text(text)
    assert told in refused(PackFolder(tmp_path, "x"))


def test_rules_of_an_unreadable_pack_are_not_told_as_missing(tmp_path: Path) -> None:
    folder = pack(tmp_path / "own", a_rule("my.cause", "  overrides: [lost.cause]\n"))
    assert "there is no rule `lost.cause`" in refused(folder)
    (tmp_path / "own" / "torn.yaml").write_text("rules: [\n")
    told = refused(folder)
    assert "this is not YAML" in told
    assert "lost.cause" not in told
