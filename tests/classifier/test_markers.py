"""A log is searched for what may begin a marker, and nothing that is one is passed over."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st
from logverdict.transcript.lines import Lines
from logverdict.transcript.markers import LOOKS

WHOLE = re.compile(r"\A(?:" + getattr(LOOKS.match, "__self__").pattern + ")")  # noqa: B009  of no type that is known
MARKER = st.from_regex(WHOLE).map(lambda text: text.split("\n")[0])
LINE = (
    MARKER
    | st.text(max_size=9)
    | st.sampled_from(["", "  x", " succeeded", "**", "exec ", "2019-01-01", "co"])
)


def marked(lines: Lines) -> list[int]:
    found: list[int] = []
    while (line := lines.marker(found[-1] + 1 if found else 0, len(lines))) < len(lines):
        found.append(line)
    return found


@given(st.lists(LINE, max_size=9))
def test_every_marker_of_a_log_is_found_and_nothing_else(written: list[str]) -> None:
    lines = Lines("log", "\n".join(written).encode("utf-8", "replace"))
    assert marked(lines) == [index for index, text in enumerate(lines.texts) if LOOKS.match(text)]
    assert all(bool(lines.looks(index)) == bool(LOOKS.match(text)) for index, text in enumerate(lines.texts))


@given(MARKER)
def test_a_marker_is_found_between_other_lines(marker: str) -> None:
    lines = Lines("log", f"said\n{marker}\nsaid\n".encode("utf-8", "replace"))
    assume(LOOKS.match(lines.texts[1]) is not None)
    assert marked(lines)[0] == 1


def test_a_line_that_is_split_is_looked_at_again() -> None:
    lines = Lines("log", b"a\nb in /wexec\nexec\nc\n")
    assert marked(lines) == [2]
    lines.split_line(1, len("b in /w"))
    assert marked(lines) == [1, 2]
    lines.split_line(2, 1)
    assert marked(lines) == [1]
    assert list(lines.starts) == [0, 9, 15, 19, 21]
