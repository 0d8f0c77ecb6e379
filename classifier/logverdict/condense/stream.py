"""Which lines of a big JSONL stream stay: its commands, messages and thoughts are sorted, item by item.

The argument that of the lines that stay the same is read as of all:

- An item is one event at the place where it began (`logverdict.transcript.jsonl`), and its name is free again
  behind its end. So without both lines of a command all others read as before, if none holds its name. A name
  that a line that stays may hold is never left out again; where that is in doubt, nothing is.
- Lines that are no events belong to standard error, up to the next event: the first one behind them stays.
- The format is told by the first event, which therefore stays, and by what stands before it.
- Items are sorted in the order of their events: each waits for those that began before it.
- The facts ask for little more than sorts. They count commands: those left out are counted. They look at the
  last test and the last build: these are sorts of their own. They ask whether a script that failed ran well
  later: where it has failed, it is a sort of its own. What else they ask of single commands, `classify` asks
  again of the whole log (`_is_same_condensed`).
"""

from codecs import BOM_UTF8
from importlib.util import find_spec
from typing import Final

from logverdict.condense.deeds import Deeds
from logverdict.condense.keeping import Survey
from logverdict.stored import Content
from logverdict.transcript.lines import Lines
from logverdict.transcript.read import READERS

_HEAD: Final = 1 << 16


def survey_of_stream(data: Content, deeds: Deeds) -> Survey | None:
    """Sort the items of a stream.

    Null for another log, where nobody can know what is left out, and where msgspec is not installed.
    """
    head = data[:_HEAD]
    lines = Lines("log", head[: head.rfind(b"\n") + 1])
    is_stream = next((reader.name for reader in READERS if reader.recognises(lines)), "") == "jsonl"
    # Behind a byte order mark the reader knows the first event, and the walk does not.
    if not is_stream or head.startswith(BOM_UTF8) or find_spec("msgspec") is None:
        return None
    # Human logs are read without this library, which takes its time to load.
    from logverdict.condense.stream_lines import blocks_of
    from logverdict.condense.stream_walk import UnsureError, Walk

    walk = Walk(deeds)
    try:
        for start, ends, said in blocks_of(data):
            walk.take(start, ends, said)
        return walk.survey()
    except UnsureError:
        return None
