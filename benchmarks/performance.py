"""Measure how long verdicts take, beside plain tools on the same machine, and write docs/performance.md."""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import workload
from logverdict.pattern import Pattern
from logverdict.rulebook import load_ruleset, packaged_rules
from logverdict.rulebook.sought import Sought, matches_of
from measured import Cost, cost

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
CODEXJOB = Path(sys.executable).parent / "codexjob"
RULES = (30, 100, 300, 1000)
MEGABYTE = 1_000_000
LOOP_SAMPLE = 200_000
HEADING = """# How long a verdict takes

Made by `make bench` on {machine}: medians of {rounds}, everything in one run. CPU
time counts, of all processes together; wall time stands beside it. The logs are made by a seed, from outputs
in the recorded dataset and from Python's own sources: a command every 1.4 KB, of which 15 % failed."""
READING = """## How to read this

- One log is judged without the libraries of the command line, for YAML, grammars and schemas: the rules are
  kept, as data, in the user's cache folder. Most of what is left is the loading of Python's own modules and
  of ours; the engine compiles only the patterns that are looked for.
- Of many logs most time goes into events: each is an object with its place in the log. Rules take a tenth.
- A big log is read in pieces that stay on disk, so memory grows with its events and not with its bytes.
- More rules cost little: one pass over the short texts of a run (errors, messages, traces) tells which
  patterns can occur at all, and a rule that cannot do without an absent one is not asked.

What was aimed at and is not reached: one log within five times the bare interpreter (half of the rest is
Python's own modules, a sixth is compiling patterns), three thousand small logs a second, and big logs as
fast as a tool that only searches lines. The last two need a reader that makes no object of an event before
a rule looks at it.
"""
IN_PROCESS = """
import sys, time
from pathlib import Path
from logverdict.classify import classify
from logverdict.rulebook import load_ruleset
from logverdict.source import find_logs
from io import BytesIO
ruleset = load_ruleset([Path(sys.argv[1])])
names = sorted(str(path) for path in Path(sys.argv[2]).iterdir())
for log in find_logs(names[:100], BytesIO()):
    classify(log, ruleset)
start = time.process_time()
for log in find_logs(names, BytesIO()):
    classify(log, ruleset)
print(len(names) / (time.process_time() - start))
"""


