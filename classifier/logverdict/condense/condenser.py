"""Condense a big log, where its form, the rules and the engine allow it."""

from io import BytesIO
from typing import Final
from weakref import WeakKeyDictionary

from platformdirs import user_cache_path

from logverdict import engines
from logverdict.condense.classes import signs_of
from logverdict.condense.deeds import Deeds
from logverdict.condense.human import opens_human_log, survey_of_human
from logverdict.condense.keeping import Survey
from logverdict.condense.sorting import Sorter, TooLargeError, UnfitPatternError
from logverdict.condense.stream import survey_of_stream
from logverdict.errors import EngineError
from logverdict.events import LONGEST_TEXT
from logverdict.rulebook.rule import Ruleset
from logverdict.stored import BIG, Content, spooled
from logverdict.transcript.condensed import Condensed, Remains

_LARGEST: Final = 64 << 20
"""What stays of a log is put together in memory before it is read."""


class Condenser:
    """Condenses logs for one ruleset; what it makes of a log depends on nothing but the log and the rules."""

    __slots__ = ("_deeds", "_sorter")

    def __init__(self, deeds: Deeds, sorter: Sorter) -> None:
        self._deeds = deeds
        self._sorter = sorter

    def condensed(self, data: Content) -> Condensed | None:
        """Leave out what no rule can tell apart; null where the log is better read whole."""
        survey = self._survey(data)
        if survey is None or sum(end - start for start, end in survey.spans) > min(_LARGEST, len(data) // 2):
            return None
        remains, left_out = Remains(data, survey.spans, survey.lines), survey.left_out
        content = remains.take()
        if _has_long_line(content):
            return None
        try:
            # What is big is read from disk, here as elsewhere, so that memory does not grow with the log.
            stored = content if len(content) < BIG else spooled(BytesIO(content))
        except OSError:
            return None
        return Condensed(stored, remains, left_out.commands, left_out.failed)

    def _survey(self, data: Content) -> Survey | None:
        if not opens_human_log(data):
            return survey_of_stream(data, self._deeds)
        try:
            return survey_of_human(data, self._sorter)
        except TooLargeError:
            return None


def _has_long_line(data: bytes) -> bool:
    """Tell whether a line is so long that its texts are read in windows, where a log is read from a file."""
    at = 0
    while len(data) - at > LONGEST_TEXT:
        at = data.rfind(b"\n", at, at + LONGEST_TEXT) + 1
        if not at:
            return True
    return False


def condenser_of(ruleset: Ruleset) -> Condenser | None:
    """Give the condenser of a ruleset, made once; null where the engine cannot serve it."""
    if ruleset not in _CONDENSERS:
        _CONDENSERS[ruleset] = _made(ruleset) if engines.scans() else None
    return _CONDENSERS[ruleset]


def _made(ruleset: Ruleset) -> Condenser | None:
    signs = signs_of(ruleset)
    if signs is None:
        return None
    cache = user_cache_path("codexjob")
    try:
        deeds = Deeds(signs, cache)
        return Condenser(deeds, Sorter(signs, deeds, cache))
    except (EngineError, UnfitPatternError):
        return None


_CONDENSERS: Final[WeakKeyDictionary[Ruleset, Condenser | None]] = WeakKeyDictionary()
