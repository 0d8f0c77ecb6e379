"""Which events of a log a rule could stand on, and the condition that each would be written in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from logverdict.authoring.phrases import of_agent, of_codex, of_output
from logverdict.events import (
    Command,
    Error,
    Event,
    Message,
    Other,
    Part,
    Patch,
    Text,
    Tool,
    Trace,
    Transcript,
    Turn,
    Warning,
)
from logverdict.facts import Facts
from logverdict.rulebook.vocabulary import kind_of
from logverdict.verdict import Question

_BLAND: Final = frozenset({"INFO", "DEBUG", "TRACE"})


@dataclass(frozen=True, slots=True)
class Point:
    """An event that a rule could stand on.

    The condition is `before`, the pattern between slashes, and `after`; where `phrases` is empty it is
    `before` alone. `phrases` are the words to make the pattern of, the best first.
    """

    question: Question
    event: Event | None
    before: str
    phrases: tuple[str, ...] = ()
    after: str = ""

    def condition(self, pattern: str) -> str:
        """Write the condition with `pattern` in it."""
        return f"{self.before}/{pattern}/{self.after}" if self.phrases else self.before


def points(transcript: Transcript, facts: Facts, question: Question) -> Iterator[Point]:
    """Yield the events that speak to a question, the most telling first."""
    match question:
        case "ending":
            yield from _of_ending(transcript.events, facts)
        case "work":
            yield from _of_work(transcript.events, facts)
        case "noise":
            yield from _of_noise(transcript.events, facts)


def points_at(
    transcript: Transcript, facts: Facts, question: Question, line: int, shown: Mapping[Part, str]
) -> list[Point]:
    """Find the events that hold a line of the log: standard error comes last.

    `shown` is the text of that line in each part: phrases that stand on it come before all others.
    """
    held = [event for event in transcript.events if event.at.part in shown and _holds(event, line)]
    held.sort(key=lambda event: event.at.part == "stderr")
    found = (_point(event, facts, question, transcript.events) for event in held)
    return [_narrowed(point, shown) for point in found if point]


def _narrowed(point: Point, shown: Mapping[Part, str]) -> Point:
    """Keep the phrases that stand on the line itself, where any do."""
    line = shown[point.event.at.part] if point.event else ""
    on_line = tuple(phrase for phrase in point.phrases if phrase in line)
    return Point(point.question, point.event, point.before, on_line or point.phrases, point.after)


def _holds(event: Event, line: int) -> bool:
    texts = (event.at, *(text.place for text in (text_of(event),) if text))
    return any(place.line == line for place in texts) or _spans(text_of(event), line)


def _spans(text: Text | None, line: int) -> bool:
    return text is not None and text.place.line <= line <= text.place.line + text.value.count("\n")


def _of_ending(events: Sequence[Event], facts: Facts) -> Iterator[Point]:
    wanted: tuple[Callable[[Event], bool], ...] = (
        lambda event: isinstance(event, Error) and not event.is_retry,
        lambda event: isinstance(event, Turn) and event.status == "failed",
        lambda event: isinstance(event, Error),
        lambda event: isinstance(event, Trace) and event.level not in _BLAND,
        lambda event: isinstance(event, Warning),
        lambda event: isinstance(event, Other) and facts.turn == "none",
    )
    for is_wanted in wanted:
        for event in filter(is_wanted, reversed(events)):
            if point := _point(event, facts, "ending", events):
                yield point
    if facts.meta.signal is not None:
        yield Point("ending", None, f"not finished and signal = {facts.meta.signal}")
    if facts.meta.ended_by not in (None, "codex"):
        yield Point("ending", None, f"not finished and ended_by = {facts.meta.ended_by}")


def _of_work(events: Sequence[Event], facts: Facts) -> Iterator[Point]:
    patches = [event for event in events if isinstance(event, Patch)]
    commands = [event for event in events if isinstance(event, Command)]
    tried: tuple[Event, ...] = (*patches[-1:], *commands[-1:])
    failed = [event for event in tried if _has_failed(event)]
    prevented = commands[-1:] if commands and not any(event.exit_code == 0 for event in commands) else []
    said = [facts.last_message] if facts.last_message else []
    speaking: tuple[Event, ...] = (*prevented, *said, *failed, *_complaints(events))
    for event in speaking:
        if point := _point(event, facts, "work", events):
            yield point


def _of_noise(events: Sequence[Event], facts: Facts) -> Iterator[Point]:
    failed = [event for event in events if isinstance(event, Command | Patch | Tool) and _has_failed(event)]
    for event in (*failed, *_complaints(events, (Error, Warning, Trace))):
        if point := _point(event, facts, "noise", events):
            yield point


def _complaints(events: Sequence[Event], kinds: tuple[type, ...] = (Error, Trace)) -> Iterator[Event]:
    for event in events:
        if isinstance(event, kinds) and getattr(event, "level", "") not in _BLAND:
            yield event


def _has_failed(event: Event) -> bool:
    if isinstance(event, Command):
        return event.exit_code not in (0, None)
    return isinstance(event, Patch | Tool) and event.status in ("failed", "declined")


def _point(event: Event, facts: Facts, question: Question, events: Sequence[Event]) -> Point | None:
    """Write the condition for one event; null where it has no words to stand on."""
    text = text_of(event)
    if text is None:
        return None
    phrases = tuple(_phrases(event, text.value))
    before, after = _sentence(event, facts, question, events)
    return Point(question, event, before, phrases, after) if phrases and before else None


def _phrases(event: Event, text: str) -> Iterator[str]:
    match event:
        case Message():
            return of_agent(text)
        case Command() | Patch() | Tool():
            return of_output(text)
        case _:
            return of_codex(text)


def text_of(event: Event) -> Text | None:
    """Give the text of an event that a rule would look at: of a command and a patch what they printed."""
    text = event.output if isinstance(event, Command | Patch) else getattr(event, "text", None)
    return text if isinstance(text, Text) else None


def _sentence(event: Event, facts: Facts, question: Question, events: Sequence[Event]) -> tuple[str, str]:
    """Give what stands before and after the pattern."""
    match event, question:
        case ((Error() | Turn() as said), "ending"):
            return f"{_how_it_ended(facts)} and {_which_error(said, events)}", ""
        case ((Error() | Warning() | Trace() | Other()), _):
            target = f' where target = "{event.target}"' if isinstance(event, Trace) else ""
            return f"{_frame(facts, question)}any {kind_of(event)} ~ ", target
        case Message(text=text), "work":
            asks = "?" in text.closing[-400:] and not facts.files_changed
            return f"{'files_changed = 0 and ' if asks else ''}last message ~ ", ""
        case ((Command() | Patch() | Tool()), ("work" | "noise")):
            return _failed(event, question, events)
    return "", ""


def _how_it_ended(facts: Facts) -> str:
    match facts.turn:
        case "failed":
            return "turn failed"
        case "none":
            return "not finished and turn none"
    return "not finished"


def _which_error(event: Error | Turn, events: Sequence[Event]) -> str:
    errors = [one for one in events if isinstance(one, Error)]
    if isinstance(event, Turn):
        return "terminal_error ~ "
    is_last = errors[-1].text.value == event.text.value
    return "last error ~ " if is_last else "any error ~ "


def _frame(facts: Facts, question: Question) -> str:
    match question:
        case "ending":
            return f"{_how_it_ended(facts)} and "
        case "work":
            return "files_changed = 0 and " if not facts.files_changed else ""
    return "finished and "


def _failed(event: Event, question: Question, events: Sequence[Event]) -> tuple[str, str]:
    """Say that a command, patch or tool failed with some words, and how many others did."""
    kind, field = kind_of(event), "text" if isinstance(event, Tool) else "output"
    failed = "exit_code != 0" if isinstance(event, Command) else "status = failed"
    same = [one for one in events if kind_of(one) == kind]
    if question == "noise":
        return f"any {kind} where ({failed} and {field} ~ ", ")"
    if all(_has_failed(one) for one in same):
        return f"no {kind} completed and any {kind} where ({failed} and {field} ~ ", ")"
    return f"last {kind} has ({failed} and {field} ~ ", ")"
