"""The blocks of an old human log: each function reads a block, and gives the line where it ends."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from logverdict.events import Error, Message, Plan, Prompt, Reasoning, Turn, Usage, Warning
from logverdict.expression import expression
from logverdict.transcript import stamped_calls as calls
from logverdict.transcript.rounds import is_retry, is_startup_error
from logverdict.transcript.stamped_state import Stamped
from logverdict.transcript.stderr import is_known

_STEP: Final = expression(r"  [✓→•] ")
_TITLE: Final = expression(r"\*\*[^*]+\*\*\Z")
_Read: TypeAlias = Callable[[Stamped, int, int, str], int]


def _prompt(walk: Stamped, index: int, end: int, _skip: str) -> int:
    walk.add(Prompt(walk.lines.place(index, end), walk.lines.paragraph(index + 1, end)))
    return end


def _codex(walk: Stamped, index: int, end: int, _skip: str) -> int:
    """Read `codex`, the marker of messages and of thoughts: a thought is a title, and text after a gap."""
    text = walk.lines.paragraph(index + 1, end)
    head, gap, _ = (*text.value.split("\n", 2), "", "")[:3]
    is_thought = _TITLE.match(head) is not None and not gap.strip()
    place = walk.lines.place(index, end)
    walk.add(Reasoning(place, text) if is_thought else Message(place, text))
    return end


def _thinking(walk: Stamped, index: int, end: int, _skip: str) -> int:
    walk.add(Reasoning(walk.lines.place(index, end), walk.lines.paragraph(index + 1, end)))
    return end


def _tokens(walk: Stamped, index: int, _end: int, skip: str) -> int:
    digits = "".join(char for char in walk.lines.texts[index][len(skip) :] if char.isdecimal())[:15]
    walk.events.append(Usage(walk.lines.place(index, index + 1), total_tokens=int(digits or "0")))
    walk.rounds.count(int(digits or "0"), len(walk.events) - 1)
    return index + 1


def _diff(walk: Stamped, index: int, end: int, _skip: str) -> int:
    line = index + 1
    while line < end and not is_known(walk.lines.texts[line]):
        line += 1
    return line


def _error(walk: Stamped, index: int, end: int, skip: str) -> int:
    after = next((line for line in range(index + 1, end) if is_known(walk.lines.texts[line])), end)
    text = walk.lines.text(index, after, skip=f"{skip}ERROR: ")
    place = walk.lines.place(index, after)
    if is_startup_error(text.opening):
        walk.events.append(Warning(place, text))
        return after
    walk.rounds.fail(len(walk.events))
    walk.events.append(Error(place, text))
    return after


def _retry(walk: Stamped, index: int, end: int, skip: str) -> int:
    text = walk.lines.text(index, end, skip=skip)
    walk.add(Error(walk.lines.place(index, end), text, is_retry=is_retry(text.opening)))
    return end


def _plan(walk: Stamped, index: int, end: int, _skip: str) -> int:
    found = (walk.lines.texts[line] for line in range(index + 1, end))
    steps = [text for text in found if _STEP.match(text)]
    done = sum(text.startswith("  ✓") for text in steps)
    walk.add(Plan(walk.lines.place(index, end), walk.lines.text(index + 1, end), len(steps), done))
    return end


def _interrupted(walk: Stamped, index: int, _end: int, _skip: str) -> int:
    walk.rounds.end()
    walk.events.append(Turn(walk.lines.place(index, index + 1), "interrupted"))
    return index + 1


BLOCKS: Final[Mapping[str, _Read]] = {
    "prompt": _prompt, "codex": _codex, "thinking": _thinking, "exec": calls.command, "result": calls.result,
    "tokens": _tokens, "patch": calls.patch, "patched": calls.patched, "diff": _diff, "tool": calls.tool,
    "called": calls.called, "search": calls.search, "error": _error, "retry": _retry, "plan": _plan,
    "interrupted": _interrupted, "banner": calls.other, "other": calls.other,
}  # fmt: skip
