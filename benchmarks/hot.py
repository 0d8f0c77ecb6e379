"""A log of nothing but matches."""

import random
from collections.abc import Iterator
from itertools import islice
from typing import Final

from blocks import FRAME, runs
from filler import texts
from packs import own_patterns
from workload import SEED, Made, donors, until

_OF_EACH: Final = 40


def hot(size: int, made: Made) -> Iterator[str]:
    """Make a human log in which every line that a command prints is one that some rule looks for."""
    draw = random.Random(SEED)  # noqa: S311  no secret, but the same log each time
    lines = hot_lines()
    frame = runs("human")[FRAME.format("human")]
    commands = [step for steps in donors("human") for step in steps if step.is_command]
    yield frame.head
    blocks = (
        "".join((step.before, *draw.choices(lines, k=draw.randint(4, 60)), "\n"))
        for step in iter(lambda: draw.choice(commands), None)
    )
    yield from until(size, (made.counted(block, True) for block in blocks))
    yield from (made.counted(step.before + step.after, step.is_command) for step in frame.steps)


def hot_lines() -> list[str]:
    """Give lines of real text that match a pattern of the rules: of each pattern at most some."""
    lines = list(dict.fromkeys("\n".join((*texts(), *_records())).splitlines(keepends=True)))
    return [
        line if line.endswith("\n") else f"{line}\n"
        for pattern in own_patterns()
        for line in islice(filter(pattern.matches, lines), _OF_EACH)
    ]


def _records() -> Iterator[str]:
    """Yield the errors that Codex wrote in real runs, without the word that makes them its own."""
    for run in runs("human").values():
        for step in () if run.is_good else run.steps:
            lines = step.before.splitlines()
            yield from (one.removeprefix("ERROR: ") for one in lines if one.startswith("ERROR: "))
