"""Load packs: all rule files of some folders as one ruleset, or all their mistakes at once."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from logverdict.errors import Mistake, RuleError
from logverdict.pattern import Pattern
from logverdict.rulebook.pack import Pack, SharedPattern
from logverdict.rulebook.pack_folder import Packs
from logverdict.rulebook.packaged import as_folder, built_in_packs
from logverdict.rulebook.printing import printed
from logverdict.rulebook.rule import BoundCondition, LateCondition, Rule, Ruleset
from logverdict.rulebook.rule_files import packs_of
from logverdict.rulebook.rule_reading import RuleReader
from logverdict.rulebook.standing_rules import standing_rules

_DIGEST_LENGTH: Final = 12
_ENOUGH_MISTAKES: Final = 200
_NAMED: Final = re.compile(r"\$\{([^}\n]*)\}")


def built_in_ruleset(beside: Sequence[Packs] = ()) -> Ruleset:
    """Load the built-in packs, and with them those of `beside`, which may replace rules by their id.

    Raises:
        RuleError: with all the mistakes of all the files.
    """
    return load_ruleset([built_in_packs(), *beside])


def load_ruleset(folders: Sequence[Packs]) -> Ruleset:
    """Load every `*.yaml` below `folders`, in the order of their names.

    Raises:
        RuleError: with all the mistakes of all the files.
    """
    packs = read_packs(folders)
    mistakes = [mistake for pack in packs for mistake in pack.mistakes]
    patterns = _shared(packs, mistakes)
    rules = _rules(packs, patterns, mistakes)
    if mistakes:
        raise RuleError(tuple(sorted(mistakes, key=_place)))
    compiled = {name: pattern for name, pattern in patterns.items() if pattern}
    return Ruleset(rules, compiled, _digest(rules, compiled))


def read_packs(folders: Sequence[Packs]) -> tuple[Pack, ...]:
    """Read every `*.yaml` below `folders` as far as each can be read alone.

    Raises:
        RuleError: there is no such folder.
    """
    return tuple(pack for folder in folders for pack in packs_of(as_folder(folder)))


def _shared(packs: Sequence[Pack], mistakes: list[Mistake]) -> Mapping[str, Pattern | None]:
    first: dict[str, SharedPattern] = {}
    for shared in (shared for pack in packs for shared in pack.patterns):
        earlier = first.setdefault(shared.name, shared)
        if earlier is not shared:
            where = f"{earlier.source.file}:{earlier.key.line}"
            message = f"there is another pattern `{shared.name}` in {where}"
            mistakes.append(shared.source.mistake(shared.key, message, "rename one of them"))
    known = {name: shared.pattern for name, shared in first.items()}
    if not any(pack.is_lost for pack in packs):
        return known
    # What should stand in a broken pack is not missing: that the pack is broken says it all.
    return dict.fromkeys(name for pack in packs for name in _NAMED.findall(pack.source.text)) | known


def _rules(
    packs: Sequence[Pack], patterns: Mapping[str, Pattern | None], mistakes: list[Mistake]
) -> tuple[Rule, ...]:
    reader = RuleReader(patterns, mistakes)
    standing = standing_rules(packs, mistakes)
    # Where so much is wrong, nobody waits for the rest of it.
    rules = [reader.read(one) for one in standing if len(mistakes) < _ENOUGH_MISTAKES]
    return tuple(rule for rule in rules if rule)


def _place(mistake: Mistake) -> tuple[str, int, int]:
    return mistake.file, mistake.line, mistake.column


def _digest(rules: Sequence[Rule], patterns: Mapping[str, Pattern]) -> str:
    content = {
        "rules": sorted((_canonical(rule) for rule in rules), key=lambda rule: str(rule[0])),
        "patterns": {name: pattern.source for name, pattern in sorted(patterns.items())},
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()[:_DIGEST_LENGTH]


def _canonical(rule: Rule) -> tuple[object, ...]:
    codex = rule.codex.written if rule.codex else None
    return (
        rule.id, rule.question, rule.cause, rule.verdict, rule.action, rule.title, rule.message,
        rule.retry_at, _condition(rule.when), _condition(rule.unless), rule.explains, rule.overrides, codex,
    )  # fmt: skip


def _condition(condition: BoundCondition | LateCondition | None) -> str | None:
    return printed(condition.syntax) if condition else None
