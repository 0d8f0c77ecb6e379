"""From the parts of a log, whatever stands around it, to the transcript of each run in it."""

from collections.abc import Callable, Mapping
from functools import partial, reduce
from typing import TYPE_CHECKING, Final, TypeAlias

from logverdict.events import Other, Part, Place, Text, Transcript
from logverdict.meta import Meta
from logverdict.record import field, record, replace
from logverdict.stored import Content
from logverdict.transcript.encoding import recoded
from logverdict.transcript.peel import peeled
from logverdict.transcript.read import read_transcript as read_bare
from logverdict.transcript.runs import RunSpan, split

if TYPE_CHECKING:
    from logverdict.transcript.condensed import Condense
    from logverdict.transcript.way_back import Way

_MAIN: Final[tuple[Part, ...]] = ("jsonl", "log", "stderr", "rollout")
_ReadRecord: TypeAlias = Callable[[Mapping[Part, Content]], Transcript]
LARGEST_WRAPPED: Final = 64 << 20
"""A larger part is read as it is: as one run of UTF-8, with nothing around it."""


@record(frozen=True, slots=True)
class _Bare:
    """A part with all taken off, the ways back to its raw bytes (innermost first), and what was beside it.

    `content` is what is read of it: what is big and has nothing around it stays on disk.
    """

    part: Part
    data: bytes
    content: Content
    ways: "tuple[Way, ...]" = ()
    said: Text | None = None
    meta: Meta = field(default_factory=Meta)


def read_transcripts(
    parts: Mapping[Part, Content], condense: "Condense | None" = None
) -> tuple[Transcript, ...]:
    """Read a log, whatever its format and whatever stands around it: one transcript a run, in their order.

    All places are told in the raw bytes of the part. There is always at least one transcript; the last one
    speaks for the file. Shapes that are taken off: docs/design.md. With `condense` a big log without anything
    around it is read without what no rule can tell apart.
    """
    part: Part = next((known for known in _MAIN if known in parts), "stderr")
    content = parts.get(part, b"")
    is_alone = "rollout" not in parts
    read = partial(_read_main, part, condense) if condense and is_alone else read_bare
    if len(content) > LARGEST_WRAPPED:
        return (read(parts),)
    bare = _bare(part, content)
    *earlier, span = split(bare.data, lambda data: read_bare({part: data}))
    last = _apart(bare, span, parts, read) if part == "jsonl" else _last(bare, span, read)
    if part != "rollout" and not is_alone:
        # What only few logs need is loaded where they need it, here and below.
        from logverdict.transcript.beside import with_rollout

        last = with_rollout(last, read_bare({"rollout": parts["rollout"]}))
    return (*(_read(bare, one, read_bare) for one in earlier), last)


def read_transcript(parts: Mapping[Part, Content]) -> Transcript:
    """Read a log as `read_transcripts` does, and give the run that speaks for it: the last."""
    return read_transcripts(parts)[-1]


def _bare(part: Part, content: Content) -> _Bare:
    data = content[:]
    code = recoded(data)
    outer: tuple[Way, ...] = (code,) if code else ()
    text = code.data if code else data
    inner = peeled(part, text) if part != "jsonl" else None
    if inner is None:
        return _Bare(part, text, text if code else content, outer)
    said = inner.said and Text(inner.said.value, _back(inner.said.place, outer))
    made = inner.pieces.data
    return _Bare(part, made, made, (inner.pieces, *outer), said, inner.meta)


def _read_main(part: Part, condense: "Condense", parts: Mapping[Part, Content]) -> Transcript:
    """Read a record whose main part is condensed, where it can be."""
    condensed = condense(parts.get(part, b""))
    if condensed is None:
        return read_bare(parts)
    read = read_bare({**parts, part: condensed.content})
    raw = _raw(read, (_OnePart(part, condensed.remains),))
    return replace(raw, commands_left_out=condensed.commands, failed_left_out=condensed.failed)


@record(frozen=True, slots=True)
class _OnePart:
    part: Part
    way: "Way"

    def back(self, place: Place) -> Place:
        return self.way.back(place) if place.part == self.part else place


def _last(bare: _Bare, span: RunSpan, read_record: _ReadRecord) -> Transcript:
    read = replace(_read(bare, span, read_record), meta=bare.meta)
    if bare.said is None:
        return read
    from logverdict.transcript.said_apart import with_said

    return with_said(read, bare.said)


def _read(bare: _Bare, span: RunSpan, read_record: _ReadRecord) -> Transcript:
    read = read_record({bare.part: _cut(bare, span.start, span.end)})
    raw = _raw(read, (_slice(span), *bare.ways)) if span.start or bare.ways else read
    rest = bare.data[span.end : span.after]
    if not rest.strip():
        return raw
    line = span.line + bare.data.count(b"\n", span.start, span.end) + 1
    place = _back(Place(bare.part, line, span.end, span.after), bare.ways)
    foreign = Other(place, Text(rest.decode("utf-8", "replace").strip(), place))
    return replace(raw, events=(*raw.events, foreign))


def _apart(bare: _Bare, span: RunSpan, parts: Mapping[Part, Content], read_record: _ReadRecord) -> Transcript:
    """Read the last run of a stream with the standard error that was captured apart."""
    code = recoded(parts["stderr"][:]) if len(parts.get("stderr", b"")) in range(2, LARGEST_WRAPPED) else None
    stderr = code.data if code else parts.get("stderr", b"")
    stream = _cut(bare, span.start, span.end)
    read = read_record({"jsonl": stream, "stderr": stderr})
    if not (span.start or bare.ways or code):
        return read
    return _raw(read, (_PartWay((_slice(span), *bare.ways), (code,) if code else ()),))


@record(frozen=True, slots=True)
class _PartWay:
    stream: "tuple[Way, ...]"
    stderr: "tuple[Way, ...]"

    def back(self, place: Place) -> Place:
        return _back(place, self.stream if place.part == "jsonl" else self.stderr)


def _cut(bare: _Bare, start: int, end: int) -> Content:
    return bare.content if start == 0 and end == len(bare.data) else bare.data[start:end]


def _back(place: Place, ways: "tuple[Way, ...]") -> Place:
    return reduce(lambda found, way: way.back(found), ways, place)


def _raw(transcript: Transcript, ways: "tuple[Way, ...]") -> Transcript:
    from logverdict.transcript.way_back import brought_back

    return reduce(brought_back, ways, transcript)


def _slice(span: RunSpan) -> "Way":
    from logverdict.transcript.way_back import Slice

    return Slice(span.start, span.line)
