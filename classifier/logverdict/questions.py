"""What each of the three questions is answered from: the part of a transcript that its rules look at."""

from logverdict.events import (
    Command,
    Error,
    Event,
    Message,
    Patch,
    Plan,
    Runner,
    Session,
    Tool,
    Trace,
    Turn,
    Warning,
)
from logverdict.facts import Facts
from logverdict.verdict import Question


def answered_from(question: Question, events: tuple[Event, ...], facts: Facts) -> tuple[Event, ...]:
    """Choose the events that speak to a question; see docs/design.md, "Three questions"."""
    match question:
        case "ending":
            return tuple(event for event in events if _tells_of_the_ending(event))
        case "work":
            return tuple(event for event in events if _tells_of_the_work(event, facts))
        case "noise":
            return tuple(event for event in events if _may_be_noise(event))


def _tells_of_the_ending(event: Event) -> bool:
    return isinstance(event, Session | Turn | Runner) or (isinstance(event, Error) and not event.is_retry)


def _tells_of_the_work(event: Event, facts: Facts) -> bool:
    checks = [check.command for check in (facts.last_test, facts.last_build) if check]
    is_last = event is facts.last_message or any(event is command for command in checks)
    return is_last or isinstance(event, Patch | Plan)


def _may_be_noise(event: Event) -> bool:
    match event:
        case Command(exit_code=code):
            return code not in (0, None)
        case Patch(status=status) | Tool(status=status):
            return status != "completed"
        case Error(is_retry=is_retry):
            return is_retry
        case Message():
            return False
    return isinstance(event, Warning | Trace)
