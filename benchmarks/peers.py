"""Other programs over the same log: what they are called, and the patterns of the rules in their dialects."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

from measured import Command, Words

Translate: TypeAlias = Callable[[str], str | None]
_SEARCHED: Final = (0, 1)
_CLASS: Final = re.compile(r"\[(?:[^\]\\]|\\.)+\]")
_PERL_ONLY: Final = re.compile(r"\(\?[^:]|[*+?}]\?|\\[AzBpPQ]|[^\x00-\x7f]|\[[^\]]*\\[a-z]")
# What the rules of the pack `compat` look for: it says of each what the wrapper took it for.
_WRAPPER: Final = ("syntax error|unexpected EOF", "error:|fatal:|Exception:", "^tokens used")


def ripgrep() -> str | None:
    """Find ripgrep: that of the dependency group `bench`, or the machine's own."""
    beside = Path(sys.executable).parent / "rg"
    return str(beside) if beside.is_file() else shutil.which("rg")


def ripgrep_version() -> str:
    """Give the version of ripgrep, or say that there is none."""
    program = ripgrep()
    if program is None:
        return "no ripgrep"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return " ".join(said.split()[:2])


def ripgrep_over(log: Path, listed: Path, count: int) -> Command:
    """Make the command of ripgrep, tuned to its best, with so many of the listed patterns."""
    program = ripgrep()
    assert program is not None
    kept = _usable(listed, count, _for_ripgrep, [program, "--no-unicode"])
    options = ["-c", "-j1", "--no-unicode", "--dfa-size-limit", "1G", "--regex-size-limit", "1G"]
    return Command([program, *options, "-f", _written(kept, listed, "rg"), log], fine=_SEARCHED)


def grep_over(log: Path, listed: Path, count: int) -> tuple[Command, int]:
    """Make the command of grep with those of so many patterns that it understands; tell how many."""
    kept = _usable(listed, count, _for_grep, ["grep", "-E"], is_filled=False)
    words: Words = ["grep", "-c", "-E", "-f", _written(kept, listed, "grep"), log]
    return Command(words, {"LC_ALL": "C"}, fine=_SEARCHED), len(kept)


def wrapper_over(log: Path) -> Command:
    """Search a log three times with grep for what the earlier wrapper looked for, as a script does."""
    searches = "; ".join(f"grep -c -E '{words}' \"$0\"" for words in _WRAPPER)
    return Command(["sh", "-c", f"{searches}; true", log], {"LC_ALL": "C"})


def loop_speed(log: Path, listed: Path, count: int, megabytes: float) -> tuple[float, int]:
    """Give the MB a CPU second of a loop over lines in Python, and how many of the patterns it understood."""
    loop = Path(__file__).with_name("loop.py")
    words: Words = [sys.executable, loop, log, listed, str(count), str(megabytes)]
    speed, understood = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    return float(speed), int(understood)


def _usable(
    listed: Path, count: int, translate: Translate, program: Sequence[str], *, is_filled: bool = True
) -> list[str]:
    """Take the first patterns that a program understands; or of the first so many, those that it does."""
    sources = listed.read_text(encoding="utf-8").splitlines()
    understood = _understood(sources if is_filled else sources[:count], translate, program)
    return list(islice(understood, count))


def _understood(sources: Sequence[str], translate: Translate, program: Sequence[str]) -> Iterator[str]:
    for source in sources:
        own = translate(source)
        if own is None:
            continue
        words = [*program, "-e", own, "/dev/null"]
        if subprocess.run(words, capture_output=True, check=False).returncode == 1:
            yield own


def _for_ripgrep(source: str) -> str:
    """Let only classes with other letters than ASCII know of Unicode: all else is faster without."""
    return _CLASS.sub(lambda one: one[0] if one[0].isascii() else f"(?u:{one[0]})", source)


def _for_grep(source: str) -> str | None:
    """Write a pattern as an extended regular expression; null for what has no such form."""
    plain = source.replace("(?:", "(")
    return None if _PERL_ONLY.search(plain) else plain.replace(r"\d", "[0-9]")


def _written(patterns: Sequence[str], listed: Path, tool: str) -> Path:
    path = listed.with_name(f"{listed.name}.{len(patterns)}.{tool}")
    path.write_text("\n".join(patterns) + "\n", encoding="utf-8")
    return path
