"""Take the shell that Codex wraps around a command off again."""

import re
import shlex
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
# The standard library splits character by character: far too slow for a script of megabytes.
_SPLIT_LIMIT: Final = 65_536


def unwrapped(command: str) -> str:
    """Take `/bin/bash -lc '…'` (or sh, zsh, PowerShell) off a command, where it is there."""
    match = _WRAPPER.match(command)
    if match is None:
        return command
    script = match["script"] or match["power"]
    if _SINGLE.fullmatch(script):
        return script[1:-1]
    if _DOUBLE.fullmatch(script):
        return _ESCAPED.sub(r"\1", script[1:-1])
    return _split(script) or command


def _split(script: str) -> str | None:
    if len(script) > _SPLIT_LIMIT:
        return script
    try:
        words = shlex.split(script)
    except ValueError:
        return None
    return words[0] if len(words) == 1 else None
