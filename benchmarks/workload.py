"""Logs for the benchmarks, made by a seed from outputs of the dataset and from Python's own sources."""

import json
import random
import re
import sysconfig
import tarfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

Make: TypeAlias = Callable[..., Iterator[str]]
SEED = 20
RUNS = Path(__file__).parents[1] / "datasets" / "runs"
HEAD = (
    "OpenAI Codex v0.169.0\n--------\nworkdir: /home/dev/app\nmodel: gpt-5\nprovider: openai\n"
    "approval: never\nsandbox: workspace-write\nsession id: 0199aaaa-0000-7000-8000-000000000001\n"
    "--------\nuser\nMake the tests pass\n"
)
LAST = "The tests pass now."
TAIL = f"codex\n{LAST}\ntokens used\n12,345\n{LAST}\n"
SECTION = 1_400
FAILS = 0.15
SPOOFS = re.compile(r"^(?:exec|codex|tokens used|apply patch)$|^diff --git ", re.MULTILINE)
COMMANDS = (
    "sed -n 1,200p src/app.py", "python3 -m pytest -q tests", "git diff --stat", "ls -la", "npm run build",
    "cat pyproject.toml", "rg -n 'def main' src", "cargo check", "python3 tools/make.py --all", "git status",
)  # fmt: skip


WORDS = ("socket", "quota", "sandbox", "stream", "linker", "session", "gateway", "mirror", "schema", "worker")
SHAPES = (
    "turn failed and last error ~ /{0} before completion|{0} \\d+/",
    "last message ~ /(?i)\\b{0} (?:was|were) not (?:done|changed)\\b/ and files_changed = 0",
    "any trace ~ /failed to {0}/ or any error ~ /{0}: \\S+/",
    "not finished and any error ~ /{0}/",
    "any command where (exit_code != 0 and output ~ /{0} not found/)",
)
NOISE = 4
WRAPPER = (
    "usage limit|rate limit|stream disconnected|unexpected status [45][0-9][0-9]|context window|tokens used"
)
CHECKS = "".join(
    f"  {name}: '{pattern}'\n"
    for name, pattern in (
        ("test_runner", r"(?:^|\s)(?:pytest|cargo test|npm test)\b"),
        ("build_tool", r"(?:^|\s)(?:make|cargo check|npm run build)\b"),
        ("tests_passed", r"\b\d+ passed\b"),
        ("tests_failed", r"\b[1-9]\d* failed\b"),
        ("check_not_run", "command not found"),
    )
)


@cache
def bodies() -> tuple[str, ...]:
    """Give the outputs of real commands, one after another, and files of the standard library."""
    recorded = "\n".join(text for text in _recorded() if not SPOOFS.search(text))
    return (*(recorded for _ in range(4)), *_sources())


def _recorded() -> Iterator[str]:
    with tarfile.open(min(RUNS.glob("*.tar.xz"))) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith((".jsonl", ".out")):
                stream = archive.extractfile(member)
                yield from _outputs(stream.read().decode("utf-8", "replace") if stream else "")


def _outputs(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if '"aggregated_output"' in line and '"item.completed"' in line:
            try:
                yield json.loads(line)["item"]["aggregated_output"]
            except (ValueError, KeyError, TypeError):
                continue


def _sources() -> Iterator[str]:
    folder = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(folder.glob("[a-h]*.py")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if not SPOOFS.search(text):
            yield text


def sections(seed: int = SEED) -> Iterator[tuple[str, str, int]]:
    """Yield commands with their output and exit status, without end."""
    draw = random.Random(seed)  # noqa: S311  no secret, but the same log each time
    texts = bodies()
    while True:
        text = texts[draw.randrange(len(texts))]
        start = text.rfind("\n", 0, draw.randrange(max(1, len(text) - SECTION))) + 1
        output = text[start : start + draw.randint(SECTION // 4, SECTION * 7 // 4)].rstrip("\n")
        code = 1 if draw.random() < FAILS else 0
        if code:
            output += "\nerror: step failed: No such file or directory (os error 2)"
        yield COMMANDS[draw.randrange(len(COMMANDS))], output, code


def human(size: int, seed: int = SEED) -> Iterator[str]:
    """Make a human log of about `size` characters."""
    yield HEAD
    commands = (
        f'exec\n/bin/bash -lc "{command}" in /home/dev/app\n'
        f"{f' exited {code}' if code else ' succeeded'} in 12ms:\n{output}\n\n"
        for command, output, code in sections(seed)
    )
    yield from until(size, commands)
    yield TAIL


def jsonl(size: int, seed: int = SEED) -> Iterator[str]:
    """Make a JSONL log of about `size` characters."""
    yield line(type="thread.started", thread_id="0199aaaa-0000-7000-8000-000000000001")
    yield line(type="turn.started")
    commands = (item(number, *section) for number, section in enumerate(sections(seed)))
    yield from until(size, commands)
    yield line(type="item.completed", item={"id": "last", "type": "agent_message", "text": LAST})
    yield line(type="turn.completed", usage={"input_tokens": 9, "cached_input_tokens": 0, "output_tokens": 3})


def item(number: int, command: str, output: str, code: int) -> str:
    """Write the two lines of one command."""
    name = {"id": f"item_{number}", "type": "command_execution", "command": f'/bin/bash -lc "{command}"'}
    begun = {"aggregated_output": "", "exit_code": None, "status": "in_progress"}
    status = "failed" if code else "completed"
    ended = {"aggregated_output": output, "exit_code": code, "status": status}
    return line(type="item.started", item=name | begun) + line(type="item.completed", item=name | ended)


def until(size: int, pieces: Iterator[str]) -> Iterator[str]:
    """Yield pieces until they have `size` characters together."""
    for piece in pieces:
        yield piece
        size -= len(piece)
        if size <= 0:
            return


def matches(size: int, seed: int = SEED) -> Iterator[str]:
    """Make a human log in which every command fails, with output that rules look for."""
    yield HEAD
    said = "".join(
        f"bash: line {number}: tool: command not found: syntax error near unexpected token\n"
        for number in range(9)
    )
    one = f'exec\n/bin/bash -lc "pytest {seed}" in /home/dev/app\n exited 127 in 12ms:\n{said}\n'
    for _ in range(size // len(one)):
        yield one
    yield TAIL


def pack(count: int) -> Iterator[str]:
    """Make a pack of rules: shapes that authors write, each with words of its own."""
    yield f"patterns:\n{CHECKS}rules:\n"
    for number in range(count):
        word = f"{WORDS[number % len(WORDS)]}{number}"
        question = (
            "noise" if number % len(SHAPES) == NOISE else "ending" if number % len(SHAPES) != 1 else "work"
        )
        decides = "" if question == "noise" else "  verdict: environmental\n  action: retry\n"
        yield (
            f"- id: made.{word}\n  question: {question}\n{decides}  title: It was {word}\n"
            f"  when: '{SHAPES[number % len(SHAPES)].format(word)}'\n  why: So.\n  examples:\n"
            '  - log: "{}"\n    expect: no match\n  - log: "{}"\n    expect: match\n'
        )


def line(**event: object) -> str:
    """Write one line of JSON."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"


def write(path: Path, pieces: Iterator[str]) -> int:
    """Write a log, and give its size in bytes."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
    return path.stat().st_size
