"""`codexjob rules import`: each row of a document's table becomes a rule, or is told with the reason."""

from pathlib import Path

import pytest
from codexjob.__main__ import command_app
from logverdict.authoring.examples import try_examples
from logverdict.authoring.imported_examples import sample
from logverdict.pattern import compile_pattern
from logverdict.rulebook import load_ruleset
from logverdict.rulebook.packaged import built_in_packs
from typer.testing import CliRunner, Result

EARLIER = r"""# Codex failure analysis

Some text with a `code` and a table that is none:

| Task | Exit |
|---|---|
| one | 2 |

| Pattern in the log | Category | What we do |
|---|---|---|

| Category | **Pattern** | Action |
|:---|---|---:|
| Environmental | `[stderr] syntax error` | Ignore, the work is complete |
| environmental | `unexpected EOF` | ignore |
| Real | `error:`, `fatal:` | review |
| Real | `Exception:\|Traceback \(most` | review |
| Real | No "tokens used" | run again |
| Environmental | `gate \d+ (closed\|shut)` | wait and retry later |
"""


def import_(*arguments: object) -> Result:
    return CliRunner().invoke(command_app(["rules"]), ["rules", "import", *map(str, arguments)])


def written(folder: Path, text: str, name: str = "FAILURE-ANALYSIS.md") -> Path:
    document = folder / name
    document.write_text(text)
    return document


def test_every_row_of_the_earlier_document_becomes_a_rule(tmp_path: Path) -> None:
    done = import_(written(tmp_path, EARLIER), "--into", tmp_path / "own")
    assert done.exit_code == 0, done.stderr
    pack = tmp_path / "own" / "failure_analysis.yaml"
    rules = {one.id: one for one in load_ruleset([built_in_packs(), pack]).rules if one.file == str(pack)}
    assert [(one.question, one.verdict, one.action) for one in rules.values()] == [
        ("noise", None, None),
        ("noise", None, None),
        ("work", "real", "resume_review"),
        ("work", "real", "resume_review"),
        ("ending", "real", "retry"),
        ("ending", "environmental", "retry_later"),
    ]
    assert rules["imported.no_tokens_used"].when.written == "turn open and no usage and no error"
    assert "any trace ~ /syntax error/" in rules["imported.syntax_error"].when.written
    assert "output ~ /error:|fatal:/" in rules["imported.error_fatal"].when.written


def test_the_examples_of_imported_rules_hold(tmp_path: Path) -> None:
    import_(written(tmp_path, EARLIER), "--into", tmp_path / "own")
    ruleset = load_ruleset([built_in_packs(), tmp_path / "own"])
    tried = [one for one in try_examples(ruleset) if one.rule.id.startswith("imported.")]
    assert len(tried) > 12
    assert all(one.is_right for one in tried)


def test_all_rows_that_became_no_rule_are_told_with_their_lines(tmp_path: Path) -> None:
    text = (
        "| pattern | category |\n|---|---|\n"
        "| `(a+)\\1` | real |\n| | real |\n| `foo bar` | purple |\n| No `gossip` | real |\n"
        "| `cut sho…` | real |\n| `fine words` | real |\n"
    )
    done = import_(written(tmp_path, text))
    assert done.exit_code == 1
    assert all(f"FAILURE-ANALYSIS.md:{line}: no rule from" in done.stderr for line in (3, 4, 5, 6, 7))
    assert "1 rows drafted, 5 not" in done.stderr
    assert "id: imported.fine_words" in done.stdout


def test_a_row_in_our_own_words_keeps_its_condition(tmp_path: Path) -> None:
    text = (
        "## Ending: why\n\n| cause | how to recognise it | verdict | what happens next |\n|---|---|---|---|\n"
        "| `network.proxy` | The proxy died: `turn failed and last error ~ /proxy \\d+ gone/` | environmental"
        " | continue the session |\n"
        "| `network.stream_cut` | Known: `turn failed` | environmental | run again |\n"
    )
    done = import_(written(tmp_path, text))
    assert r"when: turn failed and last error ~ /proxy \d+ gone/" in done.stdout
    assert "action: resume" in done.stdout
    assert "title: The proxy died" in done.stdout
    assert "the rule `network.stream_cut` is there already" in done.stderr


@pytest.mark.parametrize(
    "text", ["", "no table\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "| pattern |\n|---|\n| x |\n"]
)
def test_a_document_without_a_table_of_patterns_is_refused(tmp_path: Path, text: str) -> None:
    done = import_(written(tmp_path, text))
    assert done.exit_code != 0
    assert "there is no table of patterns" in str(done.exception)


def test_a_pack_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    document = written(tmp_path, EARLIER)
    import_(document, "--into", tmp_path)
    before = (tmp_path / "failure_analysis.yaml").read_text()
    assert import_(document, "--into", tmp_path).exit_code != 0
    assert (tmp_path / "failure_analysis.yaml").read_text() == before


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"x" * 1_000_002], ids=["not_text", "too_large"])
def test_what_cannot_be_a_document_is_refused(tmp_path: Path, raw: bytes) -> None:
    document = tmp_path / "a.md"
    document.write_bytes(raw)
    assert import_(document).exit_code != 0
    assert import_(tmp_path / "none.md").exit_code != 0


@pytest.mark.parametrize(
    "pattern",
    [
        "plain words",
        r"exit(ed)? code \d+|failed",
        r"^\[stderr\] .*boom",
        r"(?i)gate (?:closed|shut)\b",
        r"a[bc]+d",
    ],
)
def test_a_sample_matches_its_pattern(pattern: str) -> None:
    assert compile_pattern(pattern).matches(sample(pattern))
