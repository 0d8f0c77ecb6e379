"""Packs: what is right loads, what is wrong is told with file, line, column and caret, all at once."""

import contextlib
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logverdict.errors import RuleError
from logverdict.meta import Meta
from logverdict.rulebook import Ruleset, load_ruleset, packaged_rules
from logverdict.rulebook.schema import RULE_KEYS

GOOD = r"""
patterns:
  cut: stream (disconnected|closed)
rules:
- id: network.stream_cut
  question: ending
  verdict: environmental
  action: resume
  title: The stream broke
  when: >
    turn failed
    and last error ~ ${cut}
  why: Seen when a proxy gives up.
  codex: ">=0.44, <1"
  references: [openai/codex#1]
  examples:
  - log: '{"type":"turn.failed"}'
    meta: {exit_code: 1, duration: 2.5}
    expect: match
  - log: |
      fine
    expect: no match
- id: noise.tool
  question: noise
  cause: noise.missing_tool
  title: A tool is missing
  when: any command failed
  explains: [failed_command]
  overrides: [network.stream_cut]
  why: Benign.
  examples:
  - {log: a, expect: match}
  - {log: b, expect: no match}
"""
EXAMPLES = "\n  examples:\n  - {log: a, expect: match}\n  - {log: b, expect: no match}\n"
HEAD = "rules:\n- id: a.b\n  question: ending\n  verdict: real\n  action: human\n  title: t\n  why: w\n"


TOLD = r"""
bad.yaml:2:12: the pattern is refused: invalid perl operator: (?=
    broken: 'x(?=y)'
             ^
  hint: look-around is outside the RE2 dialect: match the text itself, what must not occur goes into `unless:`
bad.yaml:6:12: `verdict` cannot be `sucess`: it is environmental, real or unknown
    verdict: sucess
             ^
bad.yaml:8:3: there is no key `titel`
    titel: The stream broke
    ^
  hint: did you mean `title`?
bad.yaml:12:16: there is no kind of event `eror`
        and last eror ~ /cut/
                 ^
  hint: did you mean `error`?
bad.yaml:16:3: the rule lacks a near miss
    - {log: a, expect: match}
    ^
  hint: add an example with `log:` and `expect: no match`
bad.yaml:22:25: the pattern is refused: missing ): it\/s "x" (?P<name>
    when: "last command ~ /it\\/s \"x\" (?P<name>/ and turn faild"
                          ^
bad.yaml:22:59: `turn` is never `faild`: it is one of none, open, completed, failed, interrupted
    when: "last command ~ /it\\/s \"x\" (?P<name>/ and turn faild"
                                                            ^
  hint: did you mean `failed`?
bad.yaml:23:21: expected `and`, `or` or the end, not `~`
    unless: lst error ~ /x/
                      ^
  hint: did you mean `last`?
"""


def load(folder: Path, **packs: str | bytes) -> Ruleset:
    for name, content in packs.items():
        raw = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.yaml").write_bytes(raw)
    return load_ruleset([folder])


def mistakes(folder: Path, **packs: str | bytes) -> str:
    started = time.perf_counter()
    with pytest.raises(RuleError) as caught:
        load(folder, **packs)
    assert time.perf_counter() - started < 1
    return str(caught.value).replace(f"{folder}/", "")


def test_good_pack_loads(tmp_path: Path) -> None:
    cut, tool = load(tmp_path, good=GOOD).rules
    assert (cut.id, cut.cause, cut.verdict, cut.action) == (
        "network.stream_cut", "network.stream_cut", "environmental", "resume",
    )  # fmt: skip
    assert (tool.cause, tool.verdict, tool.action, tool.explains) == (
        "noise.missing_tool", None, None, ("failed_command",),
    )  # fmt: skip
    assert cut.examples[0].meta == Meta(exit_code=1, duration=2.5)
    assert [(example.is_match, example.line) for example in cut.examples] == [(True, 17), (False, 20)]
    assert (cut.line, tool.overrides) == (5, ("network.stream_cut",))


def test_packaged_rules_load() -> None:
    assert load_ruleset([packaged_rules()]).rules


