"""Old verdicts and labels read back, and what they and the new verdicts say together."""

import json
from pathlib import Path

import pytest
from logverdict.brief import Brief, BriefEvidence, BriefFinding
from logverdict.errors import SourceError
from logverdict.past import Label, label_beside, labels_in, run_key, verdict_beside, verdicts_in
from logverdict.reevaluation import Pair, reevaluate

GOOD = Brief("success", success=True, cause="done", action="accept", ruleset="new")
RED = Brief("real", success=False, cause="work.red", action="resume_review", ruleset="new")
NOISY = Brief("environmental", success=True, cause="done.despite_noise", action="accept", ruleset="new")
FAILURE = Label("real", is_failure=True)


def test_a_run_is_unchanged_where_outcome_action_and_cause_are() -> None:
    found = reevaluate([Pair("a", RED, RED), Pair("b", None, RED)])
    assert (found.runs, found.unchanged, found.without_old, found.same_ruleset) == (2, 1, 1, 1)
    assert (found.flips, found.dangers) == ((), ())


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (GOOD, RED, "outcome"),
        (GOOD, NOISY, "outcome"),
        (RED, Brief("real", success=False, cause="work.red", action="human"), "action"),
        (RED, Brief("real", success=False, cause="work.other", action="resume_review"), "cause"),
    ],
)
def test_the_gravest_difference_names_the_flip(old: Brief, new: Brief, change: str) -> None:
    (flip,) = reevaluate([Pair("a", old, new)]).flips
    assert flip.change == change


def test_the_matrix_counts_from_old_to_new() -> None:
    found = reevaluate([Pair("a", GOOD, RED), Pair("b", GOOD, RED), Pair("c", None, NOISY)])
    counted = [(one.old, one.new, one.runs) for one in found.outcomes]
    assert counted == [("none", "environmental, success", 1), ("success", "real", 2)]


def test_a_labelled_failure_that_becomes_a_success_is_a_danger() -> None:
    pairs = [Pair("a", RED, GOOD, FAILURE), Pair("b", None, NOISY, FAILURE), Pair("c", RED, RED, FAILURE)]
    assert [pair.path for pair in reevaluate(pairs).dangers] == ["a", "b"]


def test_a_failure_that_was_called_a_success_before_is_told_apart() -> None:
    found = reevaluate([Pair("a", GOOD, GOOD, FAILURE)])
    assert (found.dangers, [pair.path for pair in found.still_dangerous]) == ((), ["a"])


def test_a_label_of_success_holds_against_nothing() -> None:
    found = reevaluate([Pair("a", RED, GOOD, Label("success", is_failure=False))])
    assert (found.dangers, found.labelled) == ((), 1)


def test_an_old_verdict_needs_no_more_than_its_word(tmp_path: Path) -> None:
    (tmp_path / "x.verdict.json").write_text('{"verdict": "success", "schema": "of/9", "new_field": [1]}')
    assert verdict_beside(str(tmp_path / "x.log.gz")) == Brief("success", success=True)


def test_of_an_old_verdict_the_finding_that_decided_is_kept(tmp_path: Path) -> None:
    said = [{"text": "boom " * 100, "part": "jsonl", "line": 7}] * 9
    fired = [{"rule": name, "question": "ending", "cause": name, "evidence": said} for name in ("a", "b")]
    (tmp_path / "x.verdict.json").write_text(json.dumps({"verdict": "real", "cause": "b", "findings": fired}))
    brief = verdict_beside(str(tmp_path / "x.jsonl"))
    assert brief is not None
    assert (brief.rule, len(brief.evidence), len(brief.evidence[0].text)) == ("b", 3, 200)
    assert BriefFinding("b", "ending", "b", (BriefEvidence("x"),)).rule == "b"


@pytest.mark.parametrize("written", ["{", "[1]", '{"verdict": "fine"}', '{"success": true}', "[" * 9999])
def test_a_broken_verdict_says_which_file_it_is(tmp_path: Path, written: str) -> None:
    (tmp_path / "x.verdict.json").write_text(written)
    with pytest.raises(SourceError, match=r"x\.verdict\.json"):
        verdict_beside(str(tmp_path / "x.log"))


def test_verdicts_are_found_by_path_from_here_and_from_their_file(tmp_path: Path) -> None:
    lines = [
        {"path": "logs/a.jsonl", "verdict": "real"},
        {"path": str(tmp_path / "b.log"), "verdict": "unknown"},
        {"path": "logs/a.jsonl", "verdict": "success"},
    ]
    file = tmp_path / "verdicts.jsonl"
    file.write_text("\n\n".join(map(json.dumps, lines)))
    past = verdicts_in(file)
    assert past(str(tmp_path / "logs" / "a.log")) == Brief("success", success=True)
    assert past(str(tmp_path / "b.jsonl")) == Brief("unknown", success=False)
    assert past(str(tmp_path / "c.jsonl")) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "no JSON"),
        ("7", "no JSON object"),
        ('{"path": "a", "verdict": 5}', "no verdict"),
        ('{"verdict": "real"}', "no `path`"),
    ],
)
def test_a_wrong_line_of_verdicts_is_named(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "v.jsonl"
    file.write_text(f'{{"path": "a", "verdict": "real"}}\n{line}\n')
    with pytest.raises(SourceError, match=rf"v\.jsonl:2: .*{said}"):
        verdicts_in(file)


def test_a_file_of_verdicts_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"cannot read .*none\.jsonl"):
        verdicts_in(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("truth", "is_failure"),
    [
        ({"truth": "real"}, True),
        ({"truth": "needs_human"}, True),
        ({"truth": "unknown"}, True),
        ({"truth": "success"}, False),
        ({"truth": "environmental"}, False),
        ({"truth": "environmental", "success": False}, True),
        ({"truth": {"verdict": "environmental", "success": False, "cause": "x"}}, True),
        ({"truth": {"verdict": "environmental", "success": True}}, False),
    ],
)
def test_a_label_tells_whether_the_work_is_known_not_to_be_done(
    tmp_path: Path, truth: dict[str, object], is_failure: bool
) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps({"file": "a", **truth}))
    label = labels_in(file)(str(tmp_path / "a.jsonl"))
    assert label is not None
    assert label.is_failure is is_failure


def test_a_label_stands_beside_its_log(tmp_path: Path) -> None:
    (tmp_path / "a.label.json").write_text('{"truth": "real"}')
    assert label_beside(str(tmp_path / "a.log")) == FAILURE
    assert label_beside(str(tmp_path / "b.log")) is None
    (tmp_path / "b.label.json").write_text('{"truth": "good"}')
    with pytest.raises(SourceError, match="`truth` is one of"):
        label_beside(str(tmp_path / "b.log"))


def test_files_with_one_stem_are_one_run() -> None:
    assert run_key("/x/a.log") == run_key("/x/y/../a.jsonl.gz") == "/x/a"
    assert run_key("-") == "-"
