"""What is asked by a quick look first is answered as by the slow one."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logverdict.check_words import NOTHING_RUN, ran_nothing
from logverdict.events import Place
from logverdict.meta import Meta
from logverdict.record import replace
from logverdict.sidecar import filled
from logverdict.stored import load
from logverdict.transcript.literal import _literals, decoded, string_field

NOTHING: re.Pattern[str] = getattr(NOTHING_RUN.search, "__self__")  # noqa: B009  of no type that is known
VALUE: st.SearchStrategy[Any] = st.recursive(
    st.text('a"\\\n{,:ä', max_size=5) | st.none() | st.integers(),
    lambda inner: st.dictionaries(st.sampled_from(["text", "type", "a"]), inner, max_size=3),
)


@given(st.from_regex(NOTHING) | st.text(max_size=20))
def test_a_runner_that_had_nothing_to_run_is_known_by_its_words(output: str) -> None:
    assert ran_nothing(output) == (NOTHING.search(output) is not None)


@given(VALUE, st.text('a"\\\nä', max_size=5), st.sampled_from([(",", ":"), (", ", " : ")]), st.booleans())
def test_the_place_of_a_string_is_that_of_the_last_literal_with_its_value(
    value: Any, wanted: str, separators: tuple[str, str], is_ascii: bool
) -> None:
    line = json.dumps({"x": value, "text": wanted}, separators=separators, ensure_ascii=is_ascii)
    begin, end = [(begin, end) for begin, end, said in _literals(line, "text") if said == wanted][-1]
    place = string_field(line, Place("log", 1, 7, 7 + len(line.encode())), "text", wanted).place
    assert (place.start, place.end) == (7 + len(line[:begin].encode()), 7 + len(line[:end].encode()))


@given(st.builds(json.dumps, VALUE), st.sampled_from(["", " ", "\ufeff", "}", "x", "\r"]))
def test_a_line_is_decoded_as_the_standard_library_does(line: str, around: str) -> None:
    for written in (line, around + line, line + around):
        try:
            expected = json.loads(written)
        except ValueError:
            expected = None
        assert decoded(written) == expected


def test_a_record_takes_no_field_that_it_does_not_have() -> None:
    unknown: dict[str, Any] = {"nothing": 1}
    with pytest.raises(TypeError, match="nothing"):
        replace(Meta(), **unknown)


def test_a_sidecar_that_says_nothing_changes_nothing() -> None:
    known = Meta(exit_code=1, task="x")
    assert filled(known, Meta()) == known
    assert filled(Meta(), known) == known


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_file_whose_size_is_not_known_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"a log\n")
    os.close(writing)
    try:
        assert load(Path(f"/dev/fd/{reading}")) == b"a log\n"
    finally:
        os.close(reading)