def test_all_mistakes_in_a_pack_are_told_at_once(tmp_path: Path) -> None:
    pack = r"""patterns:
  broken: 'x(?=y)'
rules:
- id: network.cut
  question: ending
  verdict: sucess
  action: resume
  titel: The stream broke
  title: The stream broke
  when: |
    turn failed
      and last eror ~ /cut/
  message: 'lost: {detial}'
  why: it breaks
  examples:
  - {log: a, expect: match}
- id: work.red
  question: work
  verdict: real
  action: resume_review
  title: Red
  when: "last command ~ /it\\/s \"x\" (?P<name>/ and turn faild"
  unless: lst error ~ /x/
  message: '{nam}'
  why: red
  examples:
  - {log: a, expect: match}
  - {log: b, expect: no match}
"""
    assert mistakes(tmp_path, bad=pack) == TOLD.strip("\n")


@pytest.mark.parametrize(
    ("pack", "told"),
    [
        ("rules: 3", "bad.yaml:1:8: `rules` is a list"),
        ("- a", "bad.yaml:1:1: a pack is a mapping"),
        ("rule: []", "bad.yaml:1:1: there is no key `rule`"),
        ("rules:\n- 3", "bad.yaml:2:3: a rule is a mapping"),
        ("rules: [a", "bad.yaml:2:1: this is not YAML"),
        ("a: 1\na: 2", "bad.yaml:2:1: the key `a` stands here twice"),
        ("? [a]\n: 1", "bad.yaml:1:3: a key is one word"),
        ("--- {}\n--- {}", "bad.yaml:2:1: a pack is one document"),
        ("patterns: {a-b: x}", "bad.yaml:1:12: a pattern cannot be called `a-b`"),
        ("patterns: {a: }", "the pattern `a` is no text"),
        ("patterns: {a: '.*'}", "bad.yaml:1:16: the pattern matches any text"),
        (r"patterns: {a: '(x)\1'}", "hint: back-references are outside the RE2 dialect"),
        ("patterns: {a: x++}", "hint: RE2 never backtracks"),
        (HEAD + "  when: finished", "bad.yaml:2:7: the rule lacks a near miss"),
        (HEAD + EXAMPLES, "bad.yaml:2:3: the key `when` is missing"),
        (HEAD + "  when:" + EXAMPLES, "`when` should be text"),
        (HEAD + "  when: '  '" + EXAMPLES, "bad.yaml:8:9: `when` is empty"),
        (HEAD + "  when: {a: b}" + EXAMPLES, "bad.yaml:8:9: `when` should be text"),
        (HEAD.replace("a.b", "A b") + "  when: finished" + EXAMPLES, "bad.yaml:2:7: `id` is small letters"),
        (
            HEAD.replace("human", "accept") + "  when: cut" + EXAMPLES,
            "bad.yaml:5:11: `action` cannot be `accept`",
        ),
        (
            HEAD.replace("  action: human\n", "") + "  when: cut" + EXAMPLES,
            "a rule of the question ending needs the key `action`",
        ),
        (
            HEAD.replace("ending", "noise") + "  when: cut" + EXAMPLES,
            "bad.yaml:4:12: a noise rule has no verdict",
        ),
        (
            HEAD + "  explains: [exit_code]\n  when: cut" + EXAMPLES,
            "bad.yaml:8:13: only a noise rule explains",
        ),
        (
            HEAD + "  explains: exit_code\n  when: cut" + EXAMPLES,
            "bad.yaml:8:13: `explains` should be a list",
        ),
        (HEAD + "  codex: new\n  when: cut" + EXAMPLES, "bad.yaml:8:10: `new` is no range of versions"),
        (
            HEAD + "  overrides: [a.c]\n  when: cut" + EXAMPLES,
            "bad.yaml:8:15: there is no rule `a.c` to override",
        ),
        (HEAD + "  overrides: [a.b]\n  when: cut" + EXAMPLES, "bad.yaml:8:15: a rule cannot override itself"),
        (
            HEAD + "  when: cut\n  message: 'x {y}'" + EXAMPLES,
            "bad.yaml:9:15: no pattern of `when` captures `y`",
        ),
        (
            HEAD + "  when: cut\n  examples:\n  - {expect: match}",
            "bad.yaml:10:5: an example has either `log` or",
        ),
        (
            HEAD + "  when: cut\n  examples:\n  - {log: a, expect: match, meta: {exit_cod: 3}}",
            "bad.yaml:10:36: there is no key `exit_cod`",
        ),
        (
            HEAD + "  when: cut\n  examples:\n  - {log: a, expect: match, meta: {exit_code: x}}",
            "bad.yaml:10:47: `exit_code` should be a whole number",
        ),
    ],
)
def test_mistake_in_a_pack_has_its_place(tmp_path: Path, pack: str, told: str) -> None:
    assert told in mistakes(tmp_path, bad=pack)


