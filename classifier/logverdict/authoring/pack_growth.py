"""Put drafted rules into the text of a pack, without touching a character of what stands there."""

import textwrap
from collections.abc import Sequence
from typing import Final

from logverdict.authoring.written_draft import DraftedRule, pack_yaml, rule_yaml
from logverdict.errors import DraftError
from logverdict.rulebook.yaml_tree import Entries, Items, Node, Scalar, YamlError, parse_yaml

_BY_HAND: Final = "write the draft there by hand"


def grown(text: str, drafts: Sequence[DraftedRule], file: str) -> str:
    """Give the text of a pack with rules behind the last one of its list `rules:`.

    An empty pack becomes a new one. `file` is its name for a message.

    Raises:
        DraftError: the text is no pack, or its rules do not stand each on lines of their own.
    """
    if not text.strip():
        return pack_yaml(drafts, "Drafted by `codexjob rules new`.")
    tree = _tree(text, file)
    rules = tree.node("rules") if tree else None
    lines = text.splitlines(keepends=True)
    match rules:
        case None:
            return f"{_ended(text)}\nrules:\n{rule_yaml(drafts)}"
        case Items(items=items) if tree and items and lines[items[-1].line - 1].lstrip().startswith("- "):
            return _inserted(lines, items, tree, drafts)
        case Scalar(text=None) if tree:
            at = next(key.line for key, _ in tree.pairs if key.text == "rules")
            return "".join(lines[: at - 1]) + _ended(lines[at - 1]) + rule_yaml(drafts) + "".join(lines[at:])
    raise DraftError(f"{file}: its rules do not stand each on lines of their own: {_BY_HAND}")


def _tree(text: str, file: str) -> Entries | None:
    try:
        tree = parse_yaml(text)
    except YamlError as err:
        raise DraftError(f"{file}:{err.line}:{err.column}: {err.message}; nothing was written") from err
    if tree is not None and not isinstance(tree, Entries):
        raise DraftError(f"{file}: a pack is a mapping that begins with `rules:` or `patterns:`")
    return tree


def _inserted(lines: list[str], items: tuple[Node, ...], tree: Entries, drafts: Sequence[DraftedRule]) -> str:
    """Insert behind the last rule: before what follows the list, and the comment above that."""
    following = [key.line for key, _ in tree.pairs if key.line > items[-1].line]
    end = min(following, default=len(lines) + 1) - 1
    while end > items[-1].line and _is_blank(lines[end - 1]):
        end -= 1
    first = lines[items[-1].line - 1]
    margin = first[: len(first) - len(first.lstrip())]
    added = textwrap.indent(rule_yaml(drafts), margin)
    return _ended("".join(lines[:end])) + "\n" + added + "".join(lines[end:])


def _is_blank(line: str) -> bool:
    """Tell whether a line is empty or a comment of the pack itself, at its left margin."""
    return not line.strip() or line.startswith("#")


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
