"""Take the shell that Codex wraps around a command off again."""

import re
from functools import lru_cache
from typing import Final

from logverdict.expression import expression

_WRAPPER: Final = expression(
    r"(?:\S*/)?(?:ba|z|da|k|a)?sh(?:\.exe)? (?:-[a-z]+ )*?-[a-z]*c (?P<script>.+)\Z"
    r"""|(?:"[^"]*|'[^']*|\S*)(?:powershell|pwsh)(?:\.exe)?["']? """
    r"(?:-\w+ )*?-(?:Command|c) (?P<power>.+)\Z",
    re.DOTALL | re.IGNORECASE,
)
_SINGLE: Final = expression(r"'[^']*'")
_DOUBLE: Final = expression(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPED: Final = expression(r'\\([\\"$`\n])')
# Nearly all commands begin so; the expression says the same of them, and takes half a millisecond to compile.
_USUAL: Final = ("/bin/bash -lc ", "bash -lc ", "/bin/zsh -lc ")
# The standard library splits character by character: far too slow for a script of megabytes.
_SPLIT_LIMIT: Final = 65_536
_REMEMBERED: Final = 400


def unwrapped(command: str) -> str:
    """Take `/bin/bash -lc '…'` (or sh, zsh, PowerShell) off a command, where it is there."""
    # The same commands stand in many logs, and each is asked about more than once.
    return (_short_unwrapped if len(command) <= _REMEMBERED else _unwrapped)(command)


def _unwrapped(command: str) -> str:
    script = _script(command)
    if script is None:
        return command
    if _SINGLE.fullmatch(script):
        return script[1:-1]
    if _DOUBLE.fullmatch(script):
        return _ESCAPED.sub(r"\1", script[1:-1])
    return _split(script) or command


def _script(command: str) -> str | None:
    for shell in _USUAL:
        if command.startswith(shell) and command != shell:
            return command[len(shell) :]
    match = _WRAPPER.match(command)
    return None if match is None else match["script"] or match["power"]


_short_unwrapped: Final = lru_cache(maxsize=2048)(_unwrapped)


def _split(script: str) -> str | None:
    if len(script) > _SPLIT_LIMIT:
        return script
    # Few commands are quoted so, and this takes half a millisecond to load.
    import shlex

    try:
        words = shlex.split(script)
    except ValueError:
        return None
    return words[0] if len(words) == 1 else None
