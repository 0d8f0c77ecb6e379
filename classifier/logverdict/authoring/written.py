"""Rules together with the text they are written in, so that a remark can point into it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from logverdict.errors import Mistake
from logverdict.rulebook import Packs, Rule, Ruleset
from logverdict.rulebook.condition import Flaw
from logverdict.rulebook.loading import read_packs
from logverdict.rulebook.pack import SharedPattern
from logverdict.rulebook.pack_source import PackSource
from logverdict.rulebook.yaml_tree import Entries, Node

Level: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What lint says: `code` names the check, `mistake` is what is wrong and where."""

    code: str
    level: Level
    mistake: Mistake


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule and the YAML that it was read from."""

    rule: Rule
    source: PackSource
    node: Entries

    def remark(self, code: str, message: str, hint: str = "", *, key: str = "id", at: int = 0) -> Remark:
        """Warn at a character of the value of one of the rule's keys."""
        place: Node = self.node.node(key) or self.node
        return Remark(code, "warning", self.source.flaw(place, Flaw(at, message, hint)))

    def at_line(self, code: str, line: int, message: str, hint: str = "") -> Remark:
        """Warn at the beginning of a line."""
        shown = self.source.source_line(line)
        column = len(shown) - len(shown.lstrip()) + 1
        return Remark(code, "warning", Mistake(self.source.file, line, column, message, shown, hint))


@dataclass(frozen=True, slots=True)
class Written:
    """All rules and shared patterns as written, and the ruleset that they make."""

    ruleset: Ruleset
    rules: tuple[WrittenRule, ...]
    patterns: tuple[SharedPattern, ...]


def written(ruleset: Ruleset, folders: Sequence[Packs]) -> Written:
    """Join a ruleset with the text of the folders that it was loaded from."""
    packs = read_packs(folders)
    known = {(rule.file, rule.line): rule for rule in ruleset.rules}
    rules = tuple(
        WrittenRule(known[place], pack.source, node)
        for pack in packs
        for node in pack.rules
        if (place := (pack.source.file, node.line)) in known
    )
    return Written(ruleset, rules, tuple(shared for pack in packs for shared in pack.patterns))


def each_pair(found: Written) -> Iterator[tuple[WrittenRule, WrittenRule]]:
    """Yield all ordered pairs of rules of one question."""
    for one in found.rules:
        for other in found.rules:
            if one is not other and one.rule.question == other.rule.question:
                yield one, other
