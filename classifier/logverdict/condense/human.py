"""Which lines of a big human log stay: the engine finds marks and patterns, and blocks are sorted by them.

A block begins with a real `exec`, `codex` or `apply patch` and goes up to the next. It is plain where the
reader can make but one thing of it, whatever stands before: a command that succeeded, with its result right
below it and an empty line behind its output (and a thought after that), or a message. Only plain blocks may
be left out, so the one that then follows is read as it was: behind an empty line or a message. Everything
else stays, and where it depends on what comes after it, that stays as well. Where the walk over the marks
cannot know what the reader makes of one, all the rest stays.
"""

from typing import Final

from logverdict.condense.blocks import ReadWholeError
from logverdict.condense.human_walk import HumanWalk, UnsureError
from logverdict.condense.keeping import Survey
from logverdict.condense.sorting import Sorter
from logverdict.events import LONGEST_TEXT
from logverdict.expression import expression
from logverdict.stored import Content
from logverdict.transcript.markers import is_old, version_of

_BANNER: Final = expression(rb"(?:^|\n)(OpenAI Codex v\d+\.\d+[^\n]{0,60})\n--------\n")
_FOREIGN: Final = expression(rb"(?:^|\n)[{\[]")
_HEAD: Final = 1 << 16


def opens_human_log(data: Content) -> bool:
    """Tell whether a log begins as the human log does from 0.117 on."""
    head = data[:_HEAD]
    banner = _BANNER.search(head)
    if banner is None or _FOREIGN.search(head, 0, banner.start(1)):
        return False
    version = version_of(banner[1].decode("utf-8", "replace"))
    return version is not None and not is_old(version)


def survey_of_human(data: Content, sorter: Sorter) -> Survey | None:
    """Sort the blocks of a human log; null for another one, and for one that has to be read whole."""
    if not opens_human_log(data):
        return None
    walk = HumanWalk(len(data), sorter)
    try:
        sorter.scan(data, walk.take)
    except UnsureError:
        # A text too long for memory is read in windows, which what stays of a log is not.
        if len(data) - walk.begun > LONGEST_TEXT:
            return None
        walk.keeper.always(walk.begun, len(data))
    except ReadWholeError:
        return None
    return walk.keeper.survey()