def rows(chosen: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Measure everything; yield the lines of the page."""
    yield from cold(chosen, folder)
    yield from many(chosen, folder)
    yield from big(chosen, folder)
    yield from ruleset_sizes(chosen, folder)


def cold(chosen: argparse.Namespace, folder: Path) -> Iterator[str]:
    """One log in a process of its own, its rules kept from the run before."""
    rounds = max(chosen.rounds, 5)
    bare = cost([sys.executable, "-I", "-c", "pass"], rounds)
    yield from table(
        "One log of 20 KB, whole process", "command", "CPU ms", "wall ms", "times the interpreter"
    )
    yield row("`python -I -c pass`", ms(bare.cpu), ms(bare.wall), 1)
    for name, make in (("human log", workload.human), ("JSONL", workload.jsonl)):
        log = folder / "one.log"
        workload.write(log, make(20_000))
        command = [CODEXJOB, "classify", "--exit-zero", log]
        cost(command, 1)
        quick = cost(command, rounds)
        yield row(f"`codexjob classify`, {name}", ms(quick.cpu), ms(quick.wall), times(quick, bare))
    declared = cost([sys.executable, "-m", "codexjob", "classify", "--exit-zero", log], rounds)
    yield row(
        "the same, with the libraries of the command line",
        ms(declared.cpu),
        ms(declared.wall),
        times(declared, bare),
    )


def many(chosen: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Many small logs: one process, and as many as the machine has processors."""
    yield from table(
        f"{chosen.logs:,} logs of 20 KB, whole process",
        "logs",
        "CPU s",
        "wall s",
        "verdicts a CPU second",
        "peak MB",
    )
    for name, make in (("human logs", workload.human), ("JSONL", workload.jsonl)):
        logs = small_logs(folder / name, make, chosen.logs)
        command = [CODEXJOB, "classify", "--exit-zero", "--format", "jsonl", logs]
        alone = cost(["taskset", "-c", "0", *command], chosen.rounds) if shutil.which("taskset") else None
        if alone:
            yield row(
                f"{name}, one processor",
                f"{alone.cpu:.1f}",
                f"{alone.wall:.1f}",
                rate(chosen.logs, alone.cpu),
                f"{alone.memory:.0f}",
            )
        both = cost(command, chosen.rounds)
        yield row(
            f"{name}, {os.cpu_count()} processors",
            f"{both.cpu:.1f}",
            f"{both.wall:.1f}",
            rate(chosen.logs, both.cpu),
            f"{both.memory:.0f}",
        )


def big(chosen: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Big logs, beside tools that know nothing of events."""
    size = chosen.megabytes * MEGABYTE
    yield from table(
        f"One log of {chosen.megabytes} MB", "command", "CPU s", "wall s", "MB a CPU second", "peak MB"
    )
    shapes = (
        ("human log", workload.human),
        ("JSONL", workload.jsonl),
        ("a log of nothing but matches", workload.matches),
    )
    for name, make in shapes:
        log = folder / "big.log"
        workload.write(log, make(size))
        used = cost([CODEXJOB, "classify", "--exit-zero", log], chosen.rounds)
        yield big_row(f"`codexjob classify`, {name}", used, size)
        if make is workload.human:
            yield from peers(log, size, chosen.rounds)


def peers(log: Path, size: int, rounds: int) -> Iterator[str]:
    """Plain tools over the same log, with all patterns of the rules where they take patterns."""
    yield big_row("`cat`", cost(["cat", log], rounds), size)
    yield big_row("`wc -l`", cost(["wc", "-l", log], rounds), size)
    sources = [f"(?i:{one.source})" if one.ignores_case else one.source for one in patterns()]
    listed = log.with_suffix(".patterns")
    listed.write_text("\n".join(sources) + "\n", encoding="utf-8")
    if shutil.which("rg"):
        options = ["-c", "-j1", "--no-unicode", "--dfa-size-limit", "1G"]
        yield big_row(
            "`rg -c -j1 --no-unicode`, the same patterns",
            cost(["rg", *options, "-f", listed, log], rounds),
            size,
        )
    yield big_row(
        "`grep -c -E`, six patterns of the earlier shell wrapper",
        cost(["grep", "-c", "-E", workload.WRAPPER, log], rounds, {"LC_ALL": "C"}),
        size,
    )
    yield loop_row(log, sources)


def loop_row(log: Path, sources: list[str]) -> str:
    """A loop over lines in Python, with the standard library's expressions, on the beginning of the log."""
    compiled = []
    for source in sources:
        try:
            compiled.append(re.compile(source.replace(r"\z", r"\Z")))
        except re.error:
            continue
    text = log.read_bytes()[:LOOP_SAMPLE].decode("utf-8", "replace")
    start = time.process_time()
    sum(1 for line in text.split("\n") for pattern in compiled if pattern.search(line))
    speed = LOOP_SAMPLE / MEGABYTE / (time.process_time() - start)
    return row(
        f"a loop over lines in Python, {len(compiled)} patterns, the first {LOOP_SAMPLE // 1000} KB",
        "",
        "",
        f"{speed:.2f}",
        "",
    )


def ruleset_sizes(chosen: argparse.Namespace, folder: Path) -> Iterator[str]:
    """The same small logs under more and more rules."""
    logs = small_logs(folder / "under rules", workload.jsonl, min(chosen.logs, 1000))
    yield from table(
        "More rules, logs of 20 KB in one process", "rules", "verdicts a CPU second", "of the first"
    )
    first = 0.0
    for count in RULES:
        pack = folder / f"{count}"
        pack.mkdir()
        (pack / "rules.yaml").write_text("".join(workload.pack(count)), encoding="utf-8")
        speeds = sorted(in_process(pack, logs) for _ in range(chosen.rounds))
        speed = speeds[len(speeds) // 2]
        first = first or speed
        yield row(f"{count:,}", f"{speed:,.0f}", f"{speed / first:.0%}")


def in_process(pack: Path, logs: Path) -> float:
    """Give the verdicts a CPU second of one process."""
    done = subprocess.run(
        [sys.executable, "-c", IN_PROCESS, pack, logs], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def small_logs(folder: Path, make: workload.Make, count: int) -> Path:
    """Write many small logs; five hundred differ, the others repeat them."""
    folder.mkdir()
    for number in range(count):
        workload.write(
            folder / f"{number:06}.{'log' if make is workload.human else 'jsonl'}", make(20_000, number % 500)
        )
    return folder


def patterns() -> list[Pattern]:
    """Give every pattern that the built-in rules look for."""
    ruleset = load_ruleset([packaged_rules()])
    sought: Iterator[Sought] = (found for rule in ruleset.rules for found in matches_of(rule.when.bound))
    return list(dict.fromkeys(test.pattern for _, test in sought))


def table(title: str, *columns: str) -> Iterator[str]:
    """Begin a table."""
    yield f"\n## {title}\n"
    yield row(*columns)
    yield row(*("---" for _ in columns))


def row(*cells: object) -> str:
    """Write one row of a table."""
    line = f"| {' | '.join(map(str, cells))} |"
    print(line, flush=True)
    return line


def big_row(name: str, used: Cost, size: int) -> str:
    """Write the row of a command over a big log."""
    return row(
        name,
        f"{used.cpu:.2f}",
        f"{used.wall:.2f}",
        f"{size / MEGABYTE / max(used.cpu, 0.001):,.0f}",
        f"{used.memory:.0f}",
    )


def ms(seconds: float) -> str:
    """Write milliseconds."""
    return f"{seconds * 1000:.0f}"


def times(one: Cost, other: Cost) -> str:
    """Write how many times one costs the CPU time of the other."""
    return f"{one.cpu / other.cpu:.1f}"


def rate(count: int, seconds: float) -> str:
    """Write how many a second."""
    return f"{count / seconds:,.0f}"


def machine() -> str:
    """Describe where this was measured, without a name of the machine."""
    processors = f"{os.cpu_count()} processors"
    return f"{platform.system()} {platform.machine()}, {processors}, Python {platform.python_version()}"


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--logs", type=int, default=20_000)
    parser.add_argument("--megabytes", type=int, default=256)
    parser.add_argument("--page", type=Path, default=PAGE)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = list(rows(chosen, Path(folder)))
    head = HEADING.format(machine=machine(), rounds=chosen.rounds)
    chosen.page.write_text("\n".join([head, *found, "", READING]), encoding="utf-8")


if __name__ == "__main__":
    main()
