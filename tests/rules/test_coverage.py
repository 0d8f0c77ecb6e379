"""What Codex is known to do is answered: each row of the table is judged, with all the built-in rules."""

from pathlib import Path

import pytest
from logverdict.authoring.coverage import CoverageRow, is_answered, proofs, read_coverage
from logverdict.authoring.coverage_page import coverage_page
from logverdict.classify import classify
from logverdict.errors import SourceError
from logverdict.rulebook import built_in_ruleset

RULESET = built_in_ruleset()
SOURCE = Path(__file__).resolve().parents[2] / "docs" / "coverage.yaml"
TABLES = read_coverage(SOURCE)
ROWS = [pytest.param(row, id=f"{table.title[:12]}-{row.name[:50]}") for table in TABLES for row in table.rows]


@pytest.mark.parametrize("row", ROWS)
def test_each_row_is_answered_as_the_table_says(row: CoverageRow) -> None:
    for log in proofs(row):
        verdict = classify(log, RULESET)
        fired = [one.rule for one in (*verdict.findings, *verdict.noise)]
        assert is_answered(row, verdict), f"{verdict.cause}, {verdict.action}; fired: {fired}"


def test_an_error_is_proved_in_both_formats() -> None:
    row = next(row for table in TABLES for row in table.rows if row.error)
    assert [classify(log, RULESET).format for log in proofs(row)] == ["jsonl", "human"]


def test_the_tables_hold_all_kinds_of_rows() -> None:
    assert [len(table.rows) > minimum for table, minimum in zip(TABLES, (60, 8, 18, 15, 25, 25), strict=True)]
    assert sum(row.outside is not None for table in TABLES for row in table.rows) < 7


def test_the_page_links_rules_and_shows_what_codex_prints() -> None:
    page = coverage_page(TABLES)
    assert "| a wrong or missing key | `unexpected status 401 Unauthorized: Incorrect API key" in page
    assert "[`auth.key`](rules.md#authkey) | human |" in page
    assert "its shape: `log.spoofable` | verify |" in page
    assert all(line.count(" | ") == 4 for line in page.splitlines() if line.startswith("| "))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{name: a}", "needs one of error"),
        ("{name: a, error: x, rule: y}", "and an action"),
        ("{name: a, error: x, start: x, rule: y, action: human}", "needs one of error"),
        ("{name: a, outside: x, rule: y}", "or `outside` alone"),
        ("{name: a, eror: x}", "0.rows.0.eror"),
        ("{name: [a]", "coverage.yaml:4:1"),
    ],
)
def test_a_row_that_is_not_whole_is_told(tmp_path: Path, row: str, told: str) -> None:
    (tmp_path / "coverage.yaml").write_text(f"- title: t\n  rows:\n  - {row}\n")
    with pytest.raises(SourceError) as caught:
        read_coverage(tmp_path / "coverage.yaml")
    assert told in str(caught.value)
