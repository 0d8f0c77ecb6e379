"""The reference of the condition language, made from its grammar and its vocabulary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from logverdict.rulebook.packaged import packaged_rules
from logverdict.rulebook.vocabulary import FACTS, KINDS, Attribute, Kind

_RULE: Final = re.compile(r"\??(?P<name>[a-z_]+)\s*:")


@dataclass(frozen=True, slots=True)
class Construct:
    """A part of the language: its name in the grammar, what it means, and conditions that show it."""

    name: str
    meaning: str
    examples: tuple[str, ...]


def constructs() -> tuple[Construct, ...]:
    """Read the described parts of the language from the grammar's comments."""
    grammar = (packaged_rules() / "condition.lark").read_text(encoding="utf-8")
    return tuple(_described(grammar.splitlines()))


def language_page() -> Iterator[str]:
    """Yield the lines of the reference."""
    yield from ("## The language of conditions", "")
    for part in constructs():
        yield from (f"### `{part.name}`", "", part.meaning, "", "```", *part.examples, "```", "")
    yield from (
        "## Kinds of events",
        "",
        "| kind | `~` means | a bare word means | fields |",
        "|---|---|---|---|",
    )
    yield from (_kind_row(kind) for kind in KINDS.values())
    yield from ("", "## Facts of a run", "", "| fact | type | values |", "|---|---|---|")
    yield from (f"| `{name}` | {fact.type} | {_choices(fact)} |" for name, fact in FACTS.items())
    yield ""


def _described(lines: list[str]) -> Iterator[Construct]:
    meaning: list[str] = []
    examples: list[str] = []
    for line in lines:
        rule = _RULE.match(line)
        if line.startswith("//:"):
            examples.append(line[3:].strip())
        elif line.startswith("//"):
            meaning.append(line[2:].strip())
        else:
            if rule and examples:
                yield Construct(rule["name"], " ".join(meaning), tuple(examples))
            meaning, examples = [], []


def _kind_row(kind: Kind) -> str:
    fields = ", ".join(f"`{name}` {_field(field)}" for name, field in kind.fields.items())
    return f"| `{kind.name}` | {_named(kind.main)} | {_named(kind.state)} | {fields} |"


def _field(attribute: Attribute) -> str:
    return f"({_choices(attribute)})" if attribute.choices else f"({attribute.type})"


def _choices(attribute: Attribute) -> str:
    return ", ".join(attribute.choices)


def _named(field: str | None) -> str:
    return f"`{field}`" if field else ""
