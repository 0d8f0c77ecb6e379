"""A human log without what is left out of it reads and is judged as the whole, whatever stands in it."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import pytest
from logverdict import engines
from logverdict.classify import classify, transcript_of
from logverdict.condense import blocks, keeping, sorting
from logverdict.condense.classes import Signs, signs_of
from logverdict.condense.condenser import condenser_of
from logverdict.condense.deeds import Deeds
from logverdict.condense.human import survey_of_human
from logverdict.condense.sorting import Sorter
from logverdict.events import Command, Trace, Transcript
from logverdict.meta import Meta
from logverdict.record import replace
from logverdict.rulebook import Ruleset, built_in_ruleset
from logverdict.source import Log
from logverdict.stored import Content
from logverdict.transcript.condensed import Condensed, Remains
from odd_human_logs import HEAD, OUTPUTS, SCRIPTS, SHELL, command, seeded, some_log


@pytest.fixture(scope="module")
def rules() -> Ruleset:
    return built_in_ruleset()


@pytest.fixture(scope="module")
def signs(rules: Ruleset) -> Signs:
    found = signs_of(rules)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def sorter(signs: Signs) -> Sorter:
    return Sorter(signs, Deeds(replace(signs, most=2), None), None)


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_CHUNK", 3000)
    monkeypatch.setattr(blocks, "_TAIL", 500)
    monkeypatch.setattr(keeping, "_TAIL", 3)


def condensed_by(sorter: Sorter, data: Content) -> Condensed | None:
    survey = survey_of_human(data, sorter)
    if survey is None:
        return None
    remains, left_out = Remains(data, survey.spans, survey.lines), survey.left_out
    return Condensed(remains.take(), remains, left_out.commands, left_out.failed)


def read(data: bytes, sorter: Sorter | None = None) -> Transcript:
    condense = partial(condensed_by, sorter) if sorter else None
    return transcript_of(Log("x", {"log": data}, Meta()), condense)


def are_some_of(few: Transcript, all_of_them: Transcript) -> bool:
    """Tell whether all events of the one are events of the other, in the same order."""
    events: Iterator[object] = iter(all_of_them.events)
    return all(event in events for event in few.events)


def number_of_commands(transcript: Transcript) -> int:
    return transcript.commands_left_out + sum(isinstance(event, Command) for event in transcript.events)


def assert_same(data: bytes, sorter: Sorter) -> int:
    few, whole = read(data, sorter), read(data)
    assert are_some_of(few, whole)
    assert number_of_commands(few) == number_of_commands(whole)
    assert (few.spoofable, few.is_cut, few.format) == (whole.spoofable, whole.is_cut, whole.format)
    return few.commands_left_out


@pytest.mark.usefixtures("_small")
def test_what_stays_of_a_log_is_read_as_it_is_in_the_whole(sorter: Sorter) -> None:
    logs = (some_log(seeded(seed), 200, 0.008) for seed in range(120))
    left_out = [assert_same(data, sorter) for data in logs]
    assert sum(map(bool, left_out)) > 60
    assert sum(left_out) > 3000


MANY: Final = "".join(command(f"ls {number}") for number in range(40))
LATE: Final = command("cat log", "foo\n\n succeeded in 9ms:\nbar\n")


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize(
    "odd",
    [
        f"{command('cat x').removesuffix(chr(10))}codex\n{SHELL}\n\n",
        f"{command('cat x').removesuffix(chr(10))}\x1b[0m\n{SHELL}\n\n",
        f"{command('cat x').removesuffix(chr(10))}\r\n{SHELL}\n\n",
        f"{command('cat x')}exec\n'ls' in \x1b[1m/tmp\n\n",
        f"exec\n{SHELL}\n succeeded in 3ms:\nfoo\n\n",
        f"{command('cat x', '')}**Thought**\n\nfoo\n\n{SHELL}\n\n",
    ],
    ids=["codex_in_an_output", "colours", "line_end", "coloured_folder", "exec_twice", "thought"],
)
def test_a_command_that_waits_unseen_is_given_no_other_result(odd: str, sorter: Sorter) -> None:
    said = "codex\nhi\n"
    text = f"{HEAD}{said}{MANY}{odd}{MANY}{LATE}{MANY}tokens used\n12\n"
    assert_same(text.encode(), sorter)


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("number", [1, 2, 3, 5])
@pytest.mark.parametrize("call", ["mcp: a/b started", "tool a.b(x)"])
def test_a_call_of_a_tool_ends_where_the_reader_looks_for_it(call: str, number: int, sorter: Sorter) -> None:
    between = MANY * number
    text = f"{HEAD}{MANY}codex\nx\n{call}\n{between}codex\nx\nmcp: a/b (completed)\n{MANY}"
    assert_same(text.encode(), sorter)


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize(
    "four", ["2025", "\u0662\u0660\u0662\u0665", "\U0001d7ce\U0001d7cf\U0001d7d0\U0001d7d1"]
)
def test_no_trace_is_left_out(four: str, sorter: Sorter) -> None:
    message = f"codex\nhi\n{four}-01-01T00:00:00Z ERROR codex_core: boom\n"
    text = f"{HEAD}{MANY}{(message + command('ls')) * 30}{MANY}"
    few, whole = (read(text.encode(), one) for one in (sorter, None))
    traces = [event for event in whole.events if isinstance(event, Trace)]
    assert len(traces) == 30
    assert [event for event in few.events if isinstance(event, Trace)] == traces


@pytest.mark.usefixtures("_small")
def test_an_error_that_is_said_again_far_away_is_another_error(sorter: Sorter) -> None:
    text = f"{HEAD}{MANY}" + f"{command('x')}ERROR: boom\n{MANY}{MANY}" * 3
    assert assert_same(text.encode(), sorter) > 0


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("result", [" succeeded in 9ms:", " exited 1 in 9ms:"])
def test_a_result_that_comes_late_is_doubted_as_in_the_whole(result: str, sorter: Sorter) -> None:
    text = f"{HEAD}{MANY}{SHELL}\ncodex\nhi\n{MANY}codex\nbye\n{result}\nlate\n\n{MANY}"
    assert_same(text.encode(), sorter)


@pytest.mark.usefixtures("_small")
def test_a_result_within_a_diff_ends_no_command(sorter: Sorter) -> None:
    diff = "diff --git a/x b/x\nindex 1..2\n exited 1 in 3ms:\nfoo\n\n"
    text = f"{HEAD}{MANY}{SHELL}\ncodex\nhi\n{diff}{MANY}{LATE}{MANY}"
    assert_same(text.encode(), sorter)


def sorts_of(text: str, sorter: Sorter, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    monkeypatch.setattr(blocks, "_TAIL", 0)
    monkeypatch.setattr(keeping.Keeper, "block", lambda _self, sort, *_span, **_more: found.append(sort))
    survey_of_human((HEAD + text).encode(), sorter)
    return found


@pytest.mark.parametrize("blank", ["", "\n", "   \n", "\u2003\n", "\x1c\x85\n"])
@pytest.mark.parametrize("thought", ["", "**Thought**\n\nfoo\n\n"])
def test_an_output_without_a_word_is_none(
    blank: str, thought: str, sorter: Sorter, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = command("ls", blank) + thought + command("ls", "foo\n") + thought
    without, with_words, *_ = sorts_of(pair + command("ls"), sorter, monkeypatch)
    assert without != with_words


def test_an_output_of_no_line_at_all_is_none(sorter: Sorter, monkeypatch: pytest.MonkeyPatch) -> None:
    text = command("ls", "").removesuffix("\n") * 3 + command("ls") * 2
    nothing, again, third, something, *_ = sorts_of(text, sorter, monkeypatch)
    assert nothing == again == third != something


@pytest.mark.parametrize(
    "head", ["OpenAI Codex v0.115.0\n--------\n", "{}\n" + HEAD, "[x]\n" + HEAD, "foo\n"]
)
def test_a_log_that_begins_in_another_way_is_read_whole(head: str, sorter: Sorter) -> None:
    assert survey_of_human((head + MANY).encode(), sorter) is None


def test_a_text_that_is_read_in_windows_is_not_condensed(sorter: Sorter) -> None:
    text = HEAD + MANY * 4 + command("cat big", "foo bar\n" * 600_000) + MANY * 4
    assert survey_of_human(text.encode(), sorter) is None


def big_log(seed: int) -> bytes:
    random = seeded(seed)
    parts = [HEAD, "codex\nI fix it.\n"]
    for number in range(3_000):
        words = "".join(f"{random.choice(OUTPUTS[:2])} {number}\n" for _ in range(100))
        parts.append(command(random.choice(SCRIPTS), words) if number % 50 else "codex\nOn it goes.\n")
    end = random.choice((command("pytest -q", "3 passed in 1s\n"), command("pytest -q", "FAILED a\n")))
    return "".join((*parts, end, "codex\nDone, all fixed.\n", "tokens used\n1,234\n")).encode()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_big_log_is_condensed_and_judged_as_by_another_engine(
    seed: int, rules: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, kept in (("engine", engines._Chosen.engine), ("exact", engines._Chosen.exact)):
        monkeypatch.setattr(engines._Chosen, name, kept)
    data = big_log(seed)
    log = Log("x", {"log": data}, Meta())
    engines.choose("hyperscan")
    condenser = condenser_of(rules)
    assert condenser is not None
    condensed = condenser.condensed(data)
    assert condensed is not None
    assert condensed.commands > 2_000
    assert len(data) > 2_000_000
    quick = classify(log, rules)
    engines.choose("re2")
    assert replace(quick, engine="re2") == replace(classify(log, rules), engine="re2")


@pytest.mark.usefixtures("_small")
def test_random_logs_are_judged_the_same(
    signs: Signs, rules: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    sorter = Sorter(signs, Deeds(signs, None), None)
    monkeypatch.setattr("logverdict.classify._SMALLEST_CONDENSED", 1 << 40)
    logs = [Log("x", {"log": some_log(seeded(seed), 400, 0.005)}, Meta()) for seed in range(1000, 1006)]
    whole = [classify(log, rules) for log in logs]
    condense = partial(condensed_by, sorter)
    monkeypatch.setattr("logverdict.classify._condense", lambda _log, _rules: condense)
    assert [classify(log, rules) for log in logs] == whole
