"""The times at which Codex says to try again, read as UTC."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logverdict.meta import Meta
from logverdict.rulebook.retry_time import retry_at

ENDED = Meta(ended_at="2026-11-22T20:00:00Z", utc_offset=3600)


@pytest.fixture
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("11:58 PM", "2026-11-22T22:58:00Z"),
        ("3:58 PM", "2026-11-22T14:58:00Z"),
        ("12:05 AM", "2026-11-21T23:05:00Z"),
        ("12:05 pm", "2026-11-22T11:05:00Z"),
        ("Nov 23rd, 2026 2:13 AM", "2026-11-23T01:13:00Z"),
        ("Dec 1st, 2026 12:00 PM.", "2026-12-01T11:00:00Z"),
        ("Jan 2, 2027 9:05 AM", "2027-01-02T08:05:00Z"),
        ("1 hour", "2026-11-22T21:00:00Z"),
        ("in 3 days 5 hours", "2026-11-26T01:00:00Z"),
        ("2 hours and 30 minutes", "2026-11-22T22:30:00Z"),
        ("1m30s", "2026-11-22T20:01:30Z"),
        ("1.2s", "2026-11-22T20:00:02Z"),
        ("28ms", "2026-11-22T20:00:01Z"),
        ("later", None),
        ("", None),
        ("25:00 PM", None),
        ("0:30 AM", None),
        ("13:30 PM", None),
        ("3:75 PM", None),
        ("Nov 31st, 2026 2:13 AM", None),
        ("Foo 3rd, 2026 2:13 AM", None),
        ("999999999 days", None),
        ("3 parsecs", None),
        ("tomorrow at 3", None),
    ],
)
def test_printed_time_is_read_in_the_zone_of_the_run(printed: str, read: str | None) -> None:
    assert retry_at(printed, ENDED) == read


def test_time_without_a_date_needs_a_day() -> None:
    assert retry_at("3:58 PM", Meta(utc_offset=0)) is None
    assert retry_at("1 hour", Meta(utc_offset=0)) is None
    assert retry_at("Nov 23rd, 2026 2:13 AM", Meta(utc_offset=0)) == "2026-11-23T02:13:00Z"


def test_beginning_stands_in_for_an_unknown_end() -> None:
    assert retry_at("1 hour", Meta(started_at="2026-11-22T20:00:00+00:00")) == "2026-11-22T21:00:00Z"


def test_day_is_that_of_the_zone_of_the_run() -> None:
    late = Meta(ended_at="2026-11-22T23:30:00Z", utc_offset=3600)
    assert retry_at("1:30 AM", late) == "2026-11-23T00:30:00Z"


def test_unreadable_reference_is_no_reference() -> None:
    assert retry_at("3:58 PM", Meta(ended_at="yesterday")) is None


@pytest.mark.usefixtures("new_york")
def test_zone_of_this_process_stands_in_with_its_summer_time() -> None:
    ended = Meta(ended_at="2026-07-01T12:00:00Z")
    assert retry_at("11:00 AM", ended) == "2026-07-01T15:00:00Z"
    assert retry_at("Dec 1st, 2026 11:00 AM", ended) == "2026-12-01T16:00:00Z"


@given(st.text("0123456789:. APMapmsdNovDec,thindayhour", max_size=30))
def test_any_text_is_a_time_or_none(printed: str) -> None:
    read = retry_at(printed, ENDED)
    assert read is None or read.endswith("Z")