@pytest.mark.parametrize(
    ("condition", "column", "told"),
    [
        ("erorr = 1", 9, "there is no fact `erorr`"),
        ("error ~ /x/", 9, "`error` is a kind of event, not a fact of the run"),
        ("any command where status failed and output ~ /x/", 45, "`output` is a field of events"),
        ("any command where ouput ~ /x/", 27, "an event of kind command has no field `ouput`"),
        ("any command finishd", 21, "`status` is never `finishd`"),
        ("any message failed", 21, "an event of kind message has no state"),
        ("any usage ~ /x/", 21, "an event of kind usage has no text of its own"),
        ("any command has exit_code = 0", 9, "`has` cannot follow `any`"),
        ("every command", 9, "`every` says nothing of the events"),
        ("exit_code", 9, "`exit_code` is a number: compare it with something"),
        ("exit_code ~ /1/", 21, "`exit_code` is a number: a pattern matches only text"),
        ("exit_code = 3m", 21, "`exit_code` is a number, `3m` is none"),
        ("duration > 30", 20, "`duration` is a duration, `30` is none"),
        ("version > new", 19, "`version` is a version, `new` is none"),
        ("turn > failed", 9, "`turn` is a choice: `>` cannot compare it"),
        ("finished = true", 9, "`finished` is a flag: `=` cannot compare it"),
        ("model = gpt", 17, "`model` is text, so its value stands in quotes"),
        ("count error > 1.5", 23, "a count is a whole number, `1.5` is none"),
        ("any error ~ ${nope}", 21, "there is no pattern ${nope}"),
        ("any error ~ /x/g", 21, "a pattern has no flag `g`"),
        ("any error ~ /.*/", 21, "the pattern matches any text"),
        ("any error ~ /(?:a{1000}){1000}/", 21, "the pattern is refused: invalid repetition size"),
        ("any error after the last mesage", 34, "there is no kind of event `mesage`"),
        ("any error in the last 1.5 events", 31, "a count is a whole number"),
        ("any error followed by mesage", 31, "there is no kind of event `mesage`"),
    ],
)
def test_flaw_of_a_condition_has_its_place(tmp_path: Path, condition: str, column: int, told: str) -> None:
    assert f"bad.yaml:8:{column}: {told}" in mistakes(tmp_path, bad=f"{HEAD}  when: {condition}{EXAMPLES}")


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("when: turn failed and nope", "8:25"),
        ("when: 'model = \"it''s\" and nope'", "8:30"),
        (r'when: "model = \"\x41\u00e9\tb\" and nope"', "8:40"),
        ("when: turn failed\n    and\n\n    nope", "11:5"),
        ("when: |\n\n    turn failed\n\n      and nope", "12:11"),
        ("when: >-\n    turn failed\n    and nope", "10:9"),
        ('when: "turn failed\n    and \\\n    nope"', "10:5"),
        ("when:\n    é = 1", "9:5"),
    ],
)
def test_place_is_that_in_the_file_however_yaml_writes_it(tmp_path: Path, written: str, place: str) -> None:
    assert mistakes(tmp_path, bad=f"{HEAD}  {written}{EXAMPLES}").startswith(f"bad.yaml:{place}: ")


