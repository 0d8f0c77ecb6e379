"""Several runs in one file: each is read by itself, and a quoted log is none."""

import pytest
from logverdict.classify import classify
from logverdict.events import Message, Session, Transcript, Turn
from logverdict.meta import Meta
from logverdict.rulebook import load_ruleset, packaged_rules
from logverdict.source import Log
from logverdict.transcript import read_transcripts
from logverdict.verdict import Verdict


def head(session: str) -> str:
    return (
        "OpenAI Codex v0.169.0\n--------\nworkdir: /w\nmodel: m\nprovider: p\napproval: never\n"
        f"sandbox: workspace-write\nsession id: {session}\n--------\nuser\nFix it.\n"
    )


def command(script: str, output: str, result: str = "succeeded") -> str:
    return f"exec\n/bin/bash -lc '{script}' in /w\n {result} in 9ms:\n{output}\n\n"


def human(session: str, *work: str, says: str = "All done.") -> str:
    return head(session) + "".join(work) + f"codex\n{says}\ntokens used\n1,234\n"


def stream(session: str, said: str) -> str:
    return (
        f'{{"type":"thread.started","thread_id":"{session}"}}\n{{"type":"turn.started"}}\n'
        f'{{"type":"item.completed","item":{{"id":"a","type":"agent_message","text":"{said}"}}}}\n'
        '{"type":"turn.completed","usage":{"input_tokens":5,"output_tokens":1}}\n'
    )


GREEN = command("pytest", "3 passed")
RED = command("pytest", "1 failed, 2 passed", "exited 1")
OFFLINE = head("s-0") + "ERROR: stream disconnected before completion: x\n" * 2


def runs(log: str) -> list[tuple[str | None, str | None]]:
    return [(session(one), said(one)) for one in read_transcripts({"log": log.encode()})]


def session(transcript: Transcript) -> str | None:
    return next((event.session_id for event in transcript.events if isinstance(event, Session)), None)


def said(transcript: Transcript) -> str | None:
    spoken = [event.text.value for event in transcript.events if isinstance(event, Message)]
    return spoken[-1] if spoken else None


def verdict(log: str) -> Verdict:
    ruleset = load_ruleset([packaged_rules()])
    return classify(Log("x.log", {"log": log.encode()}, Meta()), ruleset)


@pytest.mark.parametrize(
    "between", ["", "\n", "All done.\n", "=== attempt 2 ===\n", "Reading prompt from stdin...\n"]
)
def test_two_human_runs_are_two(between: str) -> None:
    log = human("s-1", GREEN) + between + human("s-2", GREEN, says="Done again.")
    assert runs(log) == [("s-1", "All done."), ("s-2", "Done again.")]


def test_a_run_that_failed_and_the_next_are_two() -> None:
    assert runs(OFFLINE + human("s-2")) == [("s-0", None), ("s-2", "All done.")]


def test_two_streams_are_two_even_if_the_first_was_killed() -> None:
    log = stream("t-1", "One").rsplit("\n", 2)[0] + "\n" + stream("t-2", "Two")
    assert runs(log) == [("t-1", "One"), ("t-2", "Two")]


def test_a_stream_and_the_human_log_of_its_resumed_call_are_two() -> None:
    assert runs(stream("t-1", "One") + human("t-1", says="Two")) == [("t-1", "One"), ("t-1", "Two")]


def test_places_of_a_later_run_are_in_the_whole_file() -> None:
    log = (human("s-1") + "noise é\n" + human("s-2", says="Twö")).encode()
    last = read_transcripts({"log": log})[-1]
    place = next(event.text.place for event in last.events if isinstance(event, Message))
    assert log[place.start : place.end].decode() == "Twö"
    assert log[: place.start].count(b"\n") + 1 == place.line


@pytest.mark.parametrize(
    "quoted",
    [
        human("q-1", GREEN, says="Quoted."),
        human("q-1", says="Quoted.") + human("q-2", says="Quoted."),
        head("q-1") + "codex\nQuoted.",
        stream("q-1", "Quoted."),
        human("q-1", says="Quoted.") + "Quoted.\n",
    ],
    ids=["a whole run", "two runs", "a run without its end", "a stream", "both streams of a run"],
)
def test_a_log_quoted_in_an_output_is_no_run_and_ends_none(quoted: str) -> None:
    log = human("s-1", RED, command("cat old.log", quoted.rstrip("\n")), says="It is red.")
    assert runs(log) == [("s-1", "It is red.")]


def test_a_log_quoted_in_the_prompt_is_no_run() -> None:
    log = head("s-1") + "See this:\n" + human("q-1") + "\nAnd go on.\n" + "codex\nMine.\ntokens used\n5\n"
    assert len(runs(log)) == 1


def test_events_of_a_stream_in_an_output_are_no_run() -> None:
    output = stream("q-1", "x").replace('"', '\\"').replace("\n", "\\n")
    item = f'{{"type":"item.completed","item":{{"id":"b","type":"agent_message","text":"{output}"}}}}\n'
    assert len(runs(stream("t-1", "One") + item)) == 1


def test_the_last_run_speaks_for_the_file() -> None:
    found = verdict(OFFLINE + human("s-2", GREEN))
    assert (found.success, found.session_id, found.runs_in_file) == (True, "s-2", 2)
    found = verdict(human("s-1", GREEN) + OFFLINE)
    assert (found.success, found.verdict, found.runs_in_file) == (False, "environmental", 2)


def test_a_good_run_does_not_hide_a_bad_one_whose_output_could_have_printed_it() -> None:
    found = verdict(human("s-1", RED) + human("s-2"))
    assert (found.verdict, found.cause, found.action) == ("unknown", "log.spoofable", "verify")


def test_a_stream_cannot_be_imitated_so_the_last_run_is_believed() -> None:
    red = (
        '{"type":"item.completed","item":{"id":"r","type":"command_execution","command":"pytest",'
        '"aggregated_output":"1 failed","exit_code":1,"status":"failed"}}\n'
    )
    first = stream("t-1", "One").replace('{"type":"turn.c', red + '{"type":"turn.c')
    found = verdict(first + stream("t-2", "Done."))
    assert (found.success, found.runs_in_file) == (True, 2)


def test_many_quoted_banners_are_read_in_bounded_time() -> None:
    log = human("s-1", command("cat *.log", (head("q") + "\n") * 3000))
    assert len(runs(log)) == 1


def test_earlier_runs_keep_how_they_ended() -> None:
    first, _ = read_transcripts({"log": (OFFLINE + human("s-2")).encode()})
    assert [event.status for event in first.events if isinstance(event, Turn)] == ["failed"]
