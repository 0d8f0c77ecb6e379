"""How big everything is, and where: what all parts of a measurement share."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from measured import Command, Words

HERE: Final = Path(__file__).parent
MEGABYTE: Final = 1_000_000
FORMS: Final = {"human": "human log", "json": "JSONL"}


@dataclass(frozen=True, slots=True)
class Setting:
    """Sizes in MB, numbers of logs and rounds, and the folder for everything that is made."""

    folder: Path
    python: str
    rounds: int
    logs: int
    megabytes: int
    large: int
    matches: int

    def script(self, name: str, *words: object) -> str:
        """Run a script of this folder in a process of its own, and give what it prints.

        Apart, so that the process that measures stays small: its children begin as copies of it.
        """
        command = [self.python, str(HERE / name), *map(str, words)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def made(self, *words: object) -> dict[str, int]:
        """Make logs, and give what they consist of."""
        return dict(json.loads(self.script("make_logs.py", *words)))

    def rules(self, count: int) -> "Rules":
        """Make a pack that brings the built-in rules to so many."""
        folder = self.folder / f"rules-{count}"
        if not folder.is_dir():
            self.script("packs.py", count, folder)
        known = int((folder / "count").read_text())
        return Rules(known, folder)

    def classify(self, log: Path, rules: "Rules | None" = None, processors: int | None = None) -> Command:
        """Make the command that judges logs, by the built-in rules or by these."""
        made = rules.folder / "pack" if rules else None
        pack: Words = ["--rules", made] if made and made.is_dir() else []
        program = Path(self.python).parent / "codexjob"
        words: Words = [program, "classify", "--exit-zero", "--format", "jsonl", *pack, log]
        return Command(words, processors=processors)


@dataclass(frozen=True, slots=True)
class Rules:
    """So many rules, and the folder with the made ones and with patterns for other programs."""

    count: int
    folder: Path


def verdicts(command: Command) -> Iterator[dict[str, Any]]:
    """Run a command once before it is measured, so that its rules are kept, and read what it says."""
    with subprocess.Popen(command.words, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        yield from map(json.loads, child.stdout)
    if child.returncode:
        raise SystemExit(f"this ended with {child.returncode}: {command.words}")


def must_succeed(command: Command) -> str:
    """Run it once, see that its log is judged as what it is, a run that did its work, and give the cause."""
    (verdict,) = verdicts(command)
    if not verdict["success"]:
        raise SystemExit(f"a log made of good runs was not judged a success: {verdict['cause']}")
    return str(verdict["cause"])


def ms(seconds: float) -> str:
    """Write milliseconds."""
    return f"{seconds * 1000:.0f}"