_WORDS = [
    "rules",
    "when",
    "finished",
    "examples",
    "message",
    "{x}",
    "overrides",
    "codex",
    "patterns",
    "expect",
]
_TREES = st.recursive(
    st.sampled_from(_WORDS) | st.none() | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*RULE_KEYS, *_WORDS]), inner)
    ),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(RULE_KEYS), _TREES), min_size=1, max_size=2) | _TREES)
def test_any_tree_is_a_pack_or_a_rule_error(rules: object) -> None:
    with TemporaryDirectory() as folder, contextlib.suppress(RuleError):
        load(Path(folder), any=json.dumps({"rules": rules, "patterns": rules}))


def test_mistakes_of_all_files_are_told_together(tmp_path: Path) -> None:
    first = GOOD.replace("turn failed", "turn faild")
    told = mistakes(tmp_path, a=first, b=GOOD)
    assert "a.yaml:11:10: `turn` is never `faild`" in told
    assert "b.yaml:3:3: there is another pattern `cut` in" in told
    assert "b.yaml:5:7: there is another rule `network.stream_cut` in" in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a: &x [1]\nb: [*x, *x]", "bad.yaml:1:4: packs have no anchors and aliases"),
        (
            "a: !!python/object/apply:os.getcwd []",
            "bad.yaml:1:4: packs have no tags: tag:yaml.org,2002:python",
        ),
        ("a: !own x", "bad.yaml:1:4: packs have no tags: !own"),
        ("[" * 100_000, "this is nested more than 20 levels deep"),
        ("- " * 100_000, "this is nested more than 20 levels deep"),
        ("{a: " * 100_000, "this is nested more than 20 levels deep"),
        ("a: " + "x" * 1_000_000, "bad.yaml:1:1: a rule file has at most 1,000,000 bytes"),
        (f"{HEAD}  when: {'x or ' * 150_000}x{EXAMPLES}", "a condition has at most 10,000 characters"),
        (f"{HEAD}  when: {'(' * 10_000}{EXAMPLES}", "a condition is nested at most 50 levels deep"),
        (f"{HEAD}  when: any error ~ /{'(' * 5_000}{')' * 4_900}/{EXAMPLES}", "the pattern is refused"),
        (f"patterns: {{a: '{'x' * 20_000}'}}", "a pattern has at most 10,000 characters"),
        (b"a: \xff", "bad.yaml:1:1: the file is not UTF-8"),
        (b"a: \x00", "this is not YAML"),
        (b"a: \x1b[31m", "this is not YAML"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_hostile_pack_is_refused_at_once(tmp_path: Path, content: str | bytes, told: str) -> None:
    assert told in mistakes(tmp_path, bad=content)


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="there is no such folder of rules"):
        load_ruleset([tmp_path / "nowhere"])


def test_packs_are_found_in_subfolders_and_patterns_are_shared(tmp_path: Path) -> None:
    (tmp_path / "ending").mkdir()
    patterns, rules = GOOD.split("rules:")
    (tmp_path / "ending" / "a.yaml").write_text("rules:" + rules)
    (tmp_path / "z.yaml").write_text(patterns)
    (tmp_path / "notes.txt").write_text("no pack")
    ruleset = load_ruleset([tmp_path])
    assert len(ruleset.rules) == 2
    assert list(ruleset.patterns) == ["cut"]


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert len(load(tmp_path, good=raw).rules) == 2


def test_digest_changes_with_what_can_change_a_verdict_only(tmp_path: Path) -> None:
    digest = load(tmp_path, good=GOOD).digest
    assert load(tmp_path, good=GOOD.replace("turn failed\n", "turn = failed\n\n")).digest == digest
    assert load(tmp_path, good=GOOD.replace("a proxy gives up", "a proxy breaks")).digest == digest
    assert load(tmp_path, good=GOOD.replace("disconnected|closed", "closed")).digest != digest
    assert load(tmp_path, good=GOOD.replace("turn failed\n", "turn open\n")).digest != digest
    assert load(tmp_path, good=GOOD.replace("action: resume", "action: retry")).digest != digest
