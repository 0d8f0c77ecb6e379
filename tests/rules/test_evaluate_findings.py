"""Rules that fire: their message, their evidence to the byte, and what keeps them from firing."""

import json
from pathlib import Path
from typing import Any

import pytest
from logverdict.events import Command, Error, Event, Message, Place, Text, Turn
from logverdict.facts import Facts, Tokens
from logverdict.meta import Meta
from logverdict.rulebook import findings, fired, load_ruleset
from logverdict.rulebook.rule import Rule
from logverdict.verdict import Evidence, Finding

_EXAMPLES = [{"log": "a", "expect": "match"}, {"log": "b", "expect": "no match"}]
_RULE = {
    "id": "limit.usage", "question": "ending", "verdict": "environmental", "action": "retry_later",
    "title": "The usage limit is reached", "why": "w", "examples": _EXAMPLES,
}  # fmt: skip


def rule(folder: Path, **keys: object) -> Rule:
    # JSON is YAML, so a rule can be written down exactly.
    (folder / "one.yaml").write_text(json.dumps({"rules": [_RULE | keys]}))
    return load_ruleset([folder]).rules[0]


def facts(meta: Meta | None = None, **known: Any) -> Facts:
    plain: dict[str, Any] = dict.fromkeys(Facts.__slots__) | {
        "format": "human", "meta": meta or Meta(), "turn": "failed", "finished": False, "files_changed": (),
        "tokens": Tokens(), "is_spoofable": False, "is_cut": False, "commands": 1,
    }  # fmt: skip
    return Facts(**(plain | known))


def raw_error(log: str, said: str, line: int = 1) -> Error:
    start = len(log[: log.index(said)].encode())
    place = Place("log", line, start, start + len(said.encode()))
    return Error(place, Text(said, place))


def finding(found: Finding | None) -> Finding:
    assert found is not None
    return found


def test_evidence_is_the_bytes_that_matched(tmp_path: Path) -> None:
    log = "é first\nERROR: häng\nyou hit the limit, sorry\nmore\n"
    event = raw_error(log, "häng\nyou hit the limit, sorry\nmore", line=2)
    found = finding(fired(rule(tmp_path, when="last error ~ /the limit/"), [event], facts()))
    (evidence,) = found.evidence
    assert log.encode()[evidence.start : evidence.end] == b"the limit"
    assert (evidence.event, evidence.part, evidence.line) == ("error", "log", 3)
    assert evidence.text == "you hit the limit, sorry"


def test_evidence_in_escaped_json_is_the_whole_field(tmp_path: Path) -> None:
    said = "the limit\nis hit"
    place = Place("jsonl", 7, 100, 100 + len(json.dumps(said)) - 2)
    found = fired(rule(tmp_path, when="any error ~ /is hit/"), [Error(place, Text(said, place))], facts())
    assert finding(found).evidence == (Evidence("error", "jsonl", 7, 100, 117, "is hit"),)


def test_evidence_without_a_pattern_is_the_event(tmp_path: Path) -> None:
    events: list[Event] = [
        Command(Place("jsonl", 1, 0, 9), Text("make\ntest", Place("jsonl", 1, 2, 11)), "failed", 2),
        Turn(Place("jsonl", 2, 10, 20), "failed"),
    ]
    found = fired(rule(tmp_path, when="turn failed and any command failed"), events, facts())
    assert finding(found).evidence == (
        Evidence("turn", "jsonl", 2, 10, 20, "turn failed"),
        Evidence("command", "jsonl", 1, 0, 9, "make"),
    )


def test_long_line_is_cut_around_the_match(tmp_path: Path) -> None:
    said = "x" * 5_000 + " here " + "y" * 5_000
    (evidence,) = finding(
        fired(rule(tmp_path, when="any error ~ /here/"), [raw_error(said, said)], facts())
    ).evidence
    assert "here" in evidence.text
    assert len(evidence.text) <= 300


