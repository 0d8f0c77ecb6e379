"""Take off what stands around a log, layer by layer, so that the readers see only what Codex wrote."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from logverdict.events import Part, Place, Text
from logverdict.meta import Meta
from logverdict.record import record
from logverdict.sidecar import filled
from logverdict.transcript.rows import Row, rows_of
from logverdict.transcript.signs import may_be_wrapped
from logverdict.transcript.wrapper import Peeled

if TYPE_CHECKING:
    from logverdict.transcript.way_back import Pieces

_Peeler: TypeAlias = Callable[[Sequence[Row]], Peeled | None]


@record(frozen=True, slots=True)
class Inner:
    """The log inside: `pieces` has its bytes and the way back to the raw ones.

    `said` is standard output where the wrapper keeps it apart, `meta` what the wrapper says of the run.
    """

    pieces: "Pieces"
    said: Text | None
    meta: Meta


def peeled(part: Part, data: bytes) -> Inner | None:
    """Take off all that is known to stand around a log; null where nothing does."""
    if not may_be_wrapped(data):
        return None
    from logverdict.transcript.way_back import Pieces

    rows: Sequence[Row] = rows_of(data)
    said: Sequence[Row] = ()
    meta = Meta()
    is_peeled = False
    for peel in _peelers():
        found = peel(rows)
        if found is not None:
            rows, said, meta = found.rows, found.said or said, filled(meta, found.meta)
            is_peeled = True
    return Inner(Pieces(data, rows), _text(part, data, said), meta) if is_peeled else None


def _peelers() -> tuple[_Peeler, ...]:
    # Loaded only for the few logs that show a sign of a wrapper: the others need not wait for it.
    from logverdict.transcript.broken_json import peel_broken_json
    from logverdict.transcript.documents import peel_document
    from logverdict.transcript.envelopes import peel_envelopes
    from logverdict.transcript.fences import peel_fences
    from logverdict.transcript.pane import peel_pane
    from logverdict.transcript.powershell import peel_powershell
    from logverdict.transcript.prefixes import peel_prefixes
    from logverdict.transcript.shell_wrapper import peel_shell_wrapper

    return (
        peel_pane, peel_prefixes, peel_envelopes, peel_document, peel_fences, peel_shell_wrapper,
        peel_powershell, peel_broken_json,
    )  # fmt: skip


def _text(part: Part, data: bytes, rows: Sequence[Row]) -> Text | None:
    if not rows:
        return None
    from logverdict.transcript.way_back import Pieces

    pieces = Pieces(data, rows)
    whole = Place(part, 1, 0, len(pieces.data.removesuffix(b"\n")))
    return Text(pieces.data.decode("utf-8", "replace").removesuffix("\n"), pieces.back(whole))
