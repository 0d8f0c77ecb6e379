"""Structural doubts: what in the shape of a finished run forbids to call its work done, whatever it says.

None of these knows a test runner or an agent's wording. Each leads to `verify`: a look that costs little
against work that was accepted and never done.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from logverdict.asked import asks_for_a_change, may_have_changed, says_only_done
from logverdict.checks import CheckPatterns
from logverdict.events import Command, Error, Event, Message, Patch, Tool, Turn
from logverdict.expression import expression
from logverdict.facts import Check, Doubt, Facts
from logverdict.looks import is_harmless, is_look
from logverdict.namesakes import untouched_namesake
from logverdict.record import record

_BROKE: Final = expression(r"^Traceback \(most recent call last\)|^(?:\w+\.)*AssertionError\b", re.MULTILINE)
_BREAKS: Final = ("Traceback", "AssertionError")
_PROSE: Final = (".md", ".rst", ".txt", ".adoc", ".markdown")
_DONE: Final = (
    r"(?:fixed|implemented|repaired|refactored|added|created|updated|changed|removed|renamed|rewrote|migrated"
    r"|applied|(?:all )?tests? (?:now )?pass(?:es|ed)?)\b"
)
_CLAIMS: Final = expression(rf"\b{_DONE}", re.IGNORECASE)
# Where nothing can be written, a review names what others changed; only the agent's own deeds count.
_OWN_CLAIMS: Final = expression(rf"(?:^\W*|\b(?:I|we)(?:.ve| have)? ){_DONE}", re.IGNORECASE | re.MULTILINE)


# Asked of every event, again and again: a union would be made anew each time.
_WORK: Final = (Command, Patch, Tool)
_TRIES: Final = (Command, Tool)
_CHANGES: Final = (Command, Patch)


@record(frozen=True, slots=True)
class _Turn:
    """The last turn of a run: its work in the order in which it began."""

    events: tuple[Event, ...]
    facts: Facts
    patterns: CheckPatterns
    task: str | None

    @property
    def commands(self) -> list[Command]:
        return [event for event in self.events if isinstance(event, Command)]

    @property
    def has_changed_files(self) -> bool:
        return any(isinstance(event, Patch) and event.status == "completed" for event in self.events)


def doubts(
    events: Sequence[Event], facts: Facts, patterns: CheckPatterns, task: str | None = None
) -> tuple[Doubt, ...]:
    """Find what forbids to call a finished run's work done; the first is the weightiest.

    `task` is what the run was asked, as its sidecar says; the event stream does not repeat it.
    """
    if not facts.finished:
        return ()
    turn = _Turn(_last_turn(events), facts, patterns, task)
    found = (doubt(turn) for doubt in _DOUBTS)
    return tuple(doubt for doubt in found if doubt is not None)


def _last_turn(events: Sequence[Event]) -> tuple[Event, ...]:
    starts = [
        place for place, event in enumerate(events) if isinstance(event, Turn) and event.status == "started"
    ]
    return tuple(events[starts[-1] if starts else 0 :])


def _error_after_the_end(turn: _Turn) -> Doubt | None:
    ends = [
        place
        for place, event in enumerate(turn.events)
        if isinstance(event, Turn) and event.status == "completed"
    ]
    for event in turn.events[ends[-1] + 1 :] if ends else ():
        if isinstance(event, Error) and not event.is_retry and event.at.part == turn.events[ends[-1]].at.part:
            return Doubt("ending.error_after_end", "Codex reported an error after the end of the turn", event)
    return None


def _work_after_the_last_word(turn: _Turn) -> Doubt | None:
    """A turn ends with a message; one that ends with work was cut, or its last word was lost."""
    for event in reversed(turn.events):
        if isinstance(event, Message):
            return None
        if isinstance(event, _CHANGES):
            return Doubt(
                "work.no_last_word", "The agent worked on after its last message and said nothing more", event
            )
    return None


def _nothing_ran(turn: _Turn) -> Doubt | None:
    tries = [event for event in turn.events if isinstance(event, _TRIES)]
    is_vain = tries and not turn.has_changed_files and not any(map(_worked, tries))
    if not is_vain or all(isinstance(event, Command) and is_look(event) for event in tries):
        return None
    return Doubt("work.nothing_ran", "Nothing that the agent tried is known to have worked", tries[-1])


def _worked(event: Command | Tool) -> bool:
    return event.exit_code == 0 if isinstance(event, Command) else event.status == "completed"


def _no_answer_of_a_model(turn: _Turn) -> Doubt | None:
    """Without a token nothing was asked of a model; a gateway can put its own words in place of an answer.

    The event stream counts none for a review (0.63 to 0.169); the human log then shows no count at all.
    """
    said = turn.facts.last_message
    has_worked = any(isinstance(event, _WORK) for event in turn.events)
    if said is None or has_worked or turn.facts.tokens.total != 0 or turn.facts.format != "human":
        return None
    return Doubt("work.no_model", "No token was used, so this is no answer of a model", said)


def _claim_without_work(turn: _Turn) -> Doubt | None:
    has_worked = any(isinstance(event, _WORK) for event in turn.events)
    said = turn.facts.last_message
    claims = _OWN_CLAIMS if (turn.facts.sandbox or "").startswith("read-only") else _CLAIMS
    if has_worked or turn.facts.files_changed or said is None or not claims.search(said.text.value):
        return None
    return Doubt("work.claim_without_work", "The agent reports work, but the record holds none", said)


def _asked_change_missing(turn: _Turn) -> Doubt | None:
    said = turn.facts.last_message
    is_undone = asks_for_a_change(turn.events, turn.task) and not may_have_changed(turn.events)
    if said is None or not is_undone or turn.facts.files_changed or says_only_done(said.text.value):
        return None
    return Doubt("work.no_change", "The task asks for a change, and nothing on record made one", said)


def _last_command_failed(turn: _Turn) -> Doubt | None:
    work = [event for event in turn.events if isinstance(event, _CHANGES)]
    last = work[-1] if work else None
    if not isinstance(last, Command) or last.exit_code in (None, 0) or is_harmless(last, turn.facts.version):
        return None
    return Doubt("work.last_command_failed", "The last command failed, and nothing came after it", last)


def _break_without_repair(turn: _Turn) -> Doubt | None:
    """A command that broke must later run well itself, or a check must pass."""
    ran_well: list[Command] = []
    mended: set[str] = set()
    for event in reversed(turn.commands):
        script = event.command.value
        if event.exit_code == 0:
            ran_well.append(event)
            mended.add(script)
        elif script not in mended and not _was_checked(event, turn.facts) and _broke(event, turn.patterns):
            if any(turn.patterns.tests_passed.matches(_output(later)) for later in ran_well):
                return None
            return Doubt("work.broken_on_the_way", "A command broke and never ran well afterwards", event)
    return None


def _was_checked(event: Command, facts: Facts) -> bool:
    test = facts.last_test
    return test is not None and test.result == "passed" and test.command.at.start > event.at.start


def _broke(event: Command, patterns: CheckPatterns) -> bool:
    if event.exit_code is None or is_look(event):
        return False
    output = _output(event)
    may_have = any(word in output for word in _BREAKS)
    return patterns.tests_failed.matches(output) or (may_have and _BROKE.search(output) is not None)


def _changed_after_the_check(turn: _Turn) -> Doubt | None:
    test = turn.facts.last_test
    if test is None or test.result != "passed":
        return None
    for event in turn.events:
        if isinstance(event, Patch) and _is_later_code(event, test):
            reason = "Code was changed after the last test, and no test followed"
            return Doubt("work.changed_after_check", reason, event)
    return None


def _is_later_code(patch: Patch, test: Check) -> bool:
    is_code = any(not path.lower().endswith(_PROSE) for path in patch.paths)
    return patch.status == "completed" and patch.at.start > test.command.at.start and is_code


def _untouched_namesake(turn: _Turn) -> Doubt | None:
    event = untouched_namesake(turn.events)
    if event is None:
        return None
    reason = "The file that was looked at last still is as its namesake was before that one was changed"
    return Doubt("work.wrong_file", reason, event, is_red=True)


def _output(command: Command) -> str:
    return command.output.closing if command.output else ""


_DOUBTS: Final[Sequence[Callable[[_Turn], Doubt | None]]] = (
    _untouched_namesake,
    _error_after_the_end,
    _work_after_the_last_word,
    _nothing_ran,
    _no_answer_of_a_model,
    _claim_without_work,
    _asked_change_missing,
    _last_command_failed,
    _break_without_repair,
    _changed_after_the_check,
)