def test_what_is_denied_is_no_evidence(tmp_path: Path) -> None:
    one = rule(tmp_path, when="not any error ~ /zzz/ and (no message or any message) and any error ~ /limit/")
    found = finding(fired(one, [raw_error("limit", "limit")], facts()))
    assert [evidence.text for evidence in found.evidence] == ["limit"]


def test_both_ends_of_an_order_are_evidence(tmp_path: Path) -> None:
    place = Place("log", 9, 50, 60)
    events: list[Event] = [raw_error("limit", "limit"), Message(place, Text("I stopped", place))]
    found = finding(fired(rule(tmp_path, when="any error followed by message ~ /stopped/"), events, facts()))
    assert [evidence.event for evidence in found.evidence] == ["error", "message"]


def test_captures_fill_message_and_retry_time(tmp_path: Path) -> None:
    one = rule(
        tmp_path,
        when=r"last error ~ /limit for (?P<name>[^.]+)\. Try again at (?P<at>[^.]+)\./",
        message="Limit of {name} {not_a_key}".replace(" {not_a_key}", ""),
        retry_at="{at}",
    )
    meta = Meta(ended_at="2026-11-22T20:00:00Z", utc_offset=3600)
    said = "You hit the limit for gpt\x1b[31m-x. Try again at Nov 23rd, 2026 2:13 AM."
    found = finding(fired(one, [raw_error(said, said)], facts(meta)))
    assert found.message == "Limit of gpt [31m-x"
    assert found.retry_at == "2026-11-23T01:13:00Z"


def test_message_falls_back_to_the_title_where_a_capture_is_missing(tmp_path: Path) -> None:
    one = rule(
        tmp_path, when="last error ~ /limit( of (?P<name>.+))?/", message="Limit {name}", retry_at="{name}"
    )
    found = finding(fired(one, [raw_error("limit", "limit")], facts()))
    assert (found.message, found.retry_at) == ("The usage limit is reached", None)


@pytest.mark.parametrize(
    ("unless", "fires"), [("any message", False), ("spoofable", True), ("signal = 9", True)], ids=str
)
def test_unless_stops_a_rule_only_where_it_is_true(tmp_path: Path, unless: str, fires: bool) -> None:
    place = Place("log", 1, 0, 2)
    one = rule(tmp_path, when="turn failed", unless=unless)
    assert (fired(one, [Message(place, Text("hi", place))], facts()) is not None) is fires


@pytest.mark.parametrize(
    ("version", "fires"),
    [(None, True), ("0.44.0", True), ("0.43.9", False), ("0.148.0", False), ("0.148.0-alpha.1", True)],
)
def test_rule_keeps_to_its_versions(tmp_path: Path, version: str | None, fires: bool) -> None:
    one = rule(tmp_path, when="turn failed", codex=">=0.44, <0.148")
    assert (fired(one, [], facts(version=version)) is not None) is fires


def test_unknown_does_not_fire(tmp_path: Path) -> None:
    assert fired(rule(tmp_path, when="exit_code != 0"), [], facts()) is None


def test_lone_surrogates_are_matched_and_shown(tmp_path: Path) -> None:
    place = Place("jsonl", 1, 0, 12)
    found = fired(
        rule(tmp_path, when="any error ~ /limit/"), [Error(place, Text("\ud800 limit", place))], facts()
    )
    assert finding(found).evidence[0].start == 0


def test_all_that_fired_is_found_in_the_order_of_the_rules(tmp_path: Path) -> None:
    rules = [
        _RULE | {"id": f"a.{number}", "when": when}
        for number, when in enumerate(["cut", "turn failed", "no error"])
    ]
    (tmp_path / "three.yaml").write_text(json.dumps({"rules": rules}))
    found = findings(load_ruleset([tmp_path]), [], facts())
    assert [one.rule for one in found] == ["a.1", "a.2"]
    assert found[0].cause == "a.1"
