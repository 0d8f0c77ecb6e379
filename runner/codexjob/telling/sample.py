"""A made-up event, to try out whether a receiver takes what it will get."""

import uuid
from datetime import UTC, datetime

from logverdict.facts import Tokens

from codexjob.runmeta import stamp
from codexjob.telling.compat import OlderEvents
from codexjob.telling.event import Event, JobFinished, Judged, Place
from codexjob.telling.event_json import event_record, on_one_line
from codexjob.telling.letter import Letter

_PLACE = Place("job-test", "test", "first", "/nowhere", "This is a test.", "-", "-", "-")


def sample_letter(*, is_compat: bool = False) -> Letter:
    """Make the letter of a job that ended well."""
    event_id, at = f"evt_{uuid.uuid4().hex}", stamp(datetime.now(UTC))
    if is_compat:
        older = OlderEvents().take(event_record(Event(event_id, at, _judged()))) or {}
        return Letter(event_id, str(older["event"]), on_one_line(older))
    return Letter(event_id, "job.finished", on_one_line(event_record(Event(event_id, at, _finished()))))


def _judged() -> Judged:
    return Judged(
        _PLACE,
        "success",
        True,
        "done",
        "accept",
        "A test.",
        None,
        0,
        Tokens(),
        "-",
    )


def _finished() -> JobFinished:
    return JobFinished(
        _PLACE,
        success=True,
        verdict="success",
        cause="done",
        action_taken="accept",
        reason="This is a test of codexjob notify.",
        advice="Nothing is left to do.",
        exit_status=0,
        runs=("test",),
        tokens=Tokens(),
        duration=None,
        cost=None,
    )
