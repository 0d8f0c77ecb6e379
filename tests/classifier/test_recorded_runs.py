"""Runs recorded on the real CLI, where they lie beside the checkout: their records agree with each other."""

import json
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from logverdict.events import Command, Part
from logverdict.facts import Facts
from logverdict.gather import CheckPatterns, gather_facts
from logverdict.meta import Meta
from logverdict.pattern import compile_pattern
from logverdict.transcript import read_transcript
from logverdict.turns import last_turn

RUNS = Path(__file__).parents[3] / "shared" / "data" / "codex-runs.tar.xz"
PATTERNS = CheckPatterns(*[compile_pattern("no pattern is needed here")] * 5)
EVERY = 6
"""One run of so many is read in all forms, all others in their main form and by their rollout."""


@dataclass(frozen=True, slots=True)
class Read:
    """A record as read: its facts, and the exit codes of the last turn by command."""

    facts: Facts
    codes: Mapping[str, tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class Run:
    """A recorded run: what it wrote (`out`, `err`), and its rollout where there is one."""

    name: str
    version: tuple[int, ...]
    scenario: str
    mode: str
    files: Mapping[str, bytes]

    def main(self) -> dict[Part, bytes]:
        """Give the parts as a runner would have captured them."""
        if self.mode == "json":
            return {"jsonl": self.files["out"], "stderr": self.files["err"]}
        return {"log": self.files["err"] + self.files["out"]}

    def forms(self) -> Iterator[dict[Part, bytes]]:
        """Give one file with both streams, in either order."""
        out, err = self.files["out"], self.files["err"]
        yield {"log": err + out}
        yield {"log": out + err}


def recorded_runs() -> list[Run]:
    files: dict[str, bytes] = {}
    with tarfile.open(RUNS) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                files[member.name.split("codex-runs/", 1)[-1].removeprefix("./")] = content.read()
    index = [json.loads(line) for line in files["index.jsonl"].splitlines()]
    return [run_of(entry, files) for entry in index]


def run_of(entry: dict[str, Any], files: dict[str, bytes]) -> Run:
    name = entry["file"]
    own = {kind: files[f"{name}.{kind}"] for kind in ("out", "err")}
    if (rollout := files.get(f"rollouts/{name}.jsonl")) is not None:
        own["rollout"] = rollout
    version = tuple(int(number) for number in entry["version"].split("."))
    return Run(name, version, entry["scenario"], entry["mode"], own)


def read(parts: Mapping[Part, bytes]) -> Read:
    transcript = read_transcript(parts)
    codes: dict[str, tuple[int | None, ...]] = defaultdict(tuple)
    for event in transcript.events[last_turn(transcript.events)[1] :]:
        if isinstance(event, Command):
            codes[event.command.value] += (event.exit_code,)
    return Read(gather_facts(transcript, Meta(), PATTERNS), codes)


def said(one: Read) -> str | None:
    return one.facts.last_message.text.value.strip() if one.facts.last_message else None


def differences(ours: Read, theirs: Read) -> Iterator[str]:
    """Name what two records of a run disagree on; what only one of them holds is no disagreement of ids."""
    ids = ours.facts.session_id, theirs.facts.session_id
    if None not in ids and ids[0] != ids[1]:
        yield "session"
    if ours.facts.finished != theirs.facts.finished:
        yield "finished"
    if said(ours) != said(theirs):
        yield "message"
    for script in ours.codes.keys() | theirs.codes.keys():
        yield from code_differences(ours.codes.get(script, ()), theirs.codes.get(script, ()))


def code_differences(ours: tuple[int | None, ...], theirs: tuple[int | None, ...]) -> Iterator[str]:
    if len(ours) != len(theirs):
        is_denied = len(ours) < len(theirs) and 0 not in theirs
        yield "denied" if is_denied else "unwritten" if set(ours) == {None} else "count"
        return
    for pair in zip(ours, theirs, strict=True):
        if pair[0] != pair[1]:
            yield "lost" if None in pair else "code"


def reason(run: Run, what: str, ours: Read, theirs: Read) -> str | None:
    """Give the reason for which a rollout may disagree with a record: docs/formats.md lists them."""
    if is_of_another_session(what, ours, theirs):
        return "another session"
    if "review" in run.scenario or "collab" in run.scenario:
        return "review or sub-agent"
    if what == "lost":
        return "lost end" if (0, 125) <= run.version < (0, 146) else "ended with the turn"
    is_allowed = {
        "finished": run.version < (0, 113) and theirs.facts.turn == "open",
        "message": run.version < (0, 44) and not ours.facts.finished,
        "code": run.version < (0, 44),
        "denied": True,
        "unwritten": run.version < (0, 99),
        "count": False,
    }
    return what if is_allowed[what] else None


def is_of_another_session(what: str, ours: Read, theirs: Read) -> bool:
    """Tell whether a rollout lies beside a run that never opened its session."""
    never = ours.facts.turn == "none" or (ours.facts.terminal_error and not ours.facts.commands)
    return bool(what == "session" or never) and ours.facts.session_id != theirs.facts.session_id


def assert_agrees_with_its_rollout(run: Run, ours: Read, seen: Counter[str]) -> None:
    theirs = read({"rollout": run.files["rollout"]})
    assert theirs.facts.format == "rollout"
    for what in differences(ours, theirs):
        why = reason(run, what, ours, theirs)
        assert why is not None, f"{run.name}: {what}"
        seen[f"{what}: {why}"] += 1


@pytest.mark.skipif(not RUNS.is_file(), reason="the recorded runs do not lie beside this checkout")
def test_every_recorded_run_is_read_and_its_records_agree() -> None:
    seen: Counter[str] = Counter()
    runs = recorded_runs()
    for number, run in enumerate(runs):
        ours = read(run.main())
        if "rollout" in run.files:
            assert_agrees_with_its_rollout(run, ours, seen)
        if number % EVERY:
            continue
        for form in run.forms():
            assert [what for what in differences(ours, read(form)) if what != "session"] == [], run.name
        for part in ("out", "err"):
            read({"log": run.files[part]})
        if "rollout" in run.files:
            beside = read({**run.main(), "rollout": run.files["rollout"]})
            assert set(differences(ours, beside)) <= {"lost"}, run.name
    assert len(runs) > 1000
    assert sum(seen.values()) < len(runs) // 5, seen
