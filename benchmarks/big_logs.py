"""Print the memory and the time that `codexjob classify` takes for big logs, each in a process of its own."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from make_logs import write

SEED = 20
OUTPUT = 20_000
LONG_LINE = 50 << 20
LINES = 2_000_000
MEGABYTE = 1 << 20
WORDS = (
    "collected", "passed", "warnings", "error:", "src/app.py", "tests/test_app.py", "in", "0.03s", "line",
    "def", "return", "value", "✓", "not", "found", "connection", "import", '"quoted"', "a\\b", "…", "module",
    "(1", "of", "9)",
)  # fmt: skip
HEAD = (
    "OpenAI Codex v0.169.0\n--------\nworkdir: /home/dev/app\nmodel: gpt-5\nprovider: openai\n"
    "approval: never\nsandbox: workspace-write\nsession id: 0199aaaa-0000-7000-8000-000000000001\n"
    "--------\nuser\nMake the tests pass\n"
)
TAIL = "codex\nDone. All tests pass.\ntokens used\n12,345\nDone. All tests pass.\n"


def some_output(draw: random.Random, size: int) -> str:
    """Make lines like those of a build or a test, about `size` characters together."""
    lines: list[str] = []
    left = size
    while left > 0:
        lines.append(" ".join(draw.choices(WORDS, k=draw.randint(0, 12))))
        left -= len(lines[-1]) + 1
    return "\n".join(lines)


def outputs(size: int) -> Iterator[str]:
    """Yield outputs until they have `size` characters together; a few dozen differ, the others repeat."""
    draw = random.Random(SEED)  # noqa: S311  no secret, but the same log each time
    made = [some_output(draw, draw.randint(OUTPUT // 2, OUTPUT * 3 // 2)) for _ in range(48)]
    while size > 0:
        yield made[draw.randrange(len(made))]
        size -= OUTPUT


def human(size: int) -> Iterator[str]:
    """Make a human log of many commands."""
    yield HEAD
    for number, output in enumerate(outputs(size)):
        yield f"exec\n/bin/bash -lc 'make step-{number}' in /home/dev/app\n succeeded in 12ms:\n{output}\n\n"
    yield TAIL


def human_one(size: int) -> Iterator[str]:
    """Make a human log of one command with one big output."""
    yield f"{HEAD}exec\n/bin/bash -lc 'make all' in /home/dev/app\n succeeded in 12ms:\n"
    for output in outputs(size):
        yield f"{output}\nnext\n"
    yield f"\n{TAIL}"


def human_lines(_size: int) -> Iterator[str]:
    """Make a human log of two million lines, one of them of 50 MB."""
    yield HEAD
    for number in range(LINES // 100):
        yield f"exec\n/bin/bash -lc 'make step-{number}' in /home/dev/app\n succeeded in 12ms:\n"
        yield "a line of output ✓\n" * 96
        yield "\n"
        if number == LINES // 200:
            yield from ("a long line ✓ " * (LONG_LINE // 1000 // 16) for _ in range(1000))
            yield "\n\n"
    yield TAIL


def line(**event: object) -> str:
    """Write one line of JSON."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"


def command(number: int, output: str) -> str:
    """Write the two lines of one command."""
    shown = {
        "id": f"item_{number}",
        "type": "command_execution",
        "command": f"/bin/bash -lc 'make step-{number}'",
    }
    return line(type="item.started", item={**shown, "status": "in_progress"}) + line(
        type="item.completed",
        item={**shown, "aggregated_output": output, "exit_code": 0, "status": "completed"},
    )


def jsonl(size: int) -> Iterator[str]:
    """Make a JSONL log of many commands."""
    yield line(type="thread.started", thread_id="0199aaaa-0000-7000-8000-000000000001")
    yield line(type="turn.started")
    for number, output in enumerate(outputs(size)):
        yield command(number, output)
    yield line(type="item.completed", item={"id": "last", "type": "agent_message", "text": "Done."})
    yield line(type="turn.completed", usage={"input_tokens": 9, "output_tokens": 3})


def jsonl_one(size: int) -> Iterator[str]:
    """Make a JSONL log of one command with one big output, all in one line."""
    before, after = command(0, "HERE").split("HERE")
    yield line(type="turn.started") + before
    for output in outputs(size):
        yield json.dumps(output + "\n", ensure_ascii=False)[1:-1]
    yield after
    yield line(type="item.completed", item={"id": "last", "type": "agent_message", "text": "Done."})
    yield line(type="turn.completed", usage={"input_tokens": 9, "output_tokens": 3})


def jsonl_lines(_size: int) -> Iterator[str]:
    """Make a JSONL log of two million lines, one of them of 50 MB."""
    yield line(type="turn.started")
    for number in range(LINES // 2):
        yield command(number, "a line of output\n")
        if number == LINES // 4:
            yield command(LINES, "a long line ✓ \n" * (LONG_LINE // 18))
    yield line(type="item.completed", item={"id": "last", "type": "agent_message", "text": "Done."})
    yield line(type="turn.completed", usage={"input_tokens": 9, "output_tokens": 3})


SHAPES: dict[str, tuple[bool, Callable[[int], Iterator[str]]]] = {
    "human, outputs of 20 KB": (True, human),
    "human, one output": (True, human_one),
    "human, 2 million lines": (False, human_lines),
    "jsonl, outputs of 20 KB": (True, jsonl),
    "jsonl, one output": (True, jsonl_one),
    "jsonl, 2 million lines": (False, jsonl_lines),
}


def classified(path: Path) -> tuple[str, float, float, float]:
    """Classify a log: the verdict, its peak memory in MB, its CPU seconds and its wall seconds."""
    start = time.perf_counter()
    arguments = [sys.executable, "-m", "codexjob", "classify", "--exit-zero", "--format", "jsonl", str(path)]
    child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout as output:
        answer = output.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    verdict = json.loads(answer)["verdict"] if answer else f"exit {child.returncode}"
    seconds = time.perf_counter() - start
    return verdict, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime, seconds


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[256, 1024])
    parser.add_argument("--shape", nargs="+", choices=SHAPES, default=list(SHAPES))
    chosen = parser.parse_args()
    print(f"{'log':<26}{'MB':>7}{'peak MB':>9}{'CPU s':>8}{'wall s':>8}  verdict")
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen.shape:
            is_sized, make = SHAPES[name]
            for megabytes in chosen.megabytes if is_sized else [0]:
                path = Path(folder) / "big.log"
                size = write(path, make(megabytes * MEGABYTE)) / MEGABYTE
                verdict, peak, cpu, wall = classified(path)
                print(f"{name:<26}{size:>7.0f}{peak:>9.0f}{cpu:>8.1f}{wall:>8.1f}  {verdict}", flush=True)


if __name__ == "__main__":
    main()
