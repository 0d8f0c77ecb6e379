"""Lines of a big log as the origin of a text."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Final

from logverdict.events import Place, Text
from logverdict.expression import expression
from logverdict.record import record
from logverdict.stored import Stored
from logverdict.transcript.windows import line_cut, windows

_COLOUR: Final = expression(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\))")


def cleaned(raw: bytes) -> str:
    """Decode whole lines; colours and the carriage returns of line ends are taken out."""
    text = raw.decode("utf-8", "replace")
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    return text.replace("\r\n", "\n") if "\r" in text else text


def without_mark(raw: bytes) -> int:
    """Give where the text of a part begins: behind its byte order mark, where it has one."""
    return len(BOM_UTF8) if raw.startswith(BOM_UTF8) else 0


@record(frozen=True, slots=True)
class Stretch:
    """Whole lines from byte `start` to `after` (half open), without their first `skip` characters."""

    data: Stored
    start: int
    after: int
    skip: int = 0

    def value(self) -> str:
        """Decode the lines."""
        return cleaned(self.data[self.start : self.after]).removesuffix("\n")[self.skip :]

    def windows(self, place: Place) -> Iterator[Text]:
        """Yield the lines in pieces."""
        line, counted, skip = place.line, self.start, self.skip
        for start, raw in windows(self.data, self.start, self.after, line_cut):
            line += sum(block.count(b"\n") for block in self.data.blocks(counted, start))
            counted = start
            text = cleaned(raw).removesuffix("\n")[skip:]
            end = min(start + len(raw) - raw.endswith(b"\n"), place.end)
            yield Text(text, Place(place.part, line, max(start, place.start), end))
            skip = 0
