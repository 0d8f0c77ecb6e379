"""The process that delivers: `python -m codexjob.telling.courier`, with its errand on standard input.

A process of its own, so that no receiver can hold a run up, the HTTP stack stays out of the runner, and
programs started here are not taken for something that Codex left behind. Its first line is the errand, each
further line a letter; when its input ends it delivers what is left for a while, keeps the rest as dead
letters, and is gone.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from codexjob.family import adopt_orphans
from codexjob.runmeta import stamp
from codexjob.secrecy.chokepoint import without_secrets
from codexjob.telling.chat import Chat
from codexjob.telling.dead_letters import DeadLetter, bury
from codexjob.telling.letter import Letter, read
from codexjob.telling.program import Program
from codexjob.telling.rounds import Patience, Receiver, Round
from codexjob.telling.wanted import Telling
from codexjob.telling.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Errand:
    """Who is to be told, the key to sign with, where dead letters go, and how long the end may take."""

    telling: Telling
    secret: str
    dead_letters: Path
    grace: float
    patience: Patience = field(default_factory=Patience)


def receivers(telling: Telling, secret: str) -> Iterator[tuple[str, Receiver]]:
    """Give everybody who is to be told, with the address that a dead letter names."""
    for command in telling.commands:
        yield command, Program(command, telling.command_timeout, is_shell=telling.is_shell)
    for url in telling.urls:
        yield url, Webhook(url, secret, is_compat=telling.is_compat)
    for target in telling.targets:
        yield target, Chat(target)


def main() -> None:
    """Deliver the letters of standard input until it ends."""
    from pydantic import TypeAdapter
    from stamina.instrumentation import set_on_retry_hooks

    set_on_retry_hooks(())
    # What a command leaves must not become a child of the runner, which takes its own for Codex's.
    adopt_orphans()
    lines = sys.stdin.buffer
    errand = TypeAdapter(Errand).validate_json(lines.readline())
    rounds = [
        Round(receiver, partial(_lose, errand, address), errand.patience)
        for address, receiver in receivers(errand.telling, errand.secret)
    ]
    for one in rounds:
        one.begin()
    for line in lines:
        _put(read(line), rounds)
    _finish(rounds, errand.grace)


def _put(letter: Letter, rounds: list[Round]) -> None:
    for one in rounds:
        one.put(letter)


def _finish(rounds: list[Round], grace: float) -> None:
    until = monotonic() + grace
    for one in rounds:
        one.close()
    for one in rounds:
        one.join(until - monotonic())
    # Threads that are still waiting for a receiver must not be waited for.
    sys.stderr.flush()
    os._exit(0)


def _lose(errand: Errand, address: str, letter: Letter, reason: str) -> None:
    shown = without_secrets(f"{letter.type} was not delivered to {address}: {reason}")
    sys.stderr.write(f"codexjob: {shown}\n")
    if address in errand.telling.commands:
        return
    dead = DeadLetter(letter, address, reason, stamp(datetime.now(UTC)), errand.telling.is_compat)
    try:
        bury(errand.dead_letters, dead)
    except OSError as err:
        sys.stderr.write(f"codexjob: cannot keep it in {errand.dead_letters}: {err.strerror}\n")


_GONE: Final = (BrokenPipeError, KeyboardInterrupt)

if __name__ == "__main__":
    try:
        main()
    except _GONE:
        os._exit(0)
