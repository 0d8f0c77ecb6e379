"""What a walk over an old human log has read so far, and the heads of the blocks in it."""

from typing import Final

from logverdict.events import Event, Place, Session
from logverdict.expression import expression
from logverdict.transcript.lines import Lines
from logverdict.transcript.rounds import Rounds

HEADS: Final = expression(
    r"(?P<banner>OpenAI Codex v\d)|(?P<prompt>User instructions:\Z)|(?P<codex>codex\Z)"
    r"|(?P<thinking>thinking\Z)"
    r"|(?P<exec>exec )|(?P<tokens>tokens used: )|(?P<patch>apply_patch auto_approved=)"
    r"|(?P<patched>apply_patch\([^)]*\) exited (?P<code>-?\d+))|(?P<diff>turn diff:\Z)"
    r"|(?P<tool>tool [\w.-]+\()|(?P<called>[\w.-]+\(.*\) (?P<outcome>success|failed) in [\d.hms ]+:\Z)"
    r"|(?P<search>🌐 Search)|(?P<error>ERROR: )|(?P<retry>stream error: |Re-?connecting\.\.\. )"
    r"|(?P<plan>Plan update\Z|plan: |explanation: )|(?P<interrupted>t(?:ask|urn) interrupted)"
)
_SUMS_FROM: Final = 30
_WAITING: Final = 50


class Stamped:
    """The state of a walk.

    `waiting` are the commands that have no result yet, as written and by their event; `patch` and `tool` are
    the events of a patch and of a call that are open.
    """

    __slots__ = ("events", "has_counts", "lines", "patch", "rounds", "spoofable", "tool", "waiting")

    def __init__(self, lines: Lines, session: Event) -> None:
        self.lines = lines
        self.events: list[Event] = [session]
        self.spoofable: list[Place] = []
        self.waiting: list[tuple[str, int]] = []
        self.patch: int | None = None
        self.tool: int | None = None
        self.has_counts = any("] tokens used: " in text for text in lines.texts)
        version = session.version if isinstance(session, Session) else None
        self.rounds = Rounds(is_summed=_sums(version))

    def wait(self, script: str) -> None:
        """Note that the command of the next event waits for its result."""
        self.waiting.append((script, len(self.events)))
        del self.waiting[:-_WAITING]

    def opens(self, head: str) -> bool:
        """Tell whether a line begins the result of a command that waits for one."""
        return any(head.startswith(raw[: len(head)].split("\n", 1)[0]) for raw, _ in self.waiting)

    def add(self, event: Event) -> None:
        """Add an event that shows that the turn goes on."""
        self.rounds.goes_on()
        self.events.append(event)


def _sums(version: str | None) -> bool:
    """Tell whether a version counts the tokens of the whole thread: up to 0.29 they were of one response."""
    minor = (version or "").split(".")[1:2]
    return not (minor and minor[0].isdecimal() and len(minor[0]) < 3 and int(minor[0]) < _SUMS_FROM)  # noqa: PLR2004
