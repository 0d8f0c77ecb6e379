"""Make odd big logs for a while, and hold what is judged of them condensed to what is judged of them whole.

python tests/fuzz/condensed_as_whole.py SECONDS [SEED]

Ends with status 1 at the first difference; the log then lies in the working folder as `condensed-SEED.log`.
"""

import json
import random
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from logverdict import classify
from logverdict.classify import judgement_on, verdict_on
from logverdict.condense import blocks, condenser, keeping, sorting
from logverdict.meta import Meta
from logverdict.record import replace
from logverdict.rulebook import Ruleset, built_in_ruleset
from logverdict.source import Log

OUTPUTS: Final = (
    "fine\n", "", "x\n" * 30, "3 passed in 1s\n", "1 failed\nFAILED a::b\n", "AssertionError: no\n",
    "Traceback (most recent call last):\n  x\nError\n", "Permission denied\n", "No space left on device\n",
    "not found\n", "\nERROR: boom\nx\n", "warning: x\n", "**b**\n", "  • x\n",
)  # fmt: skip
SCRIPTS: Final = (
    "ls", "cat a", "python3 s{}.py", "pytest -q", "npm test", "make", "git checkout -- x", "sed -i s/a/b/ t",
    "rg foo", "rm tests/test_a.py", "echo x > y",
)  # fmt: skip
SAID: Final = ("So.", "I fixed it.", "Which one?", "All work is finished and the tests pass.", "Done.")
HEAD: Final = (
    "OpenAI Codex v0.169.0\n--------\nworkdir: /r\nmodel: gpt-5\nprovider: openai\napproval: never\n"
    "sandbox: workspace-write\nsession id: 0199aaaa-0000-7000-8000-000000000001\n--------\nuser\nLook\n"
)
DIFF: Final = "diff --git a/a b/a\nindex 1..2\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n\n"


class Human:
    """Writes a human log."""

    begin = HEAD

    def command(self, draw: random.Random, script: str, code: int, output: str) -> str:
        """Write a command with its result, at times with a diff or a thought about it."""
        result = f" exited {code} in 3ms:" if code else " succeeded in 3ms:"
        early, late = (DIFF if draw.random() < 0.05 else "" for _ in range(2))
        end = "\n" if output else ""
        return f"exec\n/bin/bash -lc '{script}' in /r\n{early}{result}\n{output}{end}{late}"

    def patch(self, name: str) -> str:
        """Write a change of a file."""
        return f"apply patch\npatch: completed\n/r/{name}\n{DIFF}"

    def message(self, text: str) -> str:
        """Write a message."""
        return f"codex\n{text}\n"

    def end(self) -> str:
        """Write the end of a turn."""
        return "tokens used\n1,234\n"


class Stream:
    """Writes a stream of events."""

    begin = '{"type":"thread.started","thread_id":"t"}\n{"type":"turn.started"}\n'

    def __init__(self) -> None:
        self.number = 0

    def item(self, kind: str, fields: Mapping[str, object], *, is_end: bool = True) -> str:
        """Write an event of an item."""
        item = {"id": f"item_{self.number}", "type": kind, **fields}
        return json.dumps({"type": "item.completed" if is_end else "item.started", "item": item}) + "\n"

    def command(self, _draw: random.Random, script: str, code: int, output: str) -> str:
        """Write both events of a command."""
        self.number += 1
        line = f"/bin/bash -lc '{script}'"
        begun: dict[str, object] = {"aggregated_output": "", "exit_code": None, "status": "in_progress"}
        ended: dict[str, object] = {
            "aggregated_output": output,
            "exit_code": code,
            "status": "failed" if code else "completed",
        }
        return self.item("command_execution", begun | {"command": line}, is_end=False) + self.item(
            "command_execution", ended | {"command": line}
        )

    def patch(self, name: str) -> str:
        """Write a change of a file."""
        self.number += 1
        changes = [{"path": name, "kind": "update"}]
        return self.item("file_change", {"changes": changes, "status": "completed"})

    def message(self, text: str) -> str:
        """Write a message."""
        self.number += 1
        return self.item("agent_message", {"text": text})

    def end(self) -> str:
        """Write the end of a turn."""
        usage = {"input_tokens": 9, "cached_input_tokens": 0, "output_tokens": 3}
        return json.dumps({"type": "turn.completed", "usage": usage}) + "\n"


def written(writer: Human | Stream, draw: random.Random) -> bytes:
    """Write a log of a few sorts of commands, many of each."""
    scripts, outputs = draw.sample(SCRIPTS, draw.randint(2, 5)), draw.sample(OUTPUTS, draw.randint(2, 5))
    share = draw.random() / 2
    pieces = [writer.begin]
    for _ in range(draw.randint(60, 260)):
        kind = draw.choices(("command", "patch", "message"), (90, 3, 7))[0]
        if kind == "command":
            code = draw.choice((1, 2, 127)) if draw.random() < share else 0
            script = draw.choice(scripts).format(draw.randrange(12))
            pieces.append(writer.command(draw, script, code, draw.choice(outputs)))
        elif kind == "patch":
            pieces.append(writer.patch(f"a{draw.randrange(3)}.py"))
        else:
            pieces.append(writer.message(draw.choice(SAID)))
    return "".join((*pieces, writer.message(draw.choice(SAID)), writer.end())).encode()


def is_same(data: bytes, ruleset: Ruleset) -> tuple[bool, bool]:
    """Tell whether both verdicts are the same, and whether anything was left out."""
    log = Log("x", {"log": data}, Meta())
    few, whole = judgement_on(log, ruleset), judgement_on(log, ruleset, is_whole=True)
    verdicts = [verdict_on(replace(one, log=log), ruleset.digest) for one in (few, whole)]
    return verdicts[0] == verdicts[1], few.transcript.commands_left_out > 0


def main(seconds: float, seed: int) -> int:
    """Make logs until the time is over; give the exit status."""
    ruleset, until, tried, condensed = built_in_ruleset(), time.monotonic() + seconds, 0, 0
    # Small pieces and a short tail meet in a small log what is met in a big one.
    classify._SMALLEST_CONDENSED = keeping._TAIL = 3  # type: ignore[misc]
    blocks._TAIL, sorting._CHUNK = 800, 3000  # type: ignore[misc]
    # Also where little is gained.
    vars(condenser)["min"] = max
    while time.monotonic() < until:
        draw = random.Random(seed + tried)  # noqa: S311  it keeps no secret
        data = written(draw.choice((Human, Stream))(), draw)
        same, is_condensed = is_same(data, ruleset)
        if not same:
            Path(f"condensed-{seed + tried}.log").write_bytes(data)
            sys.stdout.write(f"condensed-{seed + tried}.log is judged otherwise when it is condensed\n")
            return 1
        tried, condensed = tried + 1, condensed + is_condensed
    sys.stdout.write(f"{tried} logs, {condensed} of them condensed, are judged as the whole\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() >> 20))
