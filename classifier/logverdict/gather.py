"""Gather the facts of a run from its events and its sidecar."""

from collections.abc import Iterable

from logverdict.checks import CheckPatterns, last_checks
from logverdict.events import Command, Error, Event, Message, Patch, Session, Tool, Transcript, Turn, Usage
from logverdict.facts import Facts, Tokens
from logverdict.meta import Meta
from logverdict.turns import after_turn_before, last_turn

__all__ = ["CheckPatterns", "gather_facts"]


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
    return Facts(
        format=transcript.format,
        meta=meta,
        version=(session.version if session else None) or meta.codex_version,
        session_id=(session.session_id if session else None) or meta.session_id,
        model=(session.model if session else None) or meta.model,
        sandbox=session.sandbox if session else None,
        workdir=session.workdir if session else None,
        turn=turn,
        finished=is_finished,
        last_message=_last_message(events[began:]),
        terminal_error=terminal_error,
        last_test=test,
        last_build=build,
        files_changed=_files_changed(events),
        patches_failed=sum(
            isinstance(event, Patch) and event.status in ("failed", "declined") for event in events
        ),
        commands=len(commands),
        commands_failed=sum(command.exit_code not in (None, 0) for command in commands),
        commands_lost=sum(command.exit_code is None and command.status != "declined" for command in commands),
        reconnects=sum(isinstance(event, Error) and event.is_retry for event in events),
        tokens=_tokens(events),
        is_spoofable=bool(transcript.spoofable),
        is_cut=transcript.is_cut,
        error_code=terminal_error.code if terminal_error else None,
        resets_at=transcript.resets_at,
        last_event_at=transcript.last_event_at or meta.ended_at,
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


def _tokens(events: tuple[Event, ...]) -> Tokens:
    usage = next((event for event in reversed(events) if isinstance(event, Usage)), None)
    if usage is None:
        return Tokens()
    total = usage.total_tokens
    if total is None and usage.input_tokens is not None and usage.output_tokens is not None:
        total = usage.input_tokens - (usage.cached_input_tokens or 0) + usage.output_tokens
    return Tokens(total, usage.input_tokens, usage.cached_input_tokens, usage.output_tokens)
