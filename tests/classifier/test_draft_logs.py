"""A rule is drafted from logs as they lie about: in UTF-16, behind stamps, with messages of any length."""

import json

import pytest
from logverdict.authoring.draft import Draft, draft_rule
from logverdict.authoring.made_logs import command, failed_run, finished_run, said
from logverdict.authoring.phrases import of_agent, of_output
from logverdict.authoring.shortening import shortened
from logverdict.authoring.wish import Wish
from logverdict.errors import DraftError
from logverdict.meta import Meta
from logverdict.rulebook import built_in_ruleset
from logverdict.source import Log

RULES = built_in_ruleset()
ODD = "the flux gate is not aligned at all"
REAL = Wish(verdict="real", action="human")
LONG = f"{'All of this is fine. ' * 40}But {ODD}. {'And this is fine, too. ' * 40}"


def drafted(raw: bytes, wish: Wish) -> Draft:
    return draft_rule(Log("run.log", {"log": raw}, Meta()), RULES, wish, ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_log_of_powershell_gives_an_example_in_utf_8(encoding: str) -> None:
    found = drafted(failed_run(ODD).encode(encoding), REAL)
    assert found.after.cause == found.written.cause
    assert ODD in found.written.examples[0].log


def test_the_words_of_a_rule_stay_in_a_message_that_is_cut_short() -> None:
    found = drafted(finished_run(said(LONG), message=LONG).encode(), REAL)
    example = found.written.examples[0].log
    assert ODD in example
    assert len(example) < len(LONG)


def test_lines_of_json_behind_a_stamp_stay_lines_of_json() -> None:
    lines = finished_run(message=LONG).splitlines()
    stamped = "".join(f"[2026-01-05T10:00:0{at}.000Z] [INFO] {line}\n" for at, line in enumerate(lines))
    found = drafted(stamped.encode(), REAL)
    assert found.after.cause == found.written.cause
    assert "[INFO] {" in found.written.examples[0].log


def test_a_success_is_drafted_from_only_for_somebody_who_says_what_it_is() -> None:
    with pytest.raises(DraftError, match="judged a success"):
        drafted(finished_run(message=LONG).encode(), Wish())


def test_a_frame_of_a_traceback_is_nothing_that_a_rule_stands_on() -> None:
    output = 'Traceback (most recent call last):\n  File "a.py", line 3, in add\nAssertionError\n'
    assert list(of_output(output)) == []
    run = finished_run(command(output, 1), message="I could not get the test of add to pass.").encode()
    assert drafted(run, REAL).written.when == "last message ~ /I could not get the test of add to pass\\./"


def test_an_offer_at_the_end_does_not_come_before_what_is_admitted() -> None:
    text = "- The compiler is not installed here. - Do you want me to update the text of the page?"
    assert "compiler is not installed" in next(of_agent(text))


JSON = json.dumps({"a": [LONG]}, separators=(",", ":"))


@pytest.mark.parametrize("line", [LONG, JSON, f"stamp {JSON}"])
def test_a_shortened_line_holds_both_ends_and_the_words(line: str) -> None:
    short = shortened(line, ODD)
    assert len(short) < len(line) / 2
    assert ODD in short
    assert (short[:20], short[-20:]) == (line[:20], line[-20:])


def test_words_at_the_beginning_of_a_line_stay_there() -> None:
    text = f"{'x' * 300}\n{ODD}\n{'y' * 300}"
    assert f"\n{ODD}\n" in shortened(text, ODD)
