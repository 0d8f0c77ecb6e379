"""Lines that Codex, its npm shim or the shell writes on standard error outside of any protocol."""

from typing import Final

from logverdict.events import Error, Event, Other, Trace, Warning
from logverdict.expression import expression
from logverdict.transcript.lines import Lines

TRACE: Final = expression(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z +"
    r"(ERROR|WARN|INFO|DEBUG|TRACE) ([^\s{:]+(?:::[^\s{:]+)*)"
)
_OWN_ERROR: Final = expression(
    r"Error(?:: | loading config\.toml:| parsing -c overrides:| finding codex home:)"
    r"|error: (?:unexpected|invalid|unrecognized|the |a value|one or more|equal sign)"
    r"|Not inside a trusted directory and --skip-git-repo-check"
    r"|No prompt provided via stdin"
    r"|Failed to read (?:output schema file|prompt from stdin)"
    r"|thread '[^'\n]*'.{0,40} panicked at "
    r"|(?:/usr/bin/)?env: .node.: "
    r"|(?:\S*sh: (?:line )?(?:\d+: )?)(?:\S*/)?codex: (?:command |No such |Permission |cannot )?"
    r"|memory allocation of \d+ bytes failed"
    r"|Fatal error: "
    r"|EOF while parsing a \w+ at line \d+ column \d+$"
)
NO_LAST_MESSAGE: Final = "Warning: no last agent message; wrote empty content to "
_OWN_WARNING: Final = expression(
    r"(?:WARNING|warning|Warning): |Failed to write last message file |The existing `--json` output format"
)
_STDIN_NOTE: Final = expression(r"Reading (?:additional input|prompt) from stdin")


def is_own_error(text: str) -> bool:
    """Tell whether a line is an error of Codex, its shim or the shell that started it."""
    return _OWN_ERROR.match(text) is not None


def is_known(text: str) -> bool:
    """Tell whether a line of standard error is one that this program can name."""
    return bool(
        TRACE.match(text) or _STDIN_NOTE.match(text) or _OWN_ERROR.match(text) or _OWN_WARNING.match(text)
    )


def read_stderr(lines: Lines) -> tuple[Event, ...]:
    """Read standard error, or any run of its lines, as events."""
    return tuple(stray_events(lines, 0, len(lines)))


def stray_events(lines: Lines, first: int, after: int) -> list[Event]:
    """Read lines `first` to `after` of standard error: what follows a known line belongs to it."""
    events: list[Event] = []
    while first < after:
        end = first + 1
        while end < after and not is_known(lines.texts[end]):
            end += 1
        event = stray_event(lines, first, end)
        if not isinstance(event, Other) or not event.text.is_blank:
            events.append(event)
        first = end
    return events


def stray_event(lines: Lines, first: int, after: int) -> Event:
    """Read one entry of standard error, its first line at `first`, as the event it is."""
    while after > first + 1 and not lines.texts[after - 1].strip():
        after -= 1
    line, place = lines.texts[first], lines.place(first, after)
    if trace := TRACE.match(line):
        skip = line[: trace.end()]
        if line[len(skip) : len(skip) + 2] == ": ":
            skip += ": "
        return Trace(place, trace[1], trace[2], lines.text(first, after, skip=skip))
    if _OWN_ERROR.match(line):
        return Error(place, lines.text(first, after))
    if _OWN_WARNING.match(line):
        return Warning(place, lines.text(first, after))
    return Other(place, lines.text(first, after))
