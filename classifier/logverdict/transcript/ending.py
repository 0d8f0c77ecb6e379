"""How a turn of a human log ended: it has no line for a regular end, so the structure must show it."""

from typing import Final

from logverdict.events import (
    Command,
    Error,
    Event,
    Message,
    Other,
    Patch,
    Prompt,
    Text,
    Tool,
    Trace,
    Transcript,
    Turn,
    Usage,
    Warning,
)
from logverdict.expression import expression
from logverdict.record import replace
from logverdict.transcript.walk import Walk

# Asked of every event: a union would be made anew each time.
_WORK: Final = (Command, Patch, Message, Tool)
_SPEAKING: Final = (Command, Patch, Message, Tool, Error)
_ASIDE: Final = (Trace, Warning)
_FENCE: Final = "```"  # of a document around the log: it closes below the tokens
# What `codex exec review` shows in place of a prompt (0.80 to 0.169, measured).
_REVIEWED: Final = expression(r"current changes|changes against '[^'\n]+'|commit [0-9a-f]{7,40}(?:: [^\n]*)?")


def finish(walk: Walk, before: list[Event]) -> Transcript:
    """Make the transcript of a walk, with the end of its turn; `before` was read before the banner."""
    events = list(walk.events)
    for position in walk.commands.doubtful():
        events[position] = _unsure(events[position])
    events = _own_ends(walk, _said_again(walk, events))
    ending = _ending(walk, events, before)
    if ending is not None:
        position, turn = ending
        events.insert(position + 1, turn)
    is_ended = any(isinstance(event, Turn) for event in events)
    is_cut = not is_ended and not walk.lines.data.endswith(b"\n") and not _is_open_at_end(events)
    return Transcript("human", (*before, *events), tuple(dict.fromkeys(walk.spoofable)), is_cut)


def _unsure(event: Event) -> Event:
    if isinstance(event, Command):
        return replace(event, status="completed", exit_code=None)
    return event


def _is_open_at_end(events: list[Event]) -> bool:
    last = events[-1]
    return isinstance(last, Command) and last.status == "in_progress"


def _said_again(walk: Walk, events: list[Event]) -> list[Event]:
    """Read a fatal error that tracing lines part from its second mention as the end of the turn."""
    last: Error | None = None
    for position, event in enumerate(events):
        if isinstance(event, Error) and not event.is_retry and not walk.is_old:
            if last is not None and last.text.value == event.text.value:
                events[position] = Turn(event.at, "failed", event.text)
            last = event
        elif not isinstance(event, _ASIDE) and not _tells_of_an_interrupted_review(event):
            last = None
    return events


def _tells_of_an_interrupted_review(event: Event) -> bool:
    """Tell whether Codex itself speaks in the place of a reviewer that an error ended (0.118)."""
    return isinstance(event, Message) and event.text.opening.startswith("Review was interrupted.")


def _own_ends(walk: Walk, events: list[Event]) -> list[Event]:
    last_work = _last_work(events)
    kept = []
    for position, event in enumerate(events):
        if isinstance(event, Turn) and position < last_work:
            walk.spoofable.append(event.at)
        else:
            kept.append(event)
    return kept


def _last_work(events: list[Event]) -> int:
    for position in range(len(events) - 1, -1, -1):
        if isinstance(events[position], _WORK):
            return position
    return -1


def _ending(walk: Walk, events: list[Event], before: list[Event]) -> tuple[int, Turn] | None:
    if any(isinstance(event, Turn) for event in events):
        return None
    work = _last_work(events)
    failed = _fatal(events, work)
    usage = next((at for at, event in enumerate(events) if isinstance(event, Usage)), -1)
    if failed is not None:
        return _failed(walk, events, failed, usage)
    if usage > work and _is_regular(walk, events, work, usage):
        return usage, Turn(events[usage].at, "completed")
    if (
        usage < 0
        and work >= 0
        and (
            _is_said_twice(events, work, before)
            or _is_said_last(walk, events, work)
            or _is_review(events, work)
        )
    ):
        return work, Turn(events[work].at, "completed")
    return None


def _fatal(events: list[Event], work: int) -> int | None:
    for position in range(len(events) - 1, work, -1):
        event = events[position]
        if isinstance(event, Error) and not event.is_retry:
            return position
    return None


def _failed(walk: Walk, events: list[Event], failed: int, usage: int) -> tuple[int, Turn] | None:
    error = events[failed]
    if not isinstance(error, Error) or not (walk.is_old or usage > failed):
        return None
    if walk.is_repeated:
        walk.spoofable.append(error.at)
        return None
    return failed, Turn(error.at, "failed", error.text)


def _is_regular(walk: Walk, events: list[Event], work: int, usage: int) -> bool:
    is_message_last = work >= 0 and isinstance(events[work], Message)
    if not is_message_last and any(isinstance(event, Message) for event in events):
        return False
    stray = next((event for event in events[usage + 1 :] if isinstance(event, Other)), None)
    return stray is None or walk.is_repeated or stray.text.opening.startswith(_FENCE)


def _is_said_twice(events: list[Event], work: int, before: list[Event]) -> bool:
    message = events[work]
    if not isinstance(message, Message) or work != _last_speaker(events):
        return False
    said = message.text.value
    if any(isinstance(event, Other) and event.text.value.strip() == said.strip() for event in before):
        return True
    said = said.removesuffix(f"\n{_FENCE}")
    half = len(said) // 2
    if len(said) % 2 and said[half] == "\n" and said[:half] == said[half + 1 :]:
        events[work] = replace(message, text=Text(said[:half], message.text.place))
        return True
    return False


def _is_said_last(walk: Walk, events: list[Event], work: int) -> bool:
    """Tell whether the last message stands once more at the end of the log, after tracing lines."""
    message = events[work]
    if not isinstance(message, Message) or work != _last_speaker(events) or work == len(events) - 1:
        return False
    first = walk.count - message.text.value.count("\n") - 1
    return first >= 0 and walk.lines.text(first, walk.count).value == message.text.value


def _is_review(events: list[Event], work: int) -> bool:
    """Tell whether this was `codex exec review`, which says one thing, at its end, and counts no tokens."""
    prompt = next((event for event in events if isinstance(event, Prompt)), None)
    messages = [event for event in events if isinstance(event, Message)]
    is_review = prompt is not None and _REVIEWED.fullmatch(prompt.text.opening.strip()) is not None
    return is_review and messages == [events[work]] and work == _last_speaker(events)


def _last_speaker(events: list[Event]) -> int:
    return max((at for at, event in enumerate(events) if isinstance(event, _SPEAKING)), default=-1)
