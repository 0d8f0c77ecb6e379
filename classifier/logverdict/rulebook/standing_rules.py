"""Which rules of all packs stand: every id once, and a rule that replaces another one says so itself."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import Final

from logverdict.errors import Mistake
from logverdict.record import record
from logverdict.rulebook.pack import Pack
from logverdict.rulebook.value import meant
from logverdict.rulebook.yaml_tree import Entries, Items, Scalar, plain

_MOST_CYCLES: Final = 10
_MOST_WRONG: Final = 100
_LONGEST_CYCLE: Final = 8


@record(frozen=True, slots=True)
class StandingRule:
    """A rule as written, its pack, and the place (`FILE:LINE`) of the rule that it replaces."""

    pack: Pack
    node: Entries
    replaced: str | None = None

    @property
    def place(self) -> str:
        """Name the place of the rule."""
        return f"{self.pack.source.file}:{self.node.line}"

    @property
    def replaces(self) -> bool:
        """Tell whether it says that it replaces another one."""
        return str(plain(self.node.node("replaces"))).lower() == "true"


def standing_rules(packs: Sequence[Pack], mistakes: list[Mistake]) -> tuple[StandingRule, ...]:
    """Choose among the rules of all packs; a replacement takes the place of what it replaces."""
    # What a pack that cannot be read would have held is not missing: its own mistake says it all.
    is_partial = any(pack.is_lost for pack in packs)
    standing: dict[str, StandingRule] = {}
    nameless: list[StandingRule] = []
    for one in (StandingRule(pack, node) for pack in packs for node in pack.rules):
        name = one.node.node("id")
        if not isinstance(name, Scalar) or not name.text:
            nameless.append(one)
            continue
        earlier = standing.get(name.text)
        wrong = None if is_partial and earlier is None else _wrong_id(one, name, earlier, standing)
        if wrong:
            mistakes.append(wrong)
        else:
            standing[name.text] = StandingRule(one.pack, one.node, earlier.place if earlier else None)
    if not is_partial:
        # To say what was meant takes its time: where so much is wrong, nobody waits for the rest of it.
        all_wrong = (wrong for one in standing.values() for wrong in _wrong_overrides(one, standing))
        mistakes += islice(all_wrong, _MOST_WRONG)
    mistakes += _cycles(standing)
    return (*standing.values(), *nameless)


def _wrong_id(
    one: StandingRule, name: Scalar, earlier: StandingRule | None, known: Mapping[str, StandingRule]
) -> Mistake | None:
    id_ = str(name.text)
    if earlier is None:
        if not one.replaces:
            return None
        hint = meant(id_, known) or "`replaces` is for the id of a rule in a pack that is read earlier"
        return one.pack.source.mistake(name, f"there is no rule `{id_}` to replace", hint)
    if one.pack.folder is earlier.pack.folder:
        hint = "an id stands for one rule in all packs"
    elif one.replaces:
        return None
    else:
        hint = "write `replaces: true` to take its place, else choose another id"
    return one.pack.source.mistake(name, f"there is another rule `{id_}` in {earlier.place}", hint)


def _wrong_overrides(one: StandingRule, known: Mapping[str, StandingRule]) -> Iterator[Mistake]:
    own = str(plain(one.node.node("id")))
    for item in _overrides(one):
        if item.text not in known:
            message = f"there is no rule `{item.text}` to override"
            yield one.pack.source.mistake(item, message, meant(str(item.text), known))
        elif item.text == own:
            yield one.pack.source.mistake(item, "a rule cannot override itself", "remove it")


def _cycles(standing: Mapping[str, StandingRule]) -> Iterator[Mistake]:
    """Find overrides that lead back to where they began: one mistake a circle, and the first few of them."""
    graph = {name: {str(item.text) for item in _overrides(one)} - {name} for name, one in standing.items()}
    for _ in range(_MOST_CYCLES):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as err:
            # The library names each rule after one that overrides it.
            cycle: list[str] = err.args[1][::-1]
            yield _cycle_told(standing[cycle[0]], cycle)
            graph[cycle[0]] = set()
        else:
            return


def _cycle_told(one: StandingRule, cycle: Sequence[str]) -> Mistake:
    item = next(item for item in _overrides(one) if item.text == cycle[1])
    shown = cycle if len(cycle) <= _LONGEST_CYCLE else [*cycle[:3], "…", *cycle[-2:]]
    message = f"these overrides lead back to the rule itself: {' > '.join(shown)}"
    return one.pack.source.mistake(item, message, "let one of them win: where all fire, none is left")


def _overrides(one: StandingRule) -> tuple[Scalar, ...]:
    found = one.node.node("overrides")
    items = found.items if isinstance(found, Items) else ()
    return tuple(item for item in items if isinstance(item, Scalar) and item.text)
