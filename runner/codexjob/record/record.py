"""A record: what a run wrote, masked, with what is known of the run from outside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Final, Literal, TypeAlias

from codexjob.practice.scenario import Reply
from codexjob.practice.steps import Answer
from codexjob.record.mask import Machine, Masker
from codexjob.record.moments import START, Moments
from codexjob.record.rollout_text import without_foreign_text
from codexjob.record.scenario import Mode, RecordedScenario
from codexjob.record.stage import LOCAL_START
from codexjob.record.take import Played, Take
from codexjob.runmeta import SCHEMA, stamp

Part: TypeAlias = Literal["stdout", "stderr", "rollout", "meta"]
SUFFIXES: Final[Mapping[Mode, Mapping[Part, str]]] = {
    "json": {"stdout": ".jsonl", "stderr": ".stderr", "rollout": ".rollout.jsonl", "meta": ".meta.json"},
    "human": {"stdout": ".stdout", "stderr": ".stderr", "rollout": ".rollout.jsonl", "meta": ".meta.json"},
}


@dataclass(frozen=True, slots=True)
class Record:
    """One run of the dataset; `parts` are the texts of its files, without the empty ones."""

    scenario: RecordedScenario
    version: str
    mode: Mode
    parts: Mapping[Part, bytes]
    exit_code: int | None
    signal: int | None


def stem(scenario: str, version: str, mode: Mode) -> PurePosixPath:
    """Give where the files of a run stand in the archive of its version, without their suffixes."""
    return PurePosixPath(version, mode, scenario)


def record_of(played: Played, taken: Take) -> Record:
    """Mask a run: the same scenario and version then give the same record."""
    masker = _masker(played, taken)
    masker.know((taken.session_id, taken.session_asked))
    parts: dict[Part, bytes] = {
        "stdout": _steady(masker.raw(taken.stdout)),
        "stderr": masker.raw(taken.stderr),
        "rollout": _rollout(played.scenario, taken.rollout, masker),
        "meta": _meta(played, taken, masker),
    }
    kept = {part: text for part, text in parts.items() if text or part == "stdout"}
    return Record(played.scenario, played.version, played.mode, kept, taken.exit_code, taken.signal)


def _masker(played: Played, taken: Take) -> Masker:
    scenario = played.scenario
    own = " ".join((scenario.model_dump_json(), *(() if taken.session_id else (taken.session_asked or "",))))
    day = (datetime.fromtimestamp(taken.began, UTC) + _zone(taken.began)).date()
    moments = Moments(taken.began, taken.ended, day, _ahead(scenario))
    return Masker(Machine(taken.repo, taken.home, played.program, taken.url, own), moments)


def _zone(began: float) -> timedelta:
    """Give how far the run's local zone is from UTC: it was chosen so that the run began at LOCAL_START."""
    since_midnight = int(began) % 86_400
    return timedelta(seconds=(LOCAL_START - since_midnight + 43_200) % 86_400 - 43_200)


def _ahead(scenario: RecordedScenario) -> tuple[int, ...]:
    """Collect the seconds until a limit is reset, from the replies and their headers."""
    answers = [step for reply in scenario.replies for step in _answers(reply)]
    resets = [answer.resets_in for answer in answers if answer.resets_in is not None]
    headers = [int(value) for answer in answers for value in answer.headers.values() if value.isdigit()]
    return tuple(dict.fromkeys((*resets, *headers)))


def _answers(reply: Reply) -> list[Answer]:
    return [step for step in reply.steps if isinstance(step, Answer)]


def _steady(stdout: bytes) -> bytes:
    """Sort the keys of the first line of the old event stream: Codex writes them in any order."""
    first, newline, rest = stdout.partition(b"\n")
    if not (first.startswith(b"{") and b'"reasoning summaries"' in first):
        return stdout
    fields = json.loads(first)
    ordered = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ordered.encode() + newline + rest


def _rollout(scenario: RecordedScenario, rollout: bytes | None, masker: Masker) -> bytes:
    if rollout is None:
        return b""
    resume = scenario.run.resume
    prompts = {scenario.task.strip(), *((resume.task.strip(),) if resume else ())}
    return masker.text(without_foreign_text(rollout.decode(errors="replace"), prompts)).encode()


def _meta(played: Played, taken: Take, masker: Masker) -> bytes:
    shown = taken.session_id if (taken.session_id or "?").encode() in taken.stdout + taken.stderr else None
    fields = {
        "schema": SCHEMA,
        "run_id": f"{played.version}-{played.mode}-{played.scenario.name}",
        "task": played.scenario.task,
        "argv": taken.argv,
        "started_at": stamp(START),
        "utc_offset": 0,
        "session_asked": taken.session_asked,
        "session_id": shown,
        "codex_version": played.version,
        "exit_code": taken.exit_code,
        "signal": taken.signal,
        "ended_by": taken.ended_by,
    }
    return masker.text(json.dumps(fields, ensure_ascii=False, indent=1) + "\n").encode()
