"""The process that reads files by their grammars: a grammar is C code and may not survive what it reads.

Standard input has one request a line, `["LANGUAGE FUNCTION...", SIZE]` as JSON, followed by SIZE bytes.
"""

import json
import sys
from contextlib import suppress
from typing import Final

from codexjob.verify.grammar import breaks
from codexjob.verify.languages import Language

_MEMORY: Final = 2 << 30


def main() -> None:
    """Answer each request with one line of JSON: the places where the file breaks, or null."""
    _limit_memory()
    while line := sys.stdin.buffer.readline():
        name, module, function, size = json.loads(line)
        content = sys.stdin.buffer.read(size)
        sys.stdout.write(json.dumps(_answer(content, Language(name, module, function))) + "\n")
        sys.stdout.flush()


def _answer(content: bytes, language: Language) -> list[tuple[int, str]] | str:
    try:
        return breaks(content, language)
    except ImportError:
        return "the grammar is not installed"


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()
