"""The lines with which Codex marks its own words in a human log."""

import re
from typing import Final

from logverdict.expression import expression

LOOKS: Final = expression(
    r"(?P<exact>exec|codex|thinking|apply patch|file update:?|tokens used|t(?:urn|ask) interrupted"
    r"|context compacted|Plan update)\Z"
    r"|(?P<error>ERROR: )"
    r"|(?P<retry>Re-?connecting\.\.\. (?:\d+/\d+|waiting for network)|stream error: .*; retrying \d+/\d+ in )"
    r"|(?P<diff>diff --git )"
    r"|(?P<result> (?:succeeded|exited (?P<code>-?\d+)|declined|in progress)(?: in [\d.hms ]+)?(?::|…)?\Z)"
    r"|(?P<trace>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z +(?:ERROR|WARN|INFO|DEBUG|TRACE) (?P<target>\w+))"
    r"|(?P<patch>patch: (?P<outcome>completed|failed|declined|in_progress)\Z)"
    r"|(?P<soft>warning: |Warning: no last agent message|Failed to write last message file |deprecated: "
    r"|hook: \w+(?: \w+)?\Z|model rerouted: |collab: \w+\Z|collab \w+\(|viewed image "
    r"|elicitation request |auto-cancelling )"
    r"|(?P<tool>mcp: [^\s/]+/\S+ (?:started|\(completed\)|\(failed\))|web search: "
    r"|🌐 Search(?:ed: |ing the web)|tool [\w.-]+\()"
    r"|(?P<startup>mcp startup: |mcp: \S+ (?:starting|ready|cancelled|failed: ))"
    r"|(?P<bold>\*\*[^*]+\*\*\Z)"
    r"|(?P<plan>  [✓→•] )"
    r"|(?P<banner>OpenAI Codex v\d+\.\d+)"
)
MAY_BEGIN: Final = expression(
    r"\n(?=[ctaefPERsdphwWFmvO*🌐\d]|  ?[sedi✓→•])"
    r"(?= (?:succ|exited |decl|in prog| [✓→•])|e(?:xec$|lic)|co(?:dex$|ntext c|llab)"
    r"|t(?:hinking$|okens used$|ool |(?:urn|ask) interr)|a(?:pply patch$|uto-c)|file update|Plan u|ERROR: "
    r"|Re-?conn|stream error: |d(?:iff --git |epr)|\d{4}-|patch: |[wW]arning: |web search|Failed to write"
    r"|hook: |m(?:odel r|cp)|viewed i|🌐|\*\*|OpenAI)",
    re.MULTILINE,
)
"""A line end before what may be a marker: sought in a whole text, it spares most lines a closer look."""
OWN_CRATES: Final = expression(
    r"codex|rmcp|app_server|session_loop|feedback_tags|opentelemetry|reqwest|hyper|tokio|sqlx"
)
NUMBER: Final = expression(r"\d[\d,.'\u2019\u066c\s]*\Z")  # grouped as the locale does
WORK: Final = frozenset({"exec", "codex", "apply patch", "file update", "thinking"})
SPOOFS: Final = frozenset({
    "exec", "codex", "apply patch", "file update", "tokens used", "turn interrupted", "task interrupted",
})  # fmt: skip
_OLD_RESULT: Final = expression(r" (?:succeeded|exited (?P<code>-?\d+)) in [\d.hms ]+:\Z")
_DIRECTORY: Final = expression(r"(?:/|~|[A-Za-z]:[\\/]|\\\\)")
_QUOTED: Final = expression(r"""\S+ (?:-\S+ )+['"]""")
_VERSION: Final = expression(r"OpenAI Codex v(\d+)\.(\d+)\.?(\S*)")
_OPENING: Final = 400
_OLD_ERA_ENDS: Final = 116


def old_result(line: str) -> re.Match[str] | None:
    """Find the result that versions up to 0.115 glue to the end of a command's line."""
    return _OLD_RESULT.search(line)


def version_of(banner: str) -> str | None:
    """Give the version in the first line of a human log."""
    match = _VERSION.match(banner)
    return None if match is None else f"{match[1]}.{match[2]}" + (f".{match[3]}" if match[3] else "")


def is_old(version: str | None) -> bool:
    """Tell whether a version still glues a command's result to its line (up to 0.115)."""
    numbers = (version or "").split(".")
    if len(numbers) < 2 or not (numbers[0].isdecimal() and numbers[1].isdecimal()):  # noqa: PLR2004
        return False
    return numbers[0] == "0" and len(numbers[1]) <= 3 and int(numbers[1]) < _OLD_ERA_ENDS  # noqa: PLR2004


def directory_at(line: str, opening: str) -> int | None:
    """Find the ` in DIR` that closes a command; `opening` is the first line of the command.

    Give the index after the script. A quoted script must be closed before it: by either quote, since Codex
    joins pieces in single and in double quotes where a script holds quotes itself (seen at 0.106, 0.117).
    """
    position = line.rfind(" in ")
    while position >= 0 and not _DIRECTORY.match(line, position + 4):
        position = line.rfind(" in ", 0, position)
    if position < 0:
        return None
    if _QUOTED.match(opening[:_OPENING]) and not line.endswith(("'", '"'), 0, position):
        return None
    return position
