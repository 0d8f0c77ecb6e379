"""A stream without what is left out of it reads and is judged as the whole, whatever stands in it."""

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from logverdict.checks import CheckPatterns, last_checks
from logverdict.classify import Judgement, facts_of, verdict_on
from logverdict.condense.classes import Signs, signs_of
from logverdict.condense.deeds import Deeds
from logverdict.condense.keeping import LeftOut
from logverdict.condense.stream import survey_of_stream
from logverdict.decision import Weight
from logverdict.events import Command, Event, Message, Reasoning, Session, Transcript, Turn
from logverdict.judge import deliberate
from logverdict.looks import is_look
from logverdict.meta import Meta
from logverdict.record import replace
from logverdict.rulebook import Ruleset, built_in_ruleset, findings
from logverdict.source import Log
from logverdict.stored import Content, Stored, load
from logverdict.transcript.condensed import Remains
from logverdict.transcript.read import read_transcript
from logverdict.transcript.way_back import brought_back
from logverdict.verdict import Verdict

pytest.importorskip("hyperscan")
pytest.importorskip("msgspec")

Made: TypeAlias = tuple[bytes, ...]
FEW = 2
SCRIPTS = (
    "ls -la", "cat src/app.py", "python3 tools/make.py > out.txt", "pytest -q", 'bash -c "pytest -q"',
    "npm run build", "git checkout main", 'echo "a\nb"', "grep -rn 'No space left on device' .", "./run.sh",
)  # fmt: skip
OUTPUTS = (
    "", "fine\n", "3 passed in 0.1s", "1 failed, 2 passed", "No space left on device", "\u017fh: not found",
    'say "hi"\\ \u2019\n\ttab', "Traceback (most recent call last)\n  File\nAssertionError", "\x7f\u2028 odd",
)  # fmt: skip
WRAPPERS = ("/bin/bash -lc '{}'", "{}", 'bash -lc "{}"')


def line(*, is_ascii: bool = False, end: str = "\n", **event: Any) -> bytes:
    """Write an event as Codex does, or as a writer would that escapes what is not ASCII."""
    return (json.dumps(event, ensure_ascii=is_ascii, separators=(",", ":")) + end).encode()


def ran(name: str, script: str, output: str, code: int | None, **more: Any) -> tuple[bytes, bytes]:
    """Write the two lines of a command."""
    what = {"id": name, "type": "command_execution", "command": script}
    begun = {**what, "aggregated_output": "", "exit_code": None, "status": "in_progress"}
    status = "completed" if code == 0 else "failed" if code is not None else "declined"
    ended = {**what, "aggregated_output": output, "exit_code": code, "status": status, **more}
    return line(type="item.started", item=begun), line(
        type="item.completed", item=ended, is_ascii="\n" in output
    )


def said(name: str, kind: str, text: str) -> bytes:
    """Write a message or a thought."""
    return line(type="item.completed", item={"id": name, "type": kind, "text": text})


