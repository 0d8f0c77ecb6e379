"""Which programs a big log is given to beside us, and with which patterns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from measured import Command
from peers import grep_over, loop_speed, ripgrep, ripgrep_over, wrapper_over
from setting import MEGABYTE, Rules

_SLOW_PART: Final = 32
_LOOP_PART: Final = 1.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A command over so many MB, to be compared with us under so many rules; else only a speed."""

    command: Command | None
    megabytes: float
    rules: int = 100
    is_bar: bool = False
    speed: float = 0.0


def peers_of(log: Path, size: float, rules: Mapping[int, Rules], form: str) -> Iterator[tuple[str, Peer]]:
    """Yield every program with its name in the table."""
    yield from _ripgrep(log, size, rules)
    yield "`cat`", Peer(Command(["cat", log]), size)
    yield "`wc -l`", Peer(Command(["wc", "-l", log], {"LC_ALL": "C"}), size)
    yield "the earlier wrapper's rules, searched with `grep` by a shell script", Peer(wrapper_over(log), size)
    if form == "human":
        yield from _slow(log, size, rules)


def _ripgrep(log: Path, size: float, rules: Mapping[int, Rules]) -> Iterator[tuple[str, Peer]]:
    if ripgrep() is None:
        return
    for count in (100, 300):
        given = rules[count].count
        for kind, said in (("easy", "those of the rules that are easy for it"), ("plain", "plain phrases")):
            command = ripgrep_over(log, rules[count].folder / f"{kind}.patterns", given)
            yield f"`rg`, {given} patterns: {said}", Peer(command, size, count, is_bar=kind == "easy")
    part = _part(log, size, _SLOW_PART)
    command = ripgrep_over(part, rules[100].folder / "own.patterns", rules[100].count)
    yield (
        f"`rg`, {rules[100].count} patterns of the rules as they are, {_mb(part)}",
        Peer(command, _size(part)),
    )


def _slow(log: Path, size: float, rules: Mapping[int, Rules]) -> Iterator[tuple[str, Peer]]:
    """Yield what would take too long for the whole log: its speed is that over the beginning."""
    part = _part(log, size, _SLOW_PART)
    for count in (100, 300):
        command, kept = grep_over(part, rules[count].folder / "easy.patterns", rules[count].count)
        yield f"`grep -c -E`, {kept} of these easy patterns, {_mb(part)}", Peer(command, _size(part), count)
    listed = rules[100].folder / "easy.patterns"
    speed, kept = loop_speed(log, listed, rules[100].count, _LOOP_PART)
    name = f"a loop over lines in Python, {kept} easy patterns, the first {_LOOP_PART:.0f} MB"
    yield name, Peer(None, _LOOP_PART, speed=speed)


def _part(log: Path, size: float, megabytes: int) -> Path:
    """Write the beginning of a log, or give the log itself where it is no longer."""
    if size <= megabytes:
        return log
    part = log.with_suffix(f".part{log.suffix}")
    # Piece by piece: what this process holds at its most is told as the memory of each that it starts.
    with log.open("rb") as file, part.open("wb") as beginning:
        for _ in range(megabytes):
            beginning.write(file.read(MEGABYTE))
        beginning.write(file.readline())
    return part


def _size(path: Path) -> float:
    return path.stat().st_size / MEGABYTE


def _mb(part: Path) -> str:
    return f"{_size(part):.0f} MB of it"
