"""What a terminal, `tmux` or `script` leaves around and inside of a log."""

from collections.abc import Sequence
from typing import Final

from logverdict.expression import expression
from logverdict.transcript.rows import Row, joined
from logverdict.transcript.wrapper import Peeled

CONTROL: Final = expression(
    r"\x1b(?:\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[()][0-9A-Za-z]|[=>78DEHMNOZc]|#\d)|[\x07\x0e\x0f]"
)
_COLOUR: Final = expression(r"\x1b\[[0-?]*[ -/]*[@-~]")
_PROMPT: Final = expression(
    r"(?:\([\w.+-]{1,40}\) ){0,2}"
    r"(?:[\w.+-]+@[\w.-]+(?::| )[^\n]{0,200}?[$#%>\u276f]|\[[\w.+-]+@[\w.-]+ [^\]\n]{1,100}\][$#%]"
    r"|PS [A-Z]:\\[^>\n]{0,200}>|[A-Z]:\\[^>\n]{0,200}>|(?:ba|z|)sh-\d[\d.]*[$#%]|[\u276f\u279c]|[$%])"
    r" *(?:exit|logout)?\s*\Z"
)
_SCRIPT: Final = expression(r"Script (?:started|done) on ")
_PROMPT_ENDS: Final = ("$", "#", "%", ">", "\u276f", "\u279c", "exit", "logout")
"""What every match of `_PROMPT` ends with, but for white space."""
_STATUS: Final = expression(r"\[(?:exited|detached[^\]]*)\]\Z")


def peel_pane(rows: Sequence[Row]) -> Peeled | None:
    """Take prompts after the log, marks of `script` and rare controls off; null where there are none."""
    after = len(rows)
    while after and stands_around(rows[after - 1].text):
        after -= 1
    first = int(bool(after) and _SCRIPT.match(rows[0].text) is not None)
    bare = rows[first:after]
    is_around = first or any(row.text.strip() for row in rows[after:])
    if not is_around and not any(CONTROL.search(row.text) for row in bare):
        return None
    return Peeled([_plain(row) for row in (bare if is_around else rows)])


def stands_around(line: str) -> bool:
    """Tell whether a line is a prompt or a mark of `script` or `tmux`, or says nothing."""
    # Most lines need no expression, and one log waits for the compiling of each that is used.
    text = (line if line.isprintable() else _COLOUR.sub("", CONTROL.sub("", line))).strip()
    return (
        not text
        or (text.endswith(_PROMPT_ENDS) and _PROMPT.match(text) is not None)
        or (text.startswith("Script ") and _SCRIPT.match(text) is not None)
        or (text.startswith("[") and _STATUS.match(text) is not None)
    )


def _plain(row: Row) -> Row:
    if not CONTROL.search(row.text):
        return row
    parts, begun = [], 0
    for match in CONTROL.finditer(row.text):
        parts.append(row.part(begun, match.start()))
        begun = match.end()
    return joined([*parts, row.after(begun)])