START = line(type="thread.started", thread_id="0199aaaa-0000-7000-8000-000000000001")
NEW_TURN = line(type="turn.started")
TURN_END = line(
    type="turn.completed", usage={"input_tokens": 9, "cached_input_tokens": 0, "output_tokens": 3}
)
names = st.integers(0, 3).map("odd_{}".format)
scripts = st.builds(str.format, st.sampled_from(WRAPPERS), st.sampled_from(SCRIPTS))
codes = st.sampled_from((0, 0, 0, 0, 1, 127, -1, None))
stray_lines = st.sampled_from((
    b"2026-11-22T15:32:42.507Z ERROR codex_core::x: failed\n", b"a stray line\n", b"\n", b"{\n", b"{}\n",
    b"[1]\n", NEW_TURN, TURN_END, START, b'{"type":"new","x":[{}]}\n',
    line(type="error", message="stream disconnected"),
    line(type="turn.failed", error={"message": "usage limit"}), b' {"type":"turn.started"}\n', b"\xff\xfe{\n",
    line(type="turn.started", end="\r\n"), b"\x1b[31mred\x1b[0m\n", b'{"type":"turn.started"}{"type":"x"}\n',
    line(type="item.updated", item={"id": "plan", "type": "todo_list", "items": []}),
    line(type="item.completed", item={"id": "patch", "type": "file_change", "changes": [{"path": "a.py"}]}),
))  # fmt: skip
odd_items = st.one_of(
    st.builds(said, names, st.sampled_from(("reasoning", "file_change")), st.just("Done.")),
    st.builds(
        lambda name, script, output, code, index: ran(name, script, output, code)[index],
        names, scripts, st.sampled_from(OUTPUTS), codes, st.integers(0, 1),
    ),
    st.builds(
        lambda name, more: ran(name, "ls", "", 0, **more)[1],
        names,
        st.sampled_from((
            {"seconds": 1}, {"exit_code": 0.0}, {"exit_code": 10**30}, {"status": "new"},
            {"aggregated_output": None},
        )),
    ),
)  # fmt: skip


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    """Draw a stream: runs of like commands, one after another or at the same time, and odd lines between."""
    number = count()
    lines = (
        [START, NEW_TURN]
        if draw(st.booleans())
        else [b"Reading prompt from stdin...\n", START, b"x\n", NEW_TURN]
    )
    is_odd = draw(st.integers(0, 3)) == 0
    for _ in range(draw(st.integers(1, 6))):
        likes = draw(st.lists(st.tuples(scripts, st.sampled_from(OUTPUTS), codes), min_size=1, max_size=3))
        together = draw(st.integers(1, 3))
        for turn in range(draw(st.integers(0, 30))):
            pairs = [ran(f"item_{next(number)}", *likes[at % len(likes)]) for at in range(together)]
            lines += [begun for begun, _ in pairs] + [
                ended for _, ended in pairs[:: -1 if turn % 5 == 0 else 1]
            ]
            if turn % 7 == 0:
                lines.append(
                    said(f"item_{next(number)}", "agent_message" if turn % 2 else "reasoning", "So.")
                )
        lines += draw(st.lists(st.one_of(stray_lines, odd_items) if is_odd else stray_lines, max_size=2))
        # A command that goes on while others run.
        late, end = ran(f"item_{next(number)}", "npm run build", "fine", draw(codes))
        lines.insert(-draw(st.integers(1, 9)), late)
        lines += [end] if draw(st.booleans()) else []
    ending = [said("last", "agent_message", "All done."), TURN_END] if draw(st.booleans()) else []
    return b"".join(lines + ending)[: draw(st.sampled_from((None, None, -1, -20)))]


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return built_in_ruleset()


@pytest.fixture(scope="module")
def signs(ruleset: Ruleset) -> Signs:
    found = signs_of(ruleset)
    assert found is not None
    return found


