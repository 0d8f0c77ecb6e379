"""Rules as text: a list of all, and the page of one."""

from collections.abc import Iterator, Sequence

from logverdict.authoring.pages import place
from logverdict.rulebook import Example, Rule

from codexjob.visible import visible


def rule_list(rules: Sequence[Rule], width: int | None = None) -> str:
    """Write a line for each rule: its id, what it gives, where it comes from, and its title.

    A line longer than `width` becomes two, so that the columns stay columns in a narrow terminal.
    """
    longest = max((len(rule.id) for rule in rules), default=0)
    widest = max((len(rule.origin) for rule in rules), default=0)
    rows = [(f"{rule.id:{longest}}  {_gives(rule):31}  ", rule) for rule in rules]
    return visible("\n".join(_row(start, rule, widest, width) for start, rule in rows))


def _row(start: str, rule: Rule, widest: int, width: int | None) -> str:
    said = f"{rule.title}{_taken(rule)}"
    line = f"{start}{rule.origin:{widest}}  {said}"
    if width is None or len(line) <= width:
        return line
    return f"{start}{rule.origin}\n    {said}"


def rule_page(rule: Rule) -> str:
    """Write all that a pack says of one rule."""
    return visible("\n".join(_page(rule)))


def _page(rule: Rule) -> Iterator[str]:
    yield from (
        f"{rule.id}: {rule.title}",
        f"{rule.question}: {_gives(rule)}",
        f"{place(rule)}:{rule.line}",
        f"origin: {rule.origin}",
    )
    yield from ((f"replaces: the rule in {rule.replaced}",) if rule.replaced else ())
    yield ""
    yield from ("when:", f"  {rule.when.written.strip()}")
    yield from (("unless:", f"  {rule.unless.written.strip()}") if rule.unless else ())
    yield from ("", "why:", f"  {rule.why.strip()}")
    yield from ("",) if rule.overrides or rule.explains or rule.codex or rule.references else ()
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


def _taken(rule: Rule) -> str:
    return f"  (replaces the rule in {rule.replaced})" if rule.replaced else ""


def _gives(rule: Rule) -> str:
    return f"{rule.verdict} -> {rule.action}" if rule.verdict else "harmless"
