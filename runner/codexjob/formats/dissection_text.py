"""A rule on a run for a person: what each part of its conditions said, and what came nearest."""

from dataclasses import replace
from typing import Final

from logverdict.rulebook.dissection import Dissection
from logverdict.rulebook.reading import Look, Reading
from rich.text import Text
from rich.tree import Tree

from codexjob.formats.explain_text import evidence_text
from codexjob.visible import shortened, visible

_WIDTH: Final = 100
_MOST_LOOKS: Final = 3
_SIGNS: Final = {True: ("✔", "green"), False: ("✘", "red"), None: ("?", "yellow")}
_JOINED: Final = {"and": "all of", "or": "one of", "not": "not"}


def dissection_tree(one: Dissection) -> Tree:
    """Render a rule and its conditions, part by part; the first part that failed is marked."""
    rule = one.rule
    said, colour = ("fired", "bold green") if one.finding else ("did not fire", "bold red")
    place = f"{visible(rule.origin)}: {visible(rule.file)}:{rule.line}"
    label = Text.assemble((rule.id, "bold"), f" ({rule.question}) ", (said, colour), (f"  {place}", "dim"))
    tree = Tree(label, guide_style="dim")
    if one.codex:
        _add(tree, one.codex, one.failed)
    _add(tree, one.when, one.failed, "when: ")
    if one.unless:
        _add(tree, one.unless, one.failed, "unless: ")
    return tree


def _add(tree: Tree, reading: Reading, failed: Reading | None, name: str = "") -> None:
    sign, colour = _SIGNS[reading.value]
    written = _JOINED[reading.joined] if reading.joined else shortened(visible(reading.text), 2 * _WIDTH)
    mark = _mark(name, reading) if reading is failed else ""
    node = tree.add(
        Text.assemble((f"{sign} ", colour), (name, "bold"), written, _actual(reading), (mark, "bold red"))
    )
    for part in reading.parts:
        _add(node, part, failed)
    _add_places(node, reading)


def _mark(name: str, reading: Reading) -> str:
    if name.startswith("unless"):
        return "  ← this kept it from firing"
    return f"  ← the first part that {'failed' if reading.value is False else 'is not known to be true'}"


def _actual(reading: Reading) -> Text:
    if reading.actual is None:
        value = "  (unknown)" if reading.value is None else ""
        return Text(value, "yellow")
    return Text(f"  is {shortened(visible(reading.actual), _WIDTH)}", "yellow")


def _add_places(node: Tree, reading: Reading) -> None:
    if not reading.joined:
        for one in reading.evidence:
            node.add(evidence_text(one))
    if reading.looked_at is None or (reading.value and reading.evidence):
        return
    nearest = reading.looks[:_MOST_LOOKS]
    events = f"{reading.looked_at or 'no'} event{'' if reading.looked_at == 1 else 's'} of its kind"
    near = "; nearest:" if nearest else ""
    looked = node.add(Text(f"there {'is' if reading.looked_at == 1 else 'are'} {events}{near}", "dim"))
    for look in nearest:
        _add_look(looked, look)


def _add_look(node: Tree, look: Look) -> None:
    count = f"  {look.matched} of {len(look.parts)} parts" if look.parts else ""
    decides = ", this one decides" if look.decides else ""
    inner = node.add(Text.assemble(evidence_text(look.event), (f"{count}{decides}", "dim")))
    for part in look.parts:
        # What the event says stands in the line above: once is enough for a person.
        is_said = part.actual == " ".join(look.event.text.split())
        _add(inner, replace(part, actual=None, evidence=()) if is_said else part, None)
