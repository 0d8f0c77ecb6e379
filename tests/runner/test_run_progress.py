from typing import Any

import pytest
from codexjob.progress import ProgressClock, loses_ends


def item(stage: str, kind: str = "command_execution", number: int = 0) -> dict[str, Any]:
    return {"type": f"item.{stage}", "item": {"id": f"item_{number}", "type": kind}}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "thread.started"},
        {"type": "turn.started"},
        item("completed", "agent_message"),
        item("updated", "todo_list"),
    ],
)
def test_work_is_progress(event: dict[str, Any]) -> None:
    clock = ProgressClock(10, since=0)
    clock.note(event, 9)
    assert not clock.is_stalled(19)
    assert clock.is_stalled(19.1)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "message": "Reconnecting... 1/5"},
        item("completed", "error"),
        {"type": "x"},
        {},
        {"type": "item.started", "item": 3},
    ],
)
def test_noise_is_no_progress(event: dict[str, Any]) -> None:
    clock = ProgressClock(10, since=0)
    clock.note(event, 9)
    assert clock.is_stalled(11)


def test_clock_stands_still_while_any_command_is_open() -> None:
    clock = ProgressClock(10, since=0)
    clock.note(item("started", number=1), 1)
    clock.note(item("started", number=2), 2)
    clock.note(item("completed", number=2), 3)
    clock.note(item("completed", "agent_message", 3), 4)
    assert not clock.is_stalled(9999)
    clock.note(item("completed", number=1), 10_000)
    assert not clock.is_stalled(10_009)
    assert clock.is_stalled(10_011)


def test_end_of_the_turn_closes_all_commands() -> None:
    clock = ProgressClock(10, since=0)
    clock.note(item("started"), 1)
    clock.note({"type": "turn.completed"}, 2)
    assert clock.has_ended_turn
    assert clock.is_stalled(13)


def test_lost_end_does_not_stop_the_clock_for_good() -> None:
    clock = ProgressClock(10, since=0, is_lossy=True)
    clock.note(item("started", number=1), 1)
    assert not clock.is_stalled(100)
    clock.note(item("started", "file_change", 2), 101)
    assert clock.is_stalled(112)


@pytest.mark.parametrize(
    ("version", "lossy"),
    [
        ("0.124.0", False),
        ("0.125.0", True),
        ("0.144.6", True),
        ("0.145.0", True),
        ("0.146.0", False),
        ("0.169.0", False),
        (None, False),
        ("", False),
        ("dev", False),
        ("1.130.0", False),
    ],
)
def test_versions_that_lose_ends_are_known(version: str | None, lossy: bool) -> None:
    assert loses_ends(version) is lossy
