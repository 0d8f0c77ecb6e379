"""The human log of versions 0.44 to 0.169: standard error, with or without standard output around it."""

from collections.abc import Callable
from itertools import islice
from typing import Final

from logverdict.events import Error, Event, Other, Prompt, Reasoning, Session, Text, Transcript
from logverdict.record import replace
from logverdict.transcript import blocks, patches, tools
from logverdict.transcript.ending import finish
from logverdict.transcript.header import is_header, read_header
from logverdict.transcript.judge import end_of, marker_kind
from logverdict.transcript.lines import Lines
from logverdict.transcript.markers import LOOKS, version_of
from logverdict.transcript.stderr import NO_LAST_MESSAGE, is_known, is_own_error, stray_events
from logverdict.transcript.walk import Walk

_OPENING_LINES: Final = 50

_BLOCKS: Final[dict[str, Callable[[Walk, int], int]]] = {
    "exec": blocks.command,
    "result": blocks.result,
    "codex": blocks.message,
    "thinking": blocks.thinking,
    "apply patch": patches.patch_begun,
    "patch": patches.patch_ended,
    "file update": patches.old_patch,
    "file update:": patches.diff,
    "diff": patches.diff,
    "tokens used": blocks.usage,
    "turn interrupted": blocks.interrupted,
    "task interrupted": blocks.interrupted,
    "error": blocks.error,
    "retry": blocks.retry,
    "trace": blocks.trace,
    "soft": blocks.warning,
    "context compacted": blocks.note,
    "startup": blocks.note,
    "tool": tools.tool,
    "plan": tools.plan,
    "Plan update": tools.plan,
}


def is_human(lines: Lines) -> bool:
    """Tell whether a log has Codex's banner, or opens with a line that only Codex's standard error has.

    One that lost its head is known by the blocks in it.
    """
    if _banner(lines) is not None:
        return True
    # Few logs come without it: what they need is loaded here, and below.
    from logverdict.transcript.excerpt import is_excerpt
    from logverdict.transcript.headless import is_headless

    if is_headless(lines):
        return True
    if is_excerpt(lines):
        return False
    return any(is_known(text) for text in islice(lines.texts, _OPENING_LINES) if _is_telling(text))


def _is_telling(text: str) -> bool:
    trace = LOOKS.match(text)
    if trace and trace["trace"]:
        return "codex" in text
    return not text.lower().startswith("warning: ") or text.startswith(NO_LAST_MESSAGE)


def read_human(lines: Lines) -> Transcript:
    """Read a human log; one without a banner is a run that never began, or lost its head."""
    banner = _banner(lines)
    if banner is None:
        return _read_without_banner(lines)
    before = stray_events(lines, 0, banner)
    session, body = read_header(lines, banner)
    walk = Walk(lines, body, session)
    _read_body(walk, _prompt(walk, body))
    return finish(walk, before)


def _read_without_banner(lines: Lines) -> Transcript:
    """Read a run whose head is lost, and with it perhaps a check that failed; or one that never began."""
    from logverdict.transcript.headless import is_glued, is_headless

    if not is_headless(lines):
        return Transcript("human", tuple(stray_events(lines, 0, len(lines))))
    walk = Walk(lines, 0, Session(lines.place(0, 0)))
    walk.is_old = is_glued(lines)
    _read_body(walk, 0)
    read = finish(walk, [])
    events = tuple(event for event in read.events if not isinstance(event, Session))
    return replace(read, events=events, is_cut=True)


def _banner(lines: Lines) -> int | None:
    for index, text in enumerate(lines.texts):
        if text.startswith("OpenAI Codex v") and version_of(text) and is_header(lines, index):
            return index
    return None


def _prompt(walk: Walk, body: int) -> int:
    if walk.peek(body) != "user":
        return body
    end = end_of(walk, body + 1, "free")
    walk.events.append(Prompt(walk.lines.place(body, end), walk.lines.paragraph(body + 1, end)))
    return end


def _read_body(walk: Walk, index: int) -> None:
    while index < walk.count:
        kind = "exec" if index == walk.own_command else marker_kind(walk, index, "free", index)
        read = _BLOCKS.get(kind or "", _loose)
        index = read(walk, index)


def _loose(walk: Walk, index: int) -> int:
    end = end_of(walk, index + 1, "free")
    text = walk.lines.paragraph(index, end)
    if not text.is_blank:
        walk.events.append(_loose_event(walk, text, index, end))
    return end


def _loose_event(walk: Walk, text: Text, index: int, end: int) -> Event:
    place = walk.lines.place(index, end)
    if is_own_error(text.opening):
        return Error(place, text)
    if walk.is_old or 0 <= walk.tokens < index:
        return Other(place, text)
    walk.commands.seal()
    return Reasoning(place, text)