@pytest.fixture
def short_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let short streams be long ones: fewer of the last blocks stay, and less is read at a time."""
    monkeypatch.setattr("logverdict.condense.keeping._TAIL", 8)
    monkeypatch.setattr("logverdict.condense.stream_lines._BLOCK", 2048)


@pytest.fixture(scope="module")
def few(signs: Signs, tmp_path_factory: pytest.TempPathFactory) -> Deeds:
    return Deeds(replace(signs, most=FEW), tmp_path_factory.mktemp("cache"))


def condensed(data: Content, deeds: Deeds) -> tuple[Transcript, LeftOut] | None:
    """Read what stays of a stream, with its places in the whole, and how many commands are left out."""
    survey = survey_of_stream(data, deeds)
    if survey is None:
        return None
    remains = Remains(data, survey.spans, survey.lines)
    return brought_back(read_transcript({"log": remains.take()}), remains), survey.left_out


def left_out(whole: Sequence[Event], kept: Sequence[Event]) -> list[int]:
    """Find the events that are not among those kept; they are the same, and in the same order, otherwise."""
    missing, rest = [], iter(kept)
    following = next(rest, None)
    for position, event in enumerate(whole):
        if event == following:
            following = next(rest, None)
        else:
            missing.append(position)
    assert following is None, f"nothing in the whole log is {following}"
    return missing


def signature(event: Event, signs: Signs) -> object:
    """Tell by RE2 alone what the rules and the facts can see of an event."""
    match event:
        case Command():
            test, build = signs.checks
            found = last_checks(
                (replace(event, exit_code=None),), CheckPatterns(test, build, test, test, test)
            )
            script = [p.matches(event.command.value) for p in signs.patterns["command", "command"]]
            output = event.output and [
                p.matches(event.output.value) for p in signs.patterns["command", "output"]
            ]
            state = (event.status, event.exit_code, bool(event.exit_code) and is_look(event))
            return "command", state, [one is not None for one in found], script, output
        case Message() | Reasoning():
            return (type(event),)
    return None


def turns(events: Sequence[Event]) -> Iterator[range]:
    bounds = [at for at, event in enumerate(events) if isinstance(event, Turn | Session)]
    starts = [0, *bounds]
    yield from (range(start, end) for start, end in zip(starts, [*bounds, len(events)], strict=True))


@pytest.mark.usefixtures("short_tail")
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=streams())
def test_the_rest_of_a_stream_reads_as_in_the_whole(data: bytes, few: Deeds, signs: Signs) -> None:
    assert_reads_the_same(data, few, signs)


TRACE = b"2026-11-22T15:32:42.507Z ERROR codex_core::x: failed\n"
ONE, TWO = ran("a", "ls -la", "fine\n", 0), ran("b", "ls -la", "fine\n", 0)
PATCH = {"id": "a", "type": "file_change", "changes": [], "status": "completed"}


@pytest.mark.usefixtures("short_tail")
@pytest.mark.parametrize(
    "odd",
    [
        pytest.param((TRACE, *ONE, b"stray\n", *TWO), id="standard error is parted by what stays"),
        pytest.param((ONE[0], TRACE, ONE[1], b"stray\n"), id="standard error within a command"),
        pytest.param((TRACE, said("m", "reasoning", "So."), b"stray\n"), id="a thought parts standard error"),
        pytest.param(
            (line(type="item.started", item=PATCH), *TWO, ONE[1]), id="a patch turns into a command"
        ),
        pytest.param(
            (ONE[0], line(type="item.completed", item=PATCH), *TWO, ONE[1]), id="a command turns into a patch"
        ),
        pytest.param(
            (ONE[0], said("a", "agent_message", "So."), ONE[1]), id="a command turns into a message"
        ),
        pytest.param((ONE[0], *ONE), id="a command begins twice"),
        pytest.param((ONE[0], *ONE, TRACE, ONE[1]), id="a command begins and ends twice"),
        pytest.param((*ONE, ONE[1]), id="a command ends twice"),
        pytest.param((ONE[0], TWO[0], *reversed((ONE[1], TWO[1]))), id="commands that end in another order"),
        pytest.param((ONE[0].strip() + ONE[1], b"\n"), id="two events in one line"),
        pytest.param((ONE[0].replace(b",", b",\n", 1), ONE[1].strip() + ONE[1]), id="an event in two lines"),
        pytest.param((ONE[0], ran("a", "ls -l", "fine\n", 0)[1]), id="a command that ends as another"),
    ],
)
def test_odd_lines_read_as_in_the_whole(odd: Made, few: Deeds, signs: Signs) -> None:
    usual = b"".join(b"".join(ran(f"item_{number}", "ls -la", "fine\n", 0)) for number in range(30))
    assert_reads_the_same(START + NEW_TURN + usual + b"".join(odd) * 12 + usual, few, signs)


def assert_reads_the_same(data: bytes, few: Deeds, signs: Signs) -> None:
    found = condensed(data, few)
    if found is None:
        return
    whole, (read, left) = read_transcript({"log": data}), found
    assert (read.format, read.is_cut) == (whole.format, whole.is_cut)
    missing = set(left_out(whole.events, read.events))
    commands = [event for at in missing if isinstance(event := whole.events[at], Command)]
    assert LeftOut(len(commands), sum(event.exit_code != 0 for event in commands)) == left
    for turn in turns(whole.events):
        for at in missing.intersection(turn):
            assert_stands_for(whole.events, turn, missing, at, signs)


def assert_stands_for(events: Sequence[Event], turn: range, missing: set[int], at: int, signs: Signs) -> None:
    mine = signature(events[at], signs)
    alike = [one for one in turn if one not in missing and signature(events[one], signs) == mine]
    assert mine is not None
    assert sum(one < at for one in alike) >= FEW, f"too few like {events[at]} before it"
    assert sum(one > at for one in alike) >= FEW, f"too few like {events[at]} behind it"


@pytest.fixture(scope="module")
def deeds(signs: Signs, tmp_path_factory: pytest.TempPathFactory) -> Deeds:
    return Deeds(signs, tmp_path_factory.mktemp("cache"))


def judged(transcript: Transcript, ruleset: Ruleset) -> Verdict:
    """Judge a transcript as `classify` does."""
    log = Log("x", {}, Meta(task="Fix the bug in calc.py"))
    facts = facts_of(log, transcript, ruleset)
    found = findings(ruleset, transcript.events, facts)
    weights = {rule.id: Weight(rule.overrides, rule.explains) for rule in ruleset.rules}
    thought = deliberate(facts, found, weights)
    return verdict_on(Judgement(log, transcript, facts, found, thought, thought.decision), ruleset.digest)


CLOSE = {"work.nothing_ran", "work.no_change", "work.broken_on_the_way", "work.wrong_file"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=streams())
def test_the_rest_of_a_stream_is_judged_as_the_whole(data: bytes, deeds: Deeds, ruleset: Ruleset) -> None:
    long = data + b"".join(
        b"".join(ran(f"more_{number}", SCRIPTS[number % 3], OUTPUTS[number % 2], 0)) for number in range(300)
    )
    for log in (long, long + said("last", "agent_message", "Fixed it.") + TURN_END):
        found = condensed(log, deeds)
        if found is None:
            return
        read, left = found
        counted = replace(read, commands_left_out=left.commands, failed_left_out=left.failed)
        of_rest = judged(counted, ruleset)
        if of_rest.cause not in CLOSE:
            assert of_rest == judged(read_transcript({"log": log}), ruleset)


def many(total: int, output: str = "fine\n") -> bytes:
    pairs = (b"".join(ran(f"item_{number}", SCRIPTS[number % 3], output, 0)) for number in range(total))
    return START + NEW_TURN + b"".join(pairs) + said("last", "agent_message", "Done.") + TURN_END


@pytest.mark.parametrize("size", [300, 40_000, 300_000])
def test_a_stream_on_disk_is_surveyed_as_one_in_memory(size: int, few: Deeds, tmp_path: Path) -> None:
    data = many(90, "é" + "x" * size)
    path = tmp_path / "big.jsonl"
    path.write_bytes(data)
    stored = load(path, big=1)
    assert isinstance(stored, Stored)
    survey = survey_of_stream(stored, few)
    assert survey == survey_of_stream(data, few)
    assert survey is not None
    assert survey.left_out.commands > 0
    for (start, _), before in zip(survey.spans, survey.lines, strict=True):
        assert before in (-1, data.count(b"\n", 0, start))


def test_a_line_too_long_for_memory_keeps_a_stream_whole(few: Deeds) -> None:
    data = many(200)
    assert survey_of_stream(data, few) is not None
    assert survey_of_stream(data + b'{"type":"' + b"x" * (5 << 20) + b'"}\n' + NEW_TURN, few) is None


@pytest.mark.parametrize(
    "head",
    [
        b"OpenAI Codex v0.169.0\n--------\nworkdir: /x\n--------\nuser\nGo\n",
        line(timestamp="2026-11-22T15:32:42.507Z", type="session_meta", payload={"id": "1"}),
        b"x" * 70_000 + b"\n",
    ],
)
def test_another_log_that_holds_events_is_no_stream(head: bytes, few: Deeds) -> None:
    assert survey_of_stream(head + many(200), few) is None


def test_only_the_last_tests_stay_of_many(few: Deeds) -> None:
    data = many(90).replace(b"ls -la", b"pytest -q")
    survey = survey_of_stream(data, few)
    assert survey is not None
    assert survey.left_out.commands > 0


def test_without_msgspec_a_stream_is_read_whole(few: Deeds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msgspec", None)
    assert survey_of_stream(many(200), few) is None


TRACEBACK = "Traceback (most recent call last):\n  File x\nZError: y\n"


def broke_and_mended(but: int) -> bytes:
    """Write sixty scripts that broke, and ran well later, but for one; and much behind it."""
    number = count()
    broken = [ran(f"item_{next(number)}", f"python3 s{at}.py", TRACEBACK, 1) for at in range(60)]
    mended = [ran(f"item_{next(number)}", f"python3 s{at}.py", "fine\n", 0) for at in range(60) if at != but]
    looks = [ran(f"item_{next(number)}", f"cat f{at}", "x\n", 0) for at in range(200)]
    return b"".join(b"".join(pair) for pair in (*broken, *mended, *looks))


END = said("last", "agent_message", "All work is finished.") + TURN_END


@pytest.mark.parametrize("but", [0, 30, 59])
def test_what_broke_and_was_never_mended_is_no_success(but: int, deeds: Deeds, ruleset: Ruleset) -> None:
    data = START + NEW_TURN + broke_and_mended(but) + END
    found = condensed(data, deeds)
    assert found is not None
    read, _ = found
    assert judged(read_transcript({"log": data}), ruleset).cause == "work.broken_on_the_way"
    assert judged(read, ruleset).cause in CLOSE


@pytest.mark.parametrize("is_tested", [True, False])
def test_nobody_asks_for_what_broke_before_tests_passed(
    is_tested: bool, deeds: Deeds, ruleset: Ruleset
) -> None:
    between = b"".join(ran("t", "pytest -q", "3 passed in 1s\n", 0)) if is_tested else TURN_END + NEW_TURN
    after = b"".join(b"".join(ran(f"after_{at}", f"cat g{at}", "x\n", 0)) for at in range(200))
    data = START + NEW_TURN + broke_and_mended(30) + between + after + END
    found = condensed(data, deeds)
    assert found is not None
    read, left = found
    assert (left.failed > 20) == is_tested
    counted = replace(read, commands_left_out=left.commands, failed_left_out=left.failed)
    assert judged(counted, ruleset) == judged(read_transcript({"log": data}), ruleset)


def test_a_byte_order_mark_keeps_a_stream_whole(few: Deeds) -> None:
    assert survey_of_stream(b"\xef\xbb\xbf" + many(200), few) is None
