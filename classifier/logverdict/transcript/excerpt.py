"""A piece of what Codex wrote, without the frame of a run: an error in an issue, part of a screen."""

from itertools import islice
from typing import Final

from logverdict.events import Error, Event, Other, Trace, Transcript, Turn
from logverdict.expression import expression
from logverdict.transcript.frame import frame_of
from logverdict.transcript.lines import Lines

_MARGIN: Final = r"[ \t]*(?:[■•⚠✗]\ufe0f? ?)?"
_OWN: Final = expression(
    _MARGIN + r"(?:\[[\d:.TZ+-]{19,35}\] +)?(?:ERROR:? )?(?P<own>"
    r"(?P<retry>Reconnecting\.\.\. \d+/\d+)"
    r"|stream error: |[Ss]tream disconnected before completion: "
    r"|exceeded retry limit, last status: |unexpected status \d{3} [A-Z]"
    r"|You.ve hit your usage limit|Error loading configuration: "
    r"|We.re currently experiencing high demand|Selected model is at capacity|Quota exceeded\. "
    r"|Your access token could not be refreshed|Your workspace is out of credits|You hit your spend cap "
    r"|To use Codex with your ChatGPT plan, upgrade |Codex ran out of room in the model.s context window"
    r"|The model `[^`\n]{1,80}` does not exist or you do not have access|Access blocked by Cloudflare"
    r"|(?P<target>codex_\w+(?:::\w+)*): |windows sandbox: "
    r'|\{"type": ?"error", ?"status": ?\d{3},)'
)
_TOLD: Final = expression(
    r"\bbwrap: (?:loopback|setting up|Creating new namespace|Can't|Unknown option)"
    r'|\A\{"name": ?"shell", ?"arguments": ?\{"command": ?\['
)
_RETRYING: Final = expression(r"; retrying \d+/\d+ in ")
_FIRST_ERA: Final = "/@openai/codex/dist/cli.js:"
_FIRST_ERROR: Final = expression(r"(?:\[?\w*Error\]?|error): ")
_SEARCHED: Final = 200


def is_first_era(lines: Lines) -> bool:
    """Tell whether this is a crash of the first Codex CLI, which was written in TypeScript."""
    head = list(islice(lines.texts, _SEARCHED))
    return _FIRST_ERA in "\n".join(head) and not any(map(frame_of, head))


def is_excerpt(lines: Lines) -> bool:
    """Tell whether a log that is none of the others holds words that only Codex writes."""
    return any(_OWN.match(text) or _TOLD.search(text) for text in islice(lines.texts, _SEARCHED))


def read_excerpt(lines: Lines) -> Transcript:
    """Read an excerpt: the errors are Codex's own. One that it did not try to repair ended the run."""
    starts = [index for index, text in enumerate(lines.texts) if index == 0 or _begins(lines, index, text)]
    events = [
        _event(lines, first, after) for first, after in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]
    last = next((event for event in reversed(events) if isinstance(event, Error)), None)
    if last is not None and not last.is_retry:
        events.append(Turn(last.at, "failed", last.text))
    return Transcript("excerpt", tuple(event for event in events if not _is_empty(event)))


def _begins(lines: Lines, index: int, text: str) -> bool:
    return _is_error(text) or (bool(text.strip()) and not lines.texts[index - 1].strip())


def _is_error(text: str) -> bool:
    return bool(_OWN.match(text) or _FIRST_ERROR.match(text))


def _event(lines: Lines, first: int, after: int) -> Event:
    text = lines.paragraph(first, after)
    if not _is_error(lines.texts[first]):
        return Other(text.place, text)
    own = _OWN.match(lines.texts[first])
    if own and own["target"]:
        return Trace(text.place, "ERROR", own["target"], text)
    is_retry = bool(own and own["retry"]) or _RETRYING.search(text.opening) is not None
    return Error(text.place, text, is_retry)


def _is_empty(event: Event) -> bool:
    return isinstance(event, Other) and event.text.is_blank
