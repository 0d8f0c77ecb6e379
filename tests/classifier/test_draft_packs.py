"""Drafts as YAML, packs that grow, and the texts that look most alike."""

import pytest
from logverdict.authoring.pack_growth import grown
from logverdict.authoring.similar import _by_blocks, most_similar
from logverdict.authoring.written_draft import DraftedExample, DraftedRule, rule_yaml
from logverdict.rulebook import PackFolder
from logverdict.rulebook.pack import Pack, read_pack
from logverdict.rulebook.packaged import packaged_rules
from logverdict.rulebook.yaml_tree import plain

DRAFT = DraftedRule(
    id="own.rule",
    question="ending",
    cause="own.rule",
    verdict="environmental",
    action="retry",
    title="It's: a #title",
    when="turn failed and last error ~ /a: b # c 'd' \"e\"  f/",
    why="Because: it is so.",
    examples=(
        DraftedExample(
            '{"type":"turn.started"}\n  tab\there\n', is_match=True, origin="", meta={"exit_code": 1}
        ),
        DraftedExample("one line \x1b[31m \u202e é\n", is_match=False, origin="", meta={}),
    ),
)
PACKS = (
    "",
    "# only a comment\n",
    "rules:\n",
    "patterns:\n  mine: 'a b'\n",
    "rules:\n- id: a.b\n  title: x\n",
    "rules:\n- id: a.b\n  title: x",
    "rules:\n  - id: a.b\n    why: >\n      text\n\n      more\n\n# patterns\npatterns:\n  mine: 'a b'\n",
    "rules:\n- id: a.b\n  why: |\n    text\n    # no comment\n",
)


def read(text: str) -> Pack:
    return read_pack("a.yaml", text, PackFolder(packaged_rules(), "test"))


def test_a_draft_reads_back_as_it_was() -> None:
    (node,) = read(f"rules:\n{rule_yaml([DRAFT])}").rules
    found = plain(node)
    assert found["when"] == DRAFT.when
    assert found["title"] == DRAFT.title
    assert [one["log"] for one in found["examples"]] == [one.log for one in DRAFT.examples]
    assert "cause" not in found


@pytest.mark.parametrize("text", PACKS)
def test_a_pack_grows_and_keeps_all_that_stood_in_it(text: str) -> None:
    after = grown(text, [DRAFT], "a.yaml")
    pack, before = read(after), read(text)
    assert pack.mistakes == ()
    assert [plain(node) for node in pack.rules[:-1]] == [plain(node) for node in before.rules]
    assert plain(pack.rules[-1])["id"] == "own.rule"
    assert [one.name for one in pack.patterns] == [one.name for one in before.patterns]
    assert all(line in after.splitlines() for line in text.splitlines())


def test_the_built_in_packs_can_grow() -> None:
    for path in ("ending/network.yaml", "work/agent.yaml", "noise/codex.yaml"):
        text = (packaged_rules() / path).read_text(encoding="utf-8")
        after = grown(text, [DRAFT], path)
        added = len(after) - len(text)
        assert any(after[:at] + after[at + added :] == text for at in range(len(text) + 1))


def test_the_nearest_text_comes_first() -> None:
    others = ["the moon is round", "stream disconnected before the end", "stream disconnected at once"]
    assert most_similar("stream disconnected before completion", others, 2) == [1, 2]
    likeness = _by_blocks("stream disconnected before completion", others)
    assert max(range(3), key=likeness.__getitem__) == 1
    assert most_similar("a", [], 3) == []
