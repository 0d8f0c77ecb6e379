"""What a peeler gives: the lines inside of a wrapper, and what the wrapper says of the run."""

from collections.abc import Sequence

from logverdict.meta import Meta
from logverdict.record import field, record
from logverdict.transcript.rows import Row


@record(frozen=True, slots=True)
class Peeled:
    """The lines of the log itself.

    `said` are the lines of standard output where the wrapper keeps them apart: the final message. `meta` is
    what the wrapper says of the run.
    """

    rows: Sequence[Row]
    said: Sequence[Row] = ()
    meta: Meta = field(default_factory=Meta)


def trimmed(rows: Sequence[Row]) -> Sequence[Row]:
    """Leave out the empty lines around."""
    first, after = 0, len(rows)
    while after > first and not rows[after - 1].text.strip():
        after -= 1
    while first < after and not rows[first].text.strip():
        first += 1
    return rows[first:after]
