"""Read and judge hostile bytes: what every log must stand, and a short run of it without a fuzzer."""

import json
import os
import random
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from logverdict.classify import classify
from logverdict.events import Part, Place, Text, Transcript
from logverdict.meta import Meta
from logverdict.rulebook import Ruleset, load_ruleset, packaged_rules
from logverdict.source import Log
from logverdict.stored import Content, Stored
from logverdict.transcript import read_transcripts
from logverdict.transcript.read import read_transcript

SECONDS: Final = 3.0
LOGS: Final = {path.stem: path.read_bytes() for path in sorted((Path(__file__).parent / "seeds").iterdir())}
HUMAN, STREAM = LOGS["new"], LOGS["stream"]
SEEDS: Final = (
    *LOGS.values(),
    HUMAN + HUMAN,
    STREAM + STREAM,
    b"\xff\xfe" + HUMAN.decode().encode("utf-16-le"),
    b"[10:00:00] [INFO] " + STREAM.replace(b"\n", b"\n[10:00:01] [INFO] "),
)
ODD: Final = (b"", b"\x00", b"\xff", b"\r", b"\x1b[0m", b'"', b"\\", b"{", b"[" * 40, b"\xed\xa0\x80", b"\n")


@cache
def ruleset() -> Ruleset:
    """Load the packaged rules once."""
    return load_ruleset([packaged_rules()])


def parts_of(data: bytes) -> dict[Part, bytes]:
    """Take the parts of a log from fuzzed bytes: the first byte says which there are."""
    kind, rest = data[:1], data[1:]
    first, _, second = rest.partition(b"\x00")
    if kind == b"a":
        return {"jsonl": first, "stderr": second}
    if kind == b"r":
        return {"jsonl": first, "rollout": second}
    return {"log": data}


def check_places(transcript: Transcript, parts: Mapping[Part, bytes]) -> None:
    """Check that all that was read stands within the log, and can be written."""
    for event in transcript.events:
        fields = [getattr(event, name, None) for name in ("text", "command", "output")]
        texts = [field for field in fields if isinstance(field, Text)]
        for place in (event.at, *(text.place for text in texts)):
            check_place(place, parts)
        repr(event).encode()
    for place in transcript.spoofable:
        check_place(place, parts)


def check_place(place: Place, parts: Mapping[Part, bytes]) -> None:
    """Check that a place is one within its part."""
    size = len(parts.get(place.part, b""))
    assert 0 <= place.start <= place.end <= size, (place, size)
    assert place.line >= 1, place


def on_disk(data: bytes) -> Stored:
    """Put bytes into a file without a name, read in blocks of an odd size."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return Stored(os.dup(file.fileno()), 1 + len(data) % 97)


def check(data: bytes) -> None:
    """Read and judge bytes in all ways: nothing may raise, and no way may read something else."""
    parts = parts_of(data)
    for transcript in read_transcripts(parts):
        check_places(transcript, parts)
    stored: dict[Part, Content] = {part: on_disk(content) for part, content in parts.items()}
    assert read_transcript(stored) == read_transcript(parts)
    verdict = classify(Log("x", parts, Meta()), ruleset())
    json.dumps([finding.message for finding in verdict.findings]).encode()
    assert classify(Log("x", stored, Meta()), ruleset()) == verdict


def mutated(data: bytes, draw: random.Random) -> bytes:
    """Change a log a little: cut, doubled, swapped, or with odd bytes in it."""
    lines = data.splitlines(keepends=True)
    for _ in range(draw.randint(0, 6)):
        at = draw.randrange(len(lines) + 1)
        odd = draw.choice(ODD)
        match draw.randrange(4):
            case 0:
                lines[at : at + 1] = []
            case 1:
                lines.insert(at, draw.choice(draw.choice(SEEDS).splitlines(keepends=True)))
            case 2 if at < len(lines):
                cut = draw.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + odd + lines[at][cut + draw.randrange(3) :]
            case _:
                lines[at:] = draw.sample(lines[at:], len(lines) - at)
    changed = b"".join(lines)
    return changed[: draw.randrange(len(changed) + 1)] if draw.random() < 0.3 else changed


def test_the_seeds_are_read_and_judged() -> None:
    for seed in SEEDS:
        check(seed)
        check(b"a" + seed + b"\x00" + HUMAN)
        check(b"r" + STREAM + b"\x00" + seed)


def test_changed_logs_are_read_and_judged_for_some_seconds() -> None:
    end = time.monotonic() + SECONDS
    number = 0
    while time.monotonic() < end or number < 20:
        draw = random.Random(number)  # noqa: S311  the same logs each time
        data = draw.choice((b"", b"", b"a", b"r")) + mutated(draw.choice(SEEDS), draw)
        try:
            check(data)
        except Exception as err:
            raise AssertionError(f"random.Random({number}): {data!r}") from err
        number += 1
