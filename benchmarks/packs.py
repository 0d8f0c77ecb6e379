"""Rules for the benchmarks: the built-in ones, and made ones in the shapes that authors write.

python benchmarks/packs.py COUNT FOLDER
"""

import random
import re
import sys
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from blocks import outputs
from filler import sources
from logverdict.pattern import Pattern
from logverdict.record import replace
from logverdict.rulebook import Ruleset, load_ruleset, packaged_rules
from logverdict.rulebook.sought import matches_of

SEED: Final = 5
OWN: Final = "own.patterns"
EASY: Final = "easy.patterns"
PLAIN: Final = "plain.patterns"
_WORD: Final = re.compile(r"\b[a-z]{5,12}\b")
_COUNTED: Final = re.compile(r"\{\d")
_LINE: Final = "an ordinary line of 3 words; nothing else\n"
_SHAPES: Final = (
    ("ending", "not finished and any command where output ~ /{0}/", "error: {0} {1}"),
    ("ending", "turn failed and last error ~ /{0}/", r"{0} {1} before completion|{0} {1} \d+"),
    (
        "work",
        "last message ~ /{0}/ and files_changed = 0",
        r"(?i)\b{0} {1} (?:was|were) not (?:done|changed)\b",
    ),
    ("ending", "any trace ~ /{0}/ or not finished and any error ~ /{0}/", r"failed to {0} {1}: \S+"),
    ("noise", "any command where (exit_code != 0 and output ~ /{0}/)", r"^{0}: {1} not found"),
)


def phrases() -> Iterator[tuple[str, str, str]]:
    """Yield without end the question, the condition and the pattern of a made rule; no pattern comes twice.

    The words are those of real output, so that their beginnings occur all over a log.
    """
    draw = random.Random(SEED)  # noqa: S311  no secret, but the same rules each time
    words = sorted({word for text in (*outputs(), *islice(sources(), 40)) for word in _WORD.findall(text)})
    seen = set()
    number = 0
    while True:
        pair = (draw.choice(words), draw.choice(words))
        if pair not in seen:
            seen.add(pair)
            question, condition, pattern = _SHAPES[number % len(_SHAPES)]
            number += 1
            made = pattern.format(*pair)
            yield question, condition.format(made), made


def made_pack(count: int) -> str:
    """Write a pack of made rules."""
    return "rules:\n" + "".join(
        _rule(number, question, condition)
        for number, (question, condition, _) in enumerate(islice(phrases(), count))
    )


def _rule(number: int, question: str, condition: str) -> str:
    decides = "" if question == "noise" else "  verdict: environmental\n  action: retry\n"
    return (
        f"- id: made.rule_{number}\n  question: {question}\n{decides}  title: Made rule {number}\n"
        f"  when: '{condition}'\n  why: So.\n  examples:\n"
        '  - log: "{}"\n    expect: no match\n  - log: "{}"\n    expect: match\n'
    )


@cache
def built_in() -> Ruleset:
    """Load the rules that come with the program."""
    return load_ruleset([packaged_rules()])


def ruleset(count: int, pack: Path) -> Ruleset:
    """Load so many rules: built-in ones first, then those of a made pack."""
    whole = load_ruleset([packaged_rules(), pack]) if pack.is_dir() else built_in()
    return replace(whole, rules=whole.rules[:count])


def own_patterns() -> list[Pattern]:
    """Give the patterns that the built-in rules look for, without those that any line of text matches."""
    found = (test.pattern for rule in built_in().rules for _, test in matches_of(rule.when.bound))
    return [one for one in dict.fromkeys(found) if not one.matches(_LINE)]


@cache
def printed_patterns() -> tuple[Pattern, ...]:
    """Give the patterns that the built-in rules look for in what commands print."""
    found = [sought for rule in built_in().rules for sought in matches_of(rule.when.bound)]
    return tuple(
        dict.fromkeys(
            test.pattern for kind, test in found if kind == "command" and test.syntax.name == "output"
        )
    )


def written(pattern: Pattern) -> str:
    """Write a pattern with what was said beside it."""
    return f"(?i:{pattern.source})" if pattern.ignores_case else pattern.source


def own(count: int) -> list[str]:
    """Give the patterns of the built-in rules as they are, then as many of made rules."""
    return [*map(written, own_patterns()), *_plain(count)]


def easy(count: int) -> list[str]:
    """Give the same without those that count repetitions, with which tools for searching lines are slow."""
    return [one for one in own(count) if not _COUNTED.search(one)]


def _plain(count: int) -> list[str]:
    return [pattern for _, _, pattern in islice(phrases(), count)]


def main() -> None:
    """Write a pack that brings the built-in rules to COUNT, and patterns to choose from for other tools."""
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    known = len(built_in().rules)
    folder.mkdir(parents=True)
    (folder / "count").write_text(str(max(count, known)), encoding="utf-8")
    if count > known:
        (folder / "pack").mkdir()
        (folder / "pack" / "rules.yaml").write_text(made_pack(count - known), encoding="utf-8")
    for name, patterns in ((OWN, own(count)), (EASY, easy(count)), (PLAIN, _plain(count))):
        (folder / name).write_text("\n".join(patterns) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
