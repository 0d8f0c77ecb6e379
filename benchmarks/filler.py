"""Real text by which outputs of commands are made longer: other outputs, and files that were shown."""

import math
import random
import re
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from blocks import outputs

_MEDIAN: Final = 1_700
_SPREAD: Final = 1.65
_LONGEST: Final = 48_000
_LEFT_SHORT: Final = 0.12
_NUMBERS: Final = re.compile(r"[\d\n]+")
# A line of Codex's own in an output would make another log of it than was meant.
_SPOOF: Final = re.compile(
    r"^(?:exec|codex|user|thinking|tokens used|apply patch|-{8}|OpenAI Codex .*)$"
    r"|^diff --git |^ (?:succeeded|exited) |^ERROR: ",
    re.MULTILINE,
)


def sources() -> Iterator[str]:
    """Yield the text of modules of Python's own library, as `cat` or `sed -n` shows them."""
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("[a-h]*.py")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if not _SPOOF.search(text):
            yield text


@cache
def texts() -> tuple[str, ...]:
    """Give the texts that outputs are cut from: one part recorded outputs, twenty-four parts files."""
    kept = (
        text for text in sorted(set(outputs())) if not _SPOOF.search(text) and not _NUMBERS.fullmatch(text)
    )
    recorded = "".join(text if text.endswith("\n") else f"{text}\n" for text in kept)
    files = tuple(sources())
    return (*(recorded for _ in range(len(files) // 24)), *files)


@dataclass(frozen=True, slots=True)
class Filler:
    """Cuts whole lines out of real text, by a seed, as long as outputs of real runs are.

    The lengths spread as those of 1,175 commands in public logs (half below 0.6 KB, 2.2 KB on average, one
    in twenty over 10 KB, none over 48 KB; one in eight prints next to nothing), and are twice as long: there
    long prompts and diffs see to it that a block comes every 3.3 KB and more.
    """

    draw: random.Random
    longest: int = _LONGEST

    def text(self) -> str:
        """Cut the next piece; it ends with a line end, or is empty."""
        if self.draw.random() < _LEFT_SHORT:
            return ""
        left = min(self.longest, int(self.draw.lognormvariate(math.log(_MEDIAN), _SPREAD)))
        pieces = []
        while left > 0:
            whole = texts()[self.draw.randrange(len(texts()))]
            start = whole.rfind("\n", 0, self.draw.randrange(len(whole))) + 1
            piece = whole[start : whole.rfind("\n", start, start + left) + 1]
            pieces.append(piece)
            left -= len(piece) or left
        return "".join(pieces)
