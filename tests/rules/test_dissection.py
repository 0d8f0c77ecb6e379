"""A rule taken apart: what each part said, what failed first, and what came nearest."""

import json
from pathlib import Path
from typing import Any

import pytest
from logverdict.events import Command, Error, Event, Message, Place, Text, Turn
from logverdict.facts import Facts, Tokens
from logverdict.meta import Meta
from logverdict.rulebook import findings, load_ruleset
from logverdict.rulebook.dissection import Dissection, dissect
from logverdict.rulebook.firing import tried
from logverdict.rulebook.indexed import index_run
from logverdict.rulebook.reading import Reading

_EXAMPLES = [{"log": "a", "expect": "match"}, {"log": "b", "expect": "no match"}]
_RULE = {
    "id": "a.rule", "question": "ending", "verdict": "environmental", "action": "resume",
    "title": "t", "why": "w", "examples": _EXAMPLES,
}  # fmt: skip


def at(line: int) -> Place:
    return Place("log", line, line * 10, line * 10 + 5)


def text(value: str, line: int) -> Text:
    return Text(value, at(line))


EVENTS: tuple[Event, ...] = (
    Command(at(1), text("pytest -q", 1), "failed", 1, output=text("1 failed", 1)),
    Command(at(2), text("ls", 2), "completed", 0, output=text("a.py", 2)),
    Error(at(3), text("Reconnecting... 1/5", 3), is_retry=True),
    Error(at(4), text("the door is shut", 4)),
    Message(at(5), text("I stop here.", 5)),
    Turn(at(6), "failed"),
)


def facts(**known: Any) -> Facts:
    plain: dict[str, Any] = dict.fromkeys(Facts.__slots__) | {
        "format": "human", "meta": Meta(), "turn": "failed", "finished": False, "files_changed": (),
        "tokens": Tokens(), "is_spoofable": False, "is_cut": False, "commands": 2, "version": "0.169.0",
        "last_message": EVENTS[4],
    }  # fmt: skip
    return Facts(**(plain | known))


def dissected(folder: Path, **keys: object) -> Dissection:
    (folder / "one.yaml").write_text(json.dumps({"rules": [_RULE | keys]}))
    ruleset, run = load_ruleset([folder]), index_run(EVENTS, facts())
    one = dissect(tried(ruleset.rules[0], run, complete=True), run)
    assert (one.finding,) * bool(one.finding) == findings(ruleset, EVENTS, facts())
    return one


def failed(one: Dissection) -> Reading:
    assert one.failed is not None
    return one.failed


def test_a_rule_that_fired_has_no_part_that_failed(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="turn failed and last error ~ /door/")
    assert one.failed is None
    assert [(part.text, part.value) for part in one.when.parts] == [
        ("turn = failed", True),
        ("last error ~ /door/", True),
    ]
    assert [(said.line, said.text) for said in one.when.parts[1].evidence] == [(4, "the door is shut")]


def test_every_part_is_evaluated_also_behind_one_that_decides(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="finished and commands = 2 and last error ~ /door/")
    assert [part.value for part in one.when.parts] == [False, True, True]
    assert (failed(one).text, failed(one).actual) == ("finished", "false")


def test_the_nearest_miss_is_the_event_that_matched_most_parts(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="any command where (exit_code = 0 and command ~ /^l/ and output ~ /b/)")
    nearest = failed(one).looks[0]
    assert (nearest.event.line, nearest.matched, len(nearest.parts)) == (2, 2, 3)
    missed = [(part.text, part.actual) for part in nearest.parts if not part.value]
    assert missed == [("output ~ /b/", "a.py")]
    assert failed(one).looked_at == 2


def test_the_event_that_last_means_comes_first_though_another_matched_more(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="last command has (exit_code = 1 and output ~ /failed/)")
    first = failed(one).looks[0]
    assert (first.event.line, first.decides, first.matched) == (2, True, 0)
    assert failed(one).looks[1].matched == 2


def test_the_event_that_breaks_every_decides(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="every command failed")
    assert [(look.event.line, look.decides) for look in failed(one).looks] == [(2, True), (1, False)]


def test_an_event_that_breaks_no_is_the_nearest(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="no error ~ /door/")
    nearest = failed(one).looks[0]
    assert (nearest.event.line, nearest.matched, len(nearest.parts)) == (4, 1, 1)


def test_what_must_follow_is_a_part(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="last error ~ /door/ not followed by message")
    assert [(part.text, part.value) for part in failed(one).looks[0].parts] == [
        ("text ~ /door/", True),
        ("not followed by message", False),
    ]


def test_of_alternatives_the_nearest_one_failed(tmp_path: Path) -> None:
    when = "finished or (turn failed and commands = 3)"
    assert failed(dissected(tmp_path, when=when)).text == "commands = 3"


def test_the_exception_is_what_failed_where_it_is_true(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="turn failed", unless="last error ~ /door/")
    assert failed(one) is one.unless


def test_a_rule_for_other_versions_failed_there(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="turn failed", codex="<0.100")
    assert (failed(one).text, failed(one).actual) == ("codex <0.100", "0.169.0")
    assert one.when.value is True


@pytest.mark.parametrize(
    ("when", "actual"),
    [
        ("version < 0.1", "0.169.0"),
        ("exit_code = 0", "unknown"),
        ("last_message ~ /done/", "I stop here."),
        ("model ~ /x/", "unknown"),
        ("files_changed > 0", "0"),
        ("cut", "false"),
    ],
)
def test_the_value_of_a_fact_is_shown(tmp_path: Path, when: str, actual: str) -> None:
    assert failed(dissected(tmp_path, when=when)).actual == actual


def test_events_are_counted_and_shown(tmp_path: Path) -> None:
    reading = failed(dissected(tmp_path, when="count error > 2"))
    assert (reading.looked_at, [look.event.line for look in reading.looks]) == (2, [3, 4])


def test_a_named_pattern_is_shown_by_its_name(tmp_path: Path) -> None:
    pack = {"patterns": {"door": "window"}, "rules": [_RULE | {"when": "any error ~ ${door}"}]}
    (tmp_path / "one.yaml").write_text(json.dumps(pack))
    run = index_run(EVENTS, facts())
    one = dissect(tried(load_ruleset([tmp_path]).rules[0], run, complete=True), run)
    assert failed(one).looks[0].parts[-1].text == "text ~ ${door}"


def test_not_shows_what_it_turns_around(tmp_path: Path) -> None:
    one = dissected(tmp_path, when="not any error ~ /door/ and turn failed")
    assert failed(one).joined == "not"
    assert [part.value for part in failed(one).parts] == [True]
    where = dissected(tmp_path, when="any error where (not is_retry and not text ~ /door/)")
    assert [part.value for part in failed(where).looks[0].parts] == [False, True]
