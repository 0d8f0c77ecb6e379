"""Logs for the benchmarks, made by a seed from real runs of the dataset."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Final

from blocks import FRAME, Form, Run, Step, numbered, runs
from filler import Filler
from packs import printed_patterns

SEED: Final = 20
SMALL: Final = 20_000
_FIRST_NUMBER: Final = 1000
_SAMPLE: Final = 1000
_BETWEEN: Final = 12
_MESSAGES: Final = 0.45
_CHANGES: Final = 0.1
_LONGEST_IN_SMALL: Final = 6_000
_SUCCEEDED: Final = re.compile(r'^ succeeded in |","exit_code":0,', re.MULTILINE)
# What a review found red may stay red, and a session that is resumed has its end elsewhere.
_LEFT_OUT: Final = re.compile(r"/(?:review|resume)_")


@dataclass(slots=True)
class Made:
    """What a log consists of.

    Of the first thousand commands: how many hold a match of a pattern that rules look for in what commands
    print, and how many such patterns match, each counted once a command.
    """

    bytes: int = 0
    blocks: int = 0
    commands: int = 0
    looked_at: int = 0
    with_match: int = 0
    matches: int = 0

    def counted(self, text: str, is_command: bool) -> str:
        """Count one block, and give it back."""
        self.blocks += 1
        self.commands += is_command
        if is_command and self.looked_at < _SAMPLE:
            found = sum(pattern.matches(text) for pattern in printed_patterns())
            self.looked_at += 1
            self.with_match += found > 0
            self.matches += found
        return text


def big(form: Form, size: int, made: Made, seed: int = SEED) -> Iterator[str]:
    """Make one run of about `size` characters: a real head, very many blocks, and the end of the real run."""
    draw = random.Random(seed)  # noqa: S311  no secret, but the same log each time
    frame = runs(form)[FRAME.format(form)]
    writer = Writer(form, Filler(draw), made)
    yield frame.head
    # What is red in a run becomes green before its end: never a part of one.
    yield from until(size, ("".join(map(writer.text, steps)) for steps in _some_runs(form, draw)))
    yield from map(writer.own, frame.steps)


def one(form: Form, made: Made, size: int = SMALL, seed: int = SEED) -> Iterator[str]:
    """Make a small log of a run that ended well."""
    yield from _lengthened(runs(form)[FRAME.format(form)], form, made, size, seed)


def small(form: Form, made: Made, seed: int, size: int = SMALL) -> Iterator[str]:
    """Make a log of about `size` characters that begins and ends as some run does in which commands ran."""
    yield from _lengthened(random.Random(seed).choice(_worked(form)), form, made, size, seed)  # noqa: S311


@cache
def _worked(form: Form) -> tuple[Run, ...]:
    return tuple(run for run in runs(form).values() if any(step.is_command for step in run.steps))


def _lengthened(run: Run, form: Form, made: Made, size: int, seed: int) -> Iterator[str]:
    draw = random.Random(seed)  # noqa: S311  no secret, but the same log each time
    writer = Writer(form, Filler(draw, longest=_LONGEST_IN_SMALL), made)
    own = [run.head, *map(writer.own, run.steps)]
    more = until(size - sum(map(len, own)), (writer.text(draw.choice(_plain(form))) for _ in repeat(None)))
    yield from (own[0], *more, *own[1:])


@dataclass(slots=True)
class Writer:
    """Writes blocks, with more output where commands ran, and counts what it writes."""

    form: Form
    filler: Filler
    made: Made
    number: int = _FIRST_NUMBER

    def text(self, step: Step) -> str:
        """Write a block of another run: with a number of its own, and more output before its own.

        It is the end of an output that tells how it went.
        """
        self.number += 1
        shown = numbered(step, self.number) if self.form == "json" else step
        more = self.filler.text() if step.is_command else ""
        written = json.dumps(more, ensure_ascii=False)[1:-1] if self.form == "json" else more
        return self.made.counted(shown.before + written + shown.after, step.is_command)

    def own(self, step: Step) -> str:
        """Write a block of the run itself, as it is."""
        return self.made.counted(step.before + step.after, step.is_command)


@cache
def donors(form: Form) -> tuple[tuple[Step, ...], ...]:
    """Give the blocks of runs that ended well and ran commands, run by run, without their ends."""
    good = (run for run in runs(form).values() if run.is_good and not _LEFT_OUT.search(run.file))
    taken = (run.steps[:-1] for run in good)
    return tuple(
        steps for steps in taken if any(step.is_command for step in steps) and all(map(_is_whole, steps))
    )


def _is_whole(step: Step) -> bool:
    """Tell whether a block can stand anywhere: of a command its end is seen, and an empty line behind it."""
    if step.is_command:
        return step.after.endswith(("\n\n", "}\n"))
    is_begun = step.before.startswith(("exec\n", '{"type":"item.started"'))
    return " ToolCall: " not in step.before and (not is_begun or '"type":"item.completed"' in step.before)


@cache
def _plain(form: Form) -> tuple[Step, ...]:
    """Give the commands that went well and printed nothing that rules look for."""
    steps = (step for steps in donors(form) for step in steps if step.is_command)
    good = (step for step in steps if _SUCCEEDED.search(step.before + step.after))
    return tuple(step for step in good if not any(one.matches(step.after) for one in printed_patterns()))


@cache
def _beside(form: Form) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Give the messages of these runs, and their changes of files."""
    steps = [step for steps in donors(form) for step in steps if not step.is_command]
    messages = (
        step for step in steps if step.before.startswith("codex\n") or '"agent_message"' in step.before
    )
    changes = (
        step for step in steps if step.before.startswith("apply patch\n") or '"file_change"' in step.before
    )
    return tuple(messages), tuple(changes)


def _some_runs(form: Form, draw: random.Random) -> Iterator[list[Step]]:
    """Yield without end all blocks of a run in their order, and behind them what else an agent does."""
    while True:
        yield [*draw.choice(donors(form)), *_others(form, draw)]


def _others(form: Form, draw: random.Random) -> Iterator[Step]:
    """Yield commands that went well, and between them messages and changes, as often as in public logs."""
    messages, changes = _beside(form)
    for _ in range(_BETWEEN):
        yield draw.choice(_plain(form))
        if draw.random() < _MESSAGES:
            yield draw.choice(messages)
        if draw.random() < _CHANGES:
            yield draw.choice(changes)


def until(size: int, pieces: Iterator[str]) -> Iterator[str]:
    """Yield pieces until they have `size` characters together."""
    for piece in pieces:
        yield piece
        size -= len(piece)
        if size <= 0:
            return
