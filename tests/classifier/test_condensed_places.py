"""Places in what stays of a log are told in the log: bytes and lines."""

from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logverdict.events import Place
from logverdict.stored import Stored, load
from logverdict.transcript.condensed import Remains

LINES: Final = st.lists(
    st.sampled_from((b"", b"a", b"bc\r", b"\xc3\xa9\xff", b"four")), min_size=1, max_size=30
)
CUTS: Final = st.sets(st.integers(min_value=0, max_value=30), max_size=8)


def spans_of(lines: list[bytes], cuts: set[int]) -> tuple[tuple[int, int], ...]:
    """Give every other stretch between some lines, as bytes."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    borders = sorted({0, len(lines), *(cut for cut in cuts if cut < len(lines))})
    return tuple((starts[first], starts[after]) for first, after in list(pairwise(borders))[::2])


def place(raw: bytes, start: int, end: int) -> Place:
    return Place("log", raw.count(b"\n", 0, start) + 1, start, end)


@settings(max_examples=200)
@given(LINES, CUTS, st.booleans(), st.data())
def test_a_place_leads_back_to_its_bytes_and_line(
    lines: list[bytes], cuts: set[int], is_counted: bool, data: st.DataObject
) -> None:
    raw = b"".join(line + b"\n" for line in lines)
    spans = spans_of(lines, cuts)
    counts = [raw.count(b"\n", 0, start) for start, _ in spans]
    remains = Remains(raw, spans, counts) if is_counted else Remains(raw, spans)
    taken = remains.take()
    assert taken == b"".join(raw[start:end] for start, end in spans)
    made = data.draw(st.integers(min_value=0, max_value=len(taken) - 1))
    after = data.draw(st.integers(min_value=made + 1, max_value=len(taken)))
    back = remains.back(place(taken, made, after))
    assert back == place(raw, back.start, back.end)
    assert raw[back.start] == taken[made]
    assert raw[back.end - 1] == taken[after - 1]
    kept = b"".join(raw[max(start, back.start) : min(end, back.end)] for start, end in spans)
    assert kept == taken[made:after]


def test_a_place_of_nothing_stands_behind_what_it_belongs_to() -> None:
    remains = Remains(b"a\nleft\nb\n", ((0, 2), (7, 9)))
    assert remains.back(Place("log", 2, 2, 2)) == Place("log", 2, 2, 2)
    assert remains.back(Place("log", 1, 0, 0)) == Place("log", 1, 0, 0)


def test_a_place_that_goes_on_behind_a_gap_holds_the_gap() -> None:
    remains = Remains(b"a\nleft\nb\n", ((0, 2), (7, 9)))
    assert remains.take() == b"a\nb\n"
    assert remains.back(Place("log", 1, 0, 3)) == Place("log", 1, 0, 8)
    assert remains.back(Place("log", 2, 2, 3)) == Place("log", 3, 7, 8)


@pytest.mark.parametrize("count", [0, 1, 500])
def test_a_log_on_disk_is_counted_alike(count: int, tmp_path: Path) -> None:
    raw = b"a\n" + b"left\n" * count + b"b\n"
    (tmp_path / "log").write_bytes(raw)
    content = load(tmp_path / "log", big=1)
    assert isinstance(content, Stored)
    remains = Remains(content, ((0, 2), (len(raw) - 2, len(raw))))
    assert remains.back(Place("log", 2, 2, 3)).line == count + 2
