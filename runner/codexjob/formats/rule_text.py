"""Rules as text: a list of all, and the page of one."""

from collections.abc import Iterator, Sequence

from logverdict.authoring.pages import place
from logverdict.rulebook import Example, Rule


def rule_list(rules: Sequence[Rule]) -> str:
    """Write a line for each rule: its id, what it gives, and its title."""
    width = max((len(rule.id) for rule in rules), default=0)
    return "\n".join(f"{rule.id:{width}}  {_gives(rule):31}  {rule.title}" for rule in rules)


def rule_page(rule: Rule) -> str:
    """Write all that a pack says of one rule."""
    return "\n".join(_page(rule))


def _page(rule: Rule) -> Iterator[str]:
    yield from (
        f"{rule.id}: {rule.title}",
        f"{rule.question}: {_gives(rule)}",
        f"{place(rule)}:{rule.line}",
        "",
    )
    yield from ("when:", f"  {rule.when.written.strip()}")
    yield from (("unless:", f"  {rule.unless.written.strip()}") if rule.unless else ())
    yield from ("", "why:", f"  {rule.why.strip()}", "")
    if rule.overrides:
        yield f"overrides: {', '.join(rule.overrides)}"
    if rule.explains:
        yield f"explains: {', '.join(rule.explains)}"
    if rule.codex:
        yield f"codex: {rule.codex.written}"
    if rule.references:
        yield f"references: {', '.join(rule.references)}"
    for number, example in enumerate(rule.examples, 1):
        yield from ("", *_example(number, example))


def _example(number: int, example: Example) -> Iterator[str]:
    known = {name: value for name, value in _known(example) if value is not None}
    meta = " ".join(f"{name}={value}" for name, value in known.items())
    yield f"example {number}: {'match' if example.is_match else 'no match'}{f' ({meta})' if meta else ''}"
    yield from (f"  {line}" for line in (example.log or f"file {example.file}").splitlines())


def _known(example: Example) -> Iterator[tuple[str, object]]:
    return ((name, getattr(example.meta, name)) for name in example.meta.__slots__)


def _gives(rule: Rule) -> str:
    return f"{rule.verdict} -> {rule.action}" if rule.verdict else "harmless"
