"""The marks of a human log as the engine looks for them in raw bytes, from 0.117 on.

Each hits wherever a line looks like Codex's own to the reader (`logverdict.transcript.markers.LOOKS`), and
sometimes where it does not: what is hit is looked at, or stays.
"""

from typing import Final

from logverdict.expression import expression
from logverdict.transcript.markers import directory_at

_SOFT: Final = (
    rb"^(?:thinking$|context compacted|Plan update|Re-?connecting\.\.\. |stream error: |diff --git |patch: "
    rb"|[Ww]arning: |Failed to write last|deprecated: |hook: |model rerouted: |collab|viewed image "
    rb"|elicitation request |auto-cancelling |mcp|web search: |\xf0\x9f\x8c\x90 Search|tool [^ \n]+\()"
)
_OTHER: Final = (
    rb"^(?:apply patch$|file update|tokens used$|t(?:urn|ask) interrupted$"
    # A trace, with the digits of any script.
    rb"|[\d\x80-\xff]{4,16}-[\d\x80-\xff]{2,8}-[\d\x80-\xff]{2,8}T"
    rb"|  (?:\xe2\x9c\x93|\xe2\x86\x92|\xe2\x80\xa2) |OpenAI Codex v)"
)
_COMMAND: Final = rb"^exec\n(?:[^ \n'\"\\]*/)?(?:ba|z|da|k|a)?sh -[a-z]*c (?:'[^\n'\\]*'|\"[^\n\"\\]*\")"
EXEC, RESULT, SOFT, OTHER, UNCLEAR, SURE, PATCHED = 0, 2, 5, 6, 7, 8, 9
"""The numbers of some of the marks, in this order:"""
MARKS: Final = (
    rb"^exec$",
    rb"^codex$",
    rb"^ (?:succeeded|exited|declined|in progress)",
    rb"^\*\*[^*\n]+\*\*$",
    rb"^ERROR: ",
    # In an output, these are text where the line above is not empty.
    _SOFT,
    _OTHER,
    # Colours and carriage returns are taken out before a line is read, so it may say anything then.
    rb"\x1b[^\n]*$|\r$",
    # Surely a command that succeeded: nothing follows its folder, and its script is in quotes of one kind.
    _COMMAND + rb" in [/~][^ \n]*\n succeeded in [\d.hms ]+:$",
    # A patch with its outcome, which is what makes it real.
    rb"^apply patch\npatch: (?:completed|failed|declined)$",
)
"""`exec`, `codex`, a result, a title, an error, others, what only cleaning makes clear, a whole command."""
ANSWERED: Final = expression(rb" (?:succeeded|exited (?P<code>-?\d{1,10}))(?: in [\d.hms ]+)?:\n")
_DIFF: Final = expression(
    rb"diff --git [^\n]*\n(?=index |new file|deleted file|old mode|similarity|rename|--- |Binary)"
    rb"(?:(?:[ +\-@\\]|diff --git |index |new file|deleted file|old mode|new mode|similarity|rename|Binary)"
    rb"[^\n]*\n)*\n*"
)
_LONGEST_COMMAND: Final = 4000


class CutOffError(Exception):
    """The bytes end before a command does."""


class UncleanError(Exception):
    """Something would be taken out of the lines of a command before they are read."""


def command_after(data: bytearray, start: int, limit: int) -> tuple[int, str] | None:
    """Find the command whose first line begins at byte `start`: the line after it, and it itself.

    It is what the reader would find (`Walk.command_end`), as the log writes it; null where none is.

    Raises:
        CutOffError: it may go on behind byte `limit`.
        UncleanError: its lines hold colours or carriage returns.
    """
    at, opening = start, ""
    for number in range(_LONGEST_COMMAND - 1):
        stop = data.find(b"\n", at, limit)
        if stop < 0:
            raise CutOffError
        if data.startswith(b"\r", stop - 1) or data.find(b"\x1b", at, stop) >= 0:
            raise UncleanError
        line = data[at:stop].decode("utf-8", "replace")
        opening = opening if number else line
        if number and line == "exec":
            return None
        cut = directory_at(line, opening)
        if cut is not None:
            before = data[start:at].decode("utf-8", "replace")
            return stop + 1, before + line[:cut]
        at = stop + 1
    return None


def diff_after(data: bytearray, start: int, limit: int) -> int:
    """Find where the diffs end that begin at byte `start`, with empty lines behind them; `start` for none.

    It is what the reader passes over (`transcript.patches.diff`).

    Raises:
        CutOffError: they may go on behind byte `limit`.
    """
    at = start
    while found := _DIFF.match(data, at, limit):
        at = found.end()
    if at == limit or (at > start and data.startswith(b"diff --git ", at)):
        raise CutOffError
    return at


def line_at(data: bytearray, position: int) -> int:
    """Give where the line begins that holds the byte before `position`."""
    return data.rfind(b"\n", 0, position - 1) + 1


__all__ = ["ANSWERED", "MARKS", "CutOffError", "UncleanError", "command_after", "diff_after", "line_at"]
