"""Gather the facts of a run from its events and its sidecar."""

from collections.abc import Iterable
from typing import Final

from logverdict.checks import CheckPatterns, last_checks
from logverdict.events import Command, Error, Event, Message, Patch, Session, Tool, Transcript, Turn, Usage
from logverdict.expression import expression
from logverdict.facts import Facts, Tokens
from logverdict.meta import Meta
from logverdict.turns import after_turn_before, last_turn, version_numbers

__all__ = ["CheckPatterns", "gather_facts"]

# A resumed run counts its own tokens at 0.63 and its thread's from 0.120 on (both measured).
_COUNTS_THREADS: Final = (0, 120)
_QUESTION: Final = expression(r"[^.!?\n]*\?")


def gather_facts(transcript: Transcript, meta: Meta, check_patterns: CheckPatterns) -> Facts:
    """Say what the events and the sidecar of a run mean together; nothing is read from anywhere else."""
    events = transcript.events
    session = _session(events)
    turn, began = last_turn(events)
    is_finished = turn == "completed"
    commands = [event for event in events if isinstance(event, Command)]
    test, build = last_checks(events, check_patterns)
    own = events[after_turn_before(events, began) :]
    terminal_error = None if is_finished else _terminal_error(own)
    version = (session.version if session else None) or meta.codex_version
    last_message = _last_message(events[began:])
    return Facts(
        format=transcript.format,
        meta=meta,
        version=version,
        session_id=(session.session_id if session else None) or meta.session_id,
        model=(session.model if session else None) or meta.model,
        sandbox=session.sandbox if session else None,
        workdir=session.workdir if session else None,
        turn=turn,
        finished=is_finished,
        last_message=last_message,
        terminal_error=terminal_error,
        last_test=test,
        last_build=build,
        files_changed=_files_changed(events),
        patches_failed=_patches_failed(events),
        commands=len(commands) + transcript.commands_left_out,
        commands_failed=sum(command.exit_code not in (None, 0) for command in commands)
        + transcript.failed_left_out,
        commands_lost=sum(command.exit_code is None and command.status != "declined" for command in commands),
        reconnects=sum(isinstance(event, Error) and event.is_retry for event in events),
        tokens=_own(_tokens(events), meta, version),
        is_spoofable=bool(transcript.spoofable),
        is_cut=transcript.is_cut,
        error_code=terminal_error.code if terminal_error else None,
        resets_at=transcript.resets_at,
        last_event_at=transcript.last_event_at or meta.ended_at,
        questions=_questions(last_message),
    )


def _session(events: Iterable[Event]) -> Session | None:
    found = None
    for event in events:
        if isinstance(event, Session):
            found = event
    return found


def _last_message(events: tuple[Event, ...]) -> Message | None:
    return next((event for event in reversed(events) if isinstance(event, Message)), None)


def _terminal_error(events: tuple[Event, ...]) -> Error | None:
    """Find the error of Codex's own that no work followed."""
    failed = None
    for event in reversed(events):
        if isinstance(event, Error) and not event.is_retry:
            return event
        if isinstance(event, Turn) and event.status == "failed" and event.text and failed is None:
            failed = Error(event.at, event.text)
        if isinstance(event, Command | Patch | Message | Tool):
            break
    return failed


def _files_changed(events: tuple[Event, ...]) -> tuple[str, ...]:
    done = (event.paths for event in events if isinstance(event, Patch) and event.status == "completed")
    return tuple(dict.fromkeys(path for paths in done for path in paths))


def _patches_failed(events: tuple[Event, ...]) -> int:
    """Count failed patches after which none of their files was changed; without paths, no file at all."""
    failed = 0
    made_good: set[str] = set()
    for event in reversed(events):
        if not isinstance(event, Patch):
            continue
        if event.status == "completed":
            made_good.update(event.paths)
        elif event.status in ("failed", "declined"):
            failed += not (made_good.intersection(event.paths) if event.paths else made_good)
    return failed


def _questions(message: Message | None) -> tuple[str, ...]:
    found = _QUESTION.findall(message.text.closing) if message else []
    return tuple(question.strip() for question in found)


def _own(tokens: Tokens, meta: Meta, version: str | None) -> Tokens:
    """Take off what the thread had used before this run resumed it."""
    before = (meta.input_tokens_before, meta.cached_input_tokens_before, meta.output_tokens_before)
    is_whole_thread = version is None or version_numbers(version) >= _COUNTS_THREADS
    if None in before or tokens.input is None or tokens.output is None or not is_whole_thread:
        return tokens
    given, cached, made = (count or 0 for count in before)
    own = (tokens.input - given, (tokens.cached_input or 0) - cached, tokens.output - made)
    if min(own) < 0:
        return tokens
    return Tokens(own[0] - own[1] + own[2], *own)


def _tokens(events: tuple[Event, ...]) -> Tokens:
    usage = next((event for event in reversed(events) if isinstance(event, Usage)), None)
    if usage is None:
        return Tokens()
    total = usage.total_tokens
    if total is None and usage.input_tokens is not None and usage.output_tokens is not None:
        total = usage.input_tokens - (usage.cached_input_tokens or 0) + usage.output_tokens
    return Tokens(total, usage.input_tokens, usage.cached_input_tokens, usage.output_tokens)
