"""Of each sort of blocks the first and the last stay, the last of all, and whatever always has to."""

from collections import defaultdict
from itertools import pairwise
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from logverdict.condense import keeping
from logverdict.condense.keeping import Keeper, Survey

SIZE: Final = 10
STEPS: Final = st.lists(st.sampled_from("aaaabbc.|"), max_size=400)
"""Blocks of three sorts, what always stays (`.`) and the beginning of a turn (`|`), in their order."""
MOST: Final = st.integers(min_value=1, max_value=9)


def surveyed(steps: list[str], most: int) -> Survey:
    keeper = Keeper(most)
    for at, step in enumerate(steps):
        start, end = at * SIZE, (at + 1) * SIZE
        if step == "|":
            keeper.barrier()
        if step in ".|":
            keeper.always(start, end, at)
        else:
            keeper.block(step, start, end, is_command=step != "c", line=at)
    return keeper.survey()


def stays(survey: Survey) -> set[int]:
    return {at // SIZE for start, end in survey.spans for at in range(start, end, SIZE)}


def expected(steps: list[str], most: int) -> set[int]:
    """Say the same with all blocks at hand."""
    stay = {at for at, step in enumerate(steps) if step in ".|"}
    turn: dict[str, list[int]] = defaultdict(list)
    for at, step in enumerate([*steps, "|"]):
        if step != "|":
            turn[step].append(at)
            continue
        late = sorted(at for sort, found in turn.items() if sort != "." for at in found[most:])
        stay |= {at for found in turn.values() for at in (*found[:most], *found[-most:])}
        stay |= set(late[-keeping._TAIL :])
        turn.clear()
    return stay


@given(STEPS, MOST)
def test_the_first_and_the_last_of_each_sort_stay(steps: list[str], most: int) -> None:
    assert stays(surveyed(steps, most)) == expected(steps, most)


@given(STEPS, MOST)
def test_the_last_blocks_of_a_turn_stay_whatever_they_are(steps: list[str], most: int) -> None:
    stay = stays(surveyed(steps, most))
    last = "".join(steps).rfind("|")
    tail = [at for at, step in enumerate(steps) if step not in ".|"][-keeping._TAIL :]
    assert stay.issuperset(at for at in tail if at > last)


@given(STEPS, MOST)
def test_spans_rise_and_do_not_touch(steps: list[str], most: int) -> None:
    spans = surveyed(steps, most).spans
    assert all(start < end for start, end in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@given(STEPS, MOST)
def test_commands_that_were_left_out_are_counted(steps: list[str], most: int) -> None:
    survey = surveyed(steps, most)
    commands = {at for at, step in enumerate(steps) if step in "ab"}
    assert survey.left_out.commands == len(commands - stays(survey))


@given(STEPS, MOST)
def test_each_span_knows_the_lines_before_it(steps: list[str], most: int) -> None:
    survey = surveyed(steps, most)
    assert [line * SIZE for line in survey.lines] == [start for start, _ in survey.spans]


def test_a_block_in_two_places_stays_in_both_or_in_none() -> None:
    keeper = Keeper(1)
    for at in range(0, 400, 4):
        keeper.pair("a", (at, at + 1), (at + 2, at + 3), is_command=True)
    survey = keeper.survey()
    starts = {start for start, _ in survey.spans}
    assert {start for start in starts if start % 4 == 0} == {start - 2 for start in starts if start % 4 == 2}
    assert survey.left_out.commands == 100 - len(starts) // 2
    assert survey.lines == (-1,) * len(starts)


def test_memory_does_not_grow_with_what_is_left_out() -> None:
    keeper = Keeper(2)
    for at in range(10_000):
        keeper.block(at % 3, at, at + 1, is_command=True)
    assert len(keeper._kept) + sum(map(len, keeper._last.values())) + len(keeper._recent) < 100


BREAKS: Final = st.lists(st.sampled_from("aaab!!+|"), max_size=400)
"""Commands of two sorts, some that broke (`!`), tests that passed (`+`), and ends of turns."""


@given(BREAKS, MOST)
def test_what_broke_stays_until_tests_have_passed(steps: list[str], most: int) -> None:
    keeper = Keeper(most)
    for at, step in enumerate(steps):
        start, end = at * SIZE, (at + 1) * SIZE
        if step == "|":
            keeper.barrier()
            keeper.always(start, end, at)
        elif step == "!":
            keeper.broken("broken", (start, end), line=at)
        else:
            keeper.block(step, start, end, is_command=True, line=at)
            if step == "+":
                keeper.passed()
    survey = keeper.survey()
    stay = stays(survey)
    for turn_start, turn_end in pairwise(
        [-1, *(at for at, step in enumerate(steps) if step == "|"), len(steps)]
    ):
        turn = range(turn_start + 1, turn_end)
        last = max((at for at in turn if steps[at] == "+"), default=-1)
        assert stay.issuperset(at for at in turn if steps[at] == "!" and at > last)
        settled = [at for at in turn if steps[at] == "!" and at < last]
        assert stay.issuperset((*settled[:most], *settled[-most:]))
    broken = {at for at, step in enumerate(steps) if step == "!"}
    assert survey.left_out.failed == len(broken - stay)
    assert survey.left_out.commands == len({at for at, step in enumerate(steps) if step != "|"} - stay)
