"""The same run, recorded elsewhere and at another time, gives the same record."""

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from codexjob.record.mask import Machine, Masker
from codexjob.record.moments import Moments
from codexjob.record.rollout_text import LEFT_OUT, without_foreign_text
from codexjob.record.stage import LOCAL_START, zone_of
from hypothesis import given
from hypothesis import strategies as st

BEGAN = datetime(2026, 11, 22, 18, 30, 0, tzinfo=UTC).timestamp()
MACHINE = Machine(
    repo=Path("/srv/rec/work/ab12/project"),
    home=Path("/srv/rec/work/ab12/home"),
    program=Path("/srv/cli/0.169.0/node_modules/.bin/codex"),
    url="http://127.0.0.1:40123/v1",
    own="ask for 11111111-2222-4333-8444-555555555555",
)


def masked(text: str, ahead: tuple[int, ...] = ()) -> str:
    moments = Moments(BEGAN, BEGAN + 2, date(2026, 11, 22), ahead)
    return Masker(MACHINE, moments).text(text)


@pytest.mark.parametrize(
    ("real", "fixed"),
    [
        ("workdir: /srv/rec/work/ab12/project", "workdir: /home/dev/project"),
        ("/srv/rec/work/ab12/home/.codex/log", "/home/dev/.codex/log"),
        ("/srv/cli/0.169.0/node_modules/x", "/usr/lib/node_modules/x"),
        ("url: http://127.0.0.1:40123/v1/responses", "url: http://127.0.0.1:8080/v1/responses"),
        (" succeeded in 7ms:", " succeeded in 42ms:"),
        (" exited 1 in 1.20s:", " exited 1 in 42ms:"),
        (" exited -1 in 0ms:", " exited -1 in 0ms:"),
        ("; retrying 1/1 in 187ms…", "; retrying 1/1 in 200ms…"),
        ("\x1b[32msucceeded in 7ms\x1b[0m", "\x1b[32msucceeded in 42ms\x1b[0m"),
        ("\x1b[2m2026-11-22T18:30:01.3Z", "\x1b[2m2026-01-05T10:00:00.0Z"),
        ("aborted by user after 6.2s", "aborted by user after 2.0s"),
        ("stderr: x, duration: 99.09736ms, timed_out", "stderr: x, duration: 42ms, timed_out"),
        ("Ran 3 tests in 0.004s", "Ran 3 tests in 0.001s"),
        ("Wall time: 0.0512 seconds", "Wall time: 0.1 seconds"),
        ('"duration":{"secs":1,"nanos":16016009}', '"duration":{"secs":0,"nanos":42000000}'),
        ('"duration_ms":689,"time_to_first_token_ms":319', '"duration_ms":42,"time_to_first_token_ms":42'),
        ("[2026-11-22T18:30:01] codex", "[2026-01-05T10:00:00] codex"),
        ("2026-11-22T18:30:01.320865Z ERROR", "2026-01-05T10:00:00.000000Z ERROR"),
        (
            "sessions/2026/11/22/rollout-2026-11-22T18-30-01-",
            "sessions/2026/01/05/rollout-2026-01-05T10-00-00-",
        ),
        ('"started_at":1795372201', '"started_at":1767607200'),
        ('"at_ms":1795372201123', '"at_ms":1767607200000'),
        ("try again at Nov 25th, 2026 3:00 PM.", "try again at Jan 8th, 2026 3:00 PM."),
        ("-rw-r--r-- 1 root root 7 Nov 22 18:30 a", "-rw-r--r-- 1 root root 7 Jan  5 10:00 a"),
    ],
)
def test_what_changes_from_run_to_run_becomes_fixed(real: str, fixed: str) -> None:
    assert masked(real) == fixed


@pytest.mark.parametrize(
    "text",
    [
        "Please try again in 1.2s.",
        "released 2024-02-03T04:05:06Z",
        "at 1612345678",
        "11111111-2222-4333-8444-555555555555",
        "http://127.0.0.1:9/v1",
        "99999-99-99T99:99:99 2026-99-99 Nov 99th, 2026",
    ],
)
def test_the_scenarios_own_words_stay(text: str) -> None:
    assert masked(text) == text


def test_an_id_keeps_its_number_and_its_shape() -> None:
    first, second = "01a20487-1c03-7c52-a6bb-1e66af7333a1", "bfd89541-87f8-4e01-a8ee-bd535e047cac"
    one, two = "0199c0de-0000-7000-8000-000000000001", "0199c0de-0000-4000-8000-000000000002"
    assert masked(f"{first} msg_{second} {first}") == f"{one} msg_{two} {one}"


def test_a_known_session_comes_first() -> None:
    session, other = "01a20487-1c03-7c52-a6bb-1e66af7333a1", "01a20487-1c03-7c52-a6bb-1e66af7333a2"
    masker = Masker(MACHINE, Moments(BEGAN, BEGAN, date(2026, 11, 22)))
    masker.know((None, session))
    assert masker.text(f"{other} {session}").endswith("000002 0199c0de-0000-7000-8000-000000000001")


def test_a_limits_reset_keeps_its_distance() -> None:
    assert masked('"resets_at":1795377602', (5400,)) == '"resets_at":1767612600'


def test_output_in_base64_is_masked_inside() -> None:
    chunk = base64.b64encode(b"Ran 1 test in 0.003s\n").decode()
    inside = base64.b64encode(b"Ran 1 test in 0.001s\n").decode()
    assert masked(f'"chunk":"{chunk}"') == f'"chunk":"{inside}"'


@given(st.binary(max_size=200))
def test_any_bytes_can_be_masked_and_masking_is_final(raw: bytes) -> None:
    masker = Masker(MACHINE, Moments(BEGAN, BEGAN, date(2026, 11, 22)))
    once = masker.raw(raw)
    assert masker.raw(once) == once


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive limits
def test_every_run_begins_at_the_same_time_of_its_local_day(moment: datetime) -> None:
    at = moment.replace(microsecond=0, tzinfo=UTC)
    west = zone_of(at).removeprefix("REC")
    hours, minutes, seconds = (int(part) for part in west.lstrip("-").split(":"))
    shift = (hours * 3600 + minutes * 60 + seconds) * (-1 if west.startswith("-") else 1)
    assert (int(at.timestamp()) - shift) % 86_400 == LOCAL_START


def line(kind: str, **payload: object) -> str:
    return json.dumps({"type": kind, "payload": payload})


def message(role: str, text: str) -> str:
    return line("response_item", type="message", role=role, content=[{"type": "input_text", "text": text}])


ROLLOUT = "\n".join(
    (
        line("session_meta", id="x", base_instructions={"text": "You are"}, instructions=None),
        message("developer", "rules"),
        message("user", "the task"),
        message("user", "<environment>"),
        message("assistant", "done"),
        line("response_item", type="additional_tools", tools=[{"description": "long"}]),
        line("world_state", full=True, state={"skills": "long"}),
        line("event_msg", type="task_complete", error={"codex_error_info": "other"}),
        '{"type":"event_msg","payl',
    )
)


def test_a_rollout_keeps_the_run_and_loses_the_instructions() -> None:
    kept = without_foreign_text(ROLLOUT, {"the task"})
    for foreign in ("You are", "rules", "<environment>", "long"):
        assert foreign not in kept
    for own in ("the task", "done", '"codex_error_info":"other"', '"instructions":null'):
        assert own in kept
    assert kept.splitlines()[-1] == LEFT_OUT
    assert len(kept.splitlines()) == len(ROLLOUT.splitlines())
