"""Read one file by its grammar and say where it breaks. Run in a process of its own: see `syntax.py`."""

import ast
import re
import warnings
from importlib import import_module
from typing import Any, Final

from codexjob.verify.languages import CPP, C, Language

# One mistake makes many nodes of trouble; the first few tell where it is.
_SHOWN: Final = 3
_TEMPLATE: Final = re.compile(rb"\{\{|\{%|<%")
_TEMPLATED: Final = frozenset({"yaml", "json", "toml", "bash"})
# What only another version of Python takes: the grammar knows both, so its word counts.
_OF_ANOTHER_PYTHON: Final = ("invalid syntax", "Missing parentheses in call", "multiple exception types")


def breaks(content: bytes, language: Language) -> list[tuple[int, str]]:
    """List where a file breaks, as line and reason; empty where it is well.

    Raises:
        ImportError: the grammar is not installed.
    """
    found = _parsed(content, language)
    if found and language.name in _TEMPLATED and _TEMPLATE.search(content):
        # A template becomes a file of this language only when it is filled in.
        return []
    if language is C and found:
        # A header may be of either language: it is well if one of them reads it.
        found = found if _parsed(content, CPP) else []
    return _of_python(content, found) if language.name == "python" else found


def _parsed(content: bytes, language: Language) -> list[tuple[int, str]]:
    from tree_sitter import Language as Grammar
    from tree_sitter import Parser

    grammar = getattr(import_module(language.module), language.function)
    root = Parser(Grammar(grammar())).parse(content).root_node
    return _troubles(root) if root.has_error else []


def _troubles(root: Any) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    waiting = [root]
    while waiting and len(found) < _SHOWN:
        node = waiting.pop()
        line = node.start_point[0] + 1
        if node.is_missing:
            found.append((line, f"{_shown(node.type)} is missing"))
        elif node.is_error:
            found.append((line, "the syntax breaks here"))
        elif node.has_error:
            waiting.extend(reversed(node.children))
    return found or [(1, "the syntax breaks somewhere in this file")]


def _shown(kind: str) -> str:
    return kind if kind.isidentifier() else repr(kind)


def _of_python(content: bytes, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Let Python itself have its say: it knows indentation, and the newest syntax."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(content)
    except SyntaxError as err:
        said = err.msg or "invalid syntax"
        is_own = found or not said.startswith(_OF_ANOTHER_PYTHON)
        return [(err.lineno or 1, said)] if is_own else []
    except (ValueError, RecursionError, MemoryError):
        return found
    return []
