"""Read one rule file as far as it can be read alone: its shared patterns, and its rules as YAML."""

from typing import Final

from logverdict.errors import Mistake
from logverdict.pattern import Pattern
from logverdict.record import record
from logverdict.rulebook.condition import Flaw
from logverdict.rulebook.pack_folder import BUILT_IN, PackFolder
from logverdict.rulebook.pack_source import PackSource, open_pack
from logverdict.rulebook.value import meant
from logverdict.rulebook.written_pattern import compiled_pattern
from logverdict.rulebook.yaml_tree import Entries, Items, Node, Scalar, YamlError, parse_yaml

MOST_PATTERNS: Final = 300
MOST_RULES: Final = 1_000
_KEYS: Final = ("patterns", "rules")


@record(frozen=True, slots=True)
class SharedPattern:
    """A named pattern and where its name stands; null where it is wrong."""

    name: str
    key: Scalar
    pattern: Pattern | None
    source: PackSource


@record(frozen=True, slots=True)
class Pack:
    """One rule file: what it shares, its rules not yet read, the mistakes found so far, and its folder."""

    source: PackSource
    patterns: tuple[SharedPattern, ...]
    rules: tuple[Entries, ...]
    mistakes: tuple[Mistake, ...]
    folder: PackFolder

    @property
    def is_lost(self) -> bool:
        """Tell whether no rule of it could be read: others may rightly name what should stand in it."""
        return bool(self.mistakes) and not self.rules


def read_pack(file: str, text: str, folder: PackFolder) -> Pack:
    """Read the text of a rule file of `folder`."""
    source = open_pack(file, text)
    try:
        tree = parse_yaml(text)
    except YamlError as err:
        return Pack(source, (), (), (err.mistake(file, source.source_line(err.line)),), folder)
    if tree is None:
        return Pack(source, (), (), (), folder)
    if not isinstance(tree, Entries):
        wrong = source.mistake(tree, "a pack is a mapping", "begin the file with `rules:` or `patterns:`")
        return Pack(source, (), (), (wrong,), folder)
    return _pack(source, tree, folder)


def _pack(source: PackSource, tree: Entries, folder: PackFolder) -> Pack:
    mistakes = [
        source.mistake(key, f"there is no key `{key.text}`", meant(str(key.text), _KEYS))
        for key, _ in tree.pairs
        if key.text not in _KEYS
    ]
    patterns = _patterns(source, tree.node("patterns"), mistakes, folder)
    rules = _rules(source, tree.node("rules"), mistakes)
    return Pack(source, patterns, rules, tuple(mistakes), folder)


def _rules(source: PackSource, node: Node | None, mistakes: list[Mistake]) -> tuple[Entries, ...]:
    if node is None or _is_empty(node):
        return ()
    if not isinstance(node, Items):
        mistakes.append(source.mistake(node, "`rules` is a list", "begin each rule with `- id:`"))
        return ()
    if len(node.items) > MOST_RULES:
        message = f"a pack has at most {MOST_RULES:,} rules, this {len(node.items):,}"
        mistakes.append(source.mistake(node, message, "split it into several packs"))
        return ()
    wrong = [item for item in node.items if not isinstance(item, Entries)]
    mistakes += [source.mistake(item, "a rule is a mapping", "begin it with `- id:`") for item in wrong]
    return tuple(item for item in node.items if isinstance(item, Entries))


def _patterns(
    source: PackSource, node: Node | None, mistakes: list[Mistake], folder: PackFolder
) -> tuple[SharedPattern, ...]:
    if node is None or _is_empty(node):
        return ()
    if not isinstance(node, Entries):
        mistakes.append(source.mistake(node, "`patterns` is a mapping of names to patterns"))
        return ()
    if len(node.pairs) > MOST_PATTERNS:
        message = f"a pack names at most {MOST_PATTERNS:,} patterns, this {len(node.pairs):,}"
        mistakes.append(source.mistake(node, message, "split it into several packs"))
        return ()
    is_trusted = folder.is_installed and folder.origin == BUILT_IN
    return tuple(_pattern(source, key, value, mistakes, is_trusted=is_trusted) for key, value in node.pairs)


def _pattern(
    source: PackSource, key: Scalar, value: Node, mistakes: list[Mistake], *, is_trusted: bool
) -> SharedPattern:
    name = str(key.text)
    if not name.isidentifier() or not name.isascii():
        mistakes.append(
            source.mistake(key, f"a pattern cannot be called `{name}`", "use letters, digits and `_`")
        )
    if not isinstance(value, Scalar) or not value.text:
        mistakes.append(source.mistake(value, f"the pattern `{name}` is no text"))
        return SharedPattern(name, key, None, source)
    found = compiled_pattern(value.text.rstrip("\n"), is_trusted=is_trusted)
    if isinstance(found, Flaw):
        mistakes.append(source.flaw(value, found))
        return SharedPattern(name, key, None, source)
    return SharedPattern(name, key, found, source)


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text is None
