"""Load packs: all rule files of some folders as one ruleset, or all their mistakes at once."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from logverdict.errors import Mistake, RuleError
from logverdict.pattern import Pattern
from logverdict.rulebook.pack import Pack, SharedPattern, read_pack
from logverdict.rulebook.pack_source import open_pack
from logverdict.rulebook.packaged import packaged_rules
from logverdict.rulebook.printing import printed
from logverdict.rulebook.rule import BoundCondition, Rule, Ruleset
from logverdict.rulebook.rule_reading import RuleReader
from logverdict.rulebook.value import meant
from logverdict.rulebook.yaml_tree import Entries, Items, Scalar, plain

LARGEST_FILE: Final = 1_000_000
_DEEPEST_FOLDER: Final = 8
_DIGEST_LENGTH: Final = 12


def built_in_ruleset(beside: Sequence[Path] = ()) -> Ruleset:
    """Load the built-in packs, and with them those below the folders that a user names.

    Raises:
        RuleError: with all the mistakes of all the files.
    """
    return load_ruleset([packaged_rules(), *beside])


def load_ruleset(folders: Sequence[Traversable | Path]) -> Ruleset:
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


def read_packs(folders: Sequence[Traversable | Path]) -> tuple[Pack, ...]:
    """Read every `*.yaml` below `folders` as far as each can be read alone.

    Raises:
        RuleError: there is no such folder.
    """
    return tuple(
        _read(name, file) for folder in folders for name, file in _rule_files(folder, str(folder), 0)
    )


def _rule_files(
    folder: Traversable | Path, name: str, depth: int
) -> Iterator[tuple[str, Traversable | Path]]:
    if folder.is_file():
        yield name, folder
        return
    if not folder.is_dir():
        raise RuleError(
            (Mistake(name, 1, 1, "there is no such folder of rules", hint="name a folder that exists"),)
        )
    for child in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inside = f"{name}/{child.name}"
        if child.is_dir() and depth < _DEEPEST_FOLDER and not child.name.startswith("."):
            yield from _rule_files(child, inside, depth + 1)
        elif child.name.endswith(".yaml") and child.is_file():
            yield inside, child


def _read(name: str, file: Traversable | Path) -> Pack:
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
        text = raw.decode("utf-8-sig")
    except OSError as err:
        return _unreadable(name, f"the file cannot be read: {err.strerror}")
    except UnicodeDecodeError as err:
        return _unreadable(name, f"the file is not UTF-8: byte {err.start} is none", "save it as UTF-8")
    if len(raw) > LARGEST_FILE:
        return _unreadable(
            name, f"a rule file has at most {LARGEST_FILE:,} bytes", "split it into several packs"
        )
    return read_pack(name, text.replace("\r\n", "\n"))


def _unreadable(name: str, message: str, hint: str = "") -> Pack:
    return Pack(open_pack(name, ""), (), (), (Mistake(name, 1, 1, message, hint=hint),))


def _shared(packs: Sequence[Pack], mistakes: list[Mistake]) -> Mapping[str, Pattern | None]:
    first: dict[str, SharedPattern] = {}
    for shared in (shared for pack in packs for shared in pack.patterns):
        earlier = first.setdefault(shared.name, shared)
        if earlier is not shared:
            where = f"{earlier.source.file}:{earlier.key.line}"
            message = f"there is another pattern `{shared.name}` in {where}"
            mistakes.append(shared.source.mistake(shared.key, message, "rename one of them"))
    return {name: shared.pattern for name, shared in first.items()}


def _rules(
    packs: Sequence[Pack], patterns: Mapping[str, Pattern | None], mistakes: list[Mistake]
) -> tuple[Rule, ...]:
    reader = RuleReader(patterns, mistakes)
    written = [(pack, node) for pack in packs for node in pack.rules]
    _check_ids(written, mistakes)
    rules = [reader.read(pack.source, node) for pack, node in written]
    return tuple(rule for rule in rules if rule)


def _check_ids(written: Sequence[tuple[Pack, Entries]], mistakes: list[Mistake]) -> None:
    places: dict[str, str] = {}
    for pack, node in written:
        name = node.node("id")
        if not isinstance(name, Scalar) or not name.text:
            continue
        if name.text in places:
            message = f"there is another rule `{name.text}` in {places[name.text]}"
            mistakes.append(pack.source.mistake(name, message, "an id stands for one rule in all packs"))
        places.setdefault(name.text, f"{pack.source.file}:{node.line}")
    for pack, node in written:
        mistakes += _wrong_overrides(pack, node, places)


def _wrong_overrides(pack: Pack, node: Entries, ids: Mapping[str, str]) -> Iterator[Mistake]:
    overrides, own = node.node("overrides"), plain(node.node("id"))
    for item in overrides.items if isinstance(overrides, Items) else ():
        if not isinstance(item, Scalar) or not item.text:
            continue
        if item.text not in ids:
            yield pack.source.mistake(
                item, f"there is no rule `{item.text}` to override", meant(item.text, ids)
            )
        elif item.text == own:
            yield pack.source.mistake(item, "a rule cannot override itself", "remove it")


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


def _condition(condition: BoundCondition | None) -> str | None:
    return printed(condition.syntax) if condition else None
