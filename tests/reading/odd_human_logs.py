"""Human logs of odd blocks in an odd order, at random: whatever an agent may print stands anywhere."""

from random import Random
from typing import Final

HEAD: Final = (
    "OpenAI Codex v0.125.0 (research preview)\n--------\nworkdir: /srv\nmodel: m\n--------\nuser\ndo it\n"
)
SCRIPTS: Final = (
    "ls -la", "cat a.txt", "git status", "pytest -q", "make", "git add -A", 'bash -c "pytest"', "npm test",
    "git commit -m x", "FOO=1 cargo build", "sed -n 1,3p x",
)  # fmt: skip
OUTPUTS: Final = (
    "foo bar", "x", "ok 3 passed", "  y", "FAILED z", "No space left on device", "\u2713 q",
)  # fmt: skip
BLANKS: Final = ("\u2003\n", "  \n", "\x1c\n", "\t\n", "\n\n")
SAID: Final = ("hi", "said", "Review was interrupted. x", "several\nlines", "")
ENDS: Final = (
    "codex\ndone\ntokens used\n1,234\n", "codex\ndone\ntokens used\n1,234\ndone\n", "ERROR: boom\n",
    "ERROR: boom\nERROR: boom\n", "exec\n/bin/bash -lc 'ls' in /srv\n", "", "turn interrupted\n",
    "codex\ndone\n",
)  # fmt: skip
SHELL: Final = "exec\n/bin/bash -lc 'ls' in /tmp"
FOREIGN: Final = (
    "foo", "", "   ", "\u2003", "exec", "codex", "tokens used", "123", "thinking", "apply patch",
    "file update", "file update:", "patch: completed", "patch: failed", "/srv/a.py", "M /srv/a.py",
    "diff --git a/x b/x", "index 1..2", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "+foo", "-bar", " baz",
    " succeeded in 3ms:", " succeeded:", " exited 1 in 3ms:", " declined in 3ms:", " in progress",
    "warning: x", "mcp: a/b started", "mcp: a/b (completed)", "mcp: a/b (failed)", "mcp startup: x",
    "web search: foo", "tool a.b(x)", "Plan update", "  \u2022 step", "  \u2713 step", "**Title**",
    "**Title**\n", "ERROR: boom", "ERROR: bang", "ERROR: Reconnecting... 1/5",
    "2025-01-01T00:00:00.000Z ERROR codex_core: boom", "2025-01-01T00:00:00.000Z  WARN foo: boom",
    "OpenAI Codex v0.125.0", "--------", "turn interrupted", "context compacted", "hook: Foo",
    "collab: foo", "viewed image x", "\x1b[31mred\x1b[0m", "\x1b[0m", "\x1b[0mexec", "exec\r", "\r",
    "foo\r", "codex\r", " succeeded in 3ms:\r", "'ls' in \x1b[1m/tmp", "'ls' in /tmp",
    "/bin/bash -lc 'ls' in /tmp", "' in /tmp", "Fatal error: x", "Traceback (most recent call last)",
    "3 passed", "\0", "```", SHELL, f"{SHELL}\n", f"{SHELL}\n succeeded in 3ms:", "said", "\udce2\udc80",
)  # fmt: skip


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  a log, and no secret


def command(script: str, output: str = "foo\n", result: str = " succeeded in 3ms:\n") -> str:
    quote = '"' if "'" in script else "'"
    return f"exec\n/bin/bash -lc {quote}{script}{quote} in /srv\n{result}{output}\n"


def some_block(random: Random) -> str:
    kind = random.random()
    if kind < 0.15:
        return f"codex\n{random.choice(SAID)}\n"
    if kind < 0.2:
        return command(random.choice(SCRIPTS), "", "")
    if kind < 0.22:
        return "exec\npowershell.exe -Command 'ls' in C:\\x\n succeeded in 3ms:\nfoo\n\n"
    lines = (f"{random.choice(OUTPUTS)}\n" for _ in range(random.choice((0, 0, 1, 1, 2, 4))))
    output = random.choice(BLANKS) if kind < 0.26 else "".join(lines)
    thought = f"**Thinking {random.randrange(3)}**\n\nfoo\n\n" if random.random() < 0.12 else ""
    result = " exited 1 in 2ms:\n" if random.random() < 0.05 else " succeeded in 3ms:\n"
    block = command(random.choice(SCRIPTS), output, result)
    return (block if random.random() < 0.97 else block.removesuffix("\n")) + thought


def spoiled(random: Random, block: str) -> str:
    lines = block.split("\n")
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(len(lines))
        lines[at:at] = random.choices(FOREIGN, k=random.choice((1, 1, 1, 2, 3)))
        if random.random() < 0.2:
            del lines[random.randrange(len(lines))]
    return "\n".join(lines)


def some_log(random: Random, count: int, spoil: float) -> bytes:
    made = (some_block(random) for _ in range(count))
    kept = (spoiled(random, block) if random.random() < spoil else block for block in made)
    text = "".join((HEAD, *kept, random.choice(ENDS)))
    return text.encode("utf-8", "surrogateescape")
