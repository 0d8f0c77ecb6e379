"""Recorded runs of the dataset, taken apart into a beginning and the steps after it, in both forms of log."""

import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

Form: TypeAlias = Literal["human", "json"]
DATASET: Final = Path(__file__).parents[1] / "datasets"
ERA: Final = ("0.169.0", "0.155.1", "0.144.6")
FRAME: Final = "0.169.0/{}/red_then_green"
_BLOCK: Final = re.compile(
    r"^(?=(?:exec|codex|thinking|apply patch|tokens used|mcp: [^\n]*)\n)", re.MULTILINE
)
_STATUS: Final = re.compile(r"^ (?:succeeded|exited -?\d+) in \d+m?s:\n", re.MULTILINE)
_OUTPUT: Final = '"aggregated_output":"'
_ID: Final = re.compile(r'"id":"item_\d+"')


@dataclass(frozen=True, slots=True)
class Step:
    """A block of a log; that of a command in two pieces, of which the second begins with its output."""

    before: str
    after: str = ""

    @property
    def is_command(self) -> bool:
        """Tell whether it is a command that ended, so that its output can be made longer."""
        return bool(self.after)


@dataclass(frozen=True, slots=True)
class Run:
    """A run in one form of log. `is_good` where its label says that its work is done."""

    file: str
    is_good: bool
    head: str
    steps: tuple[Step, ...]


@cache
def runs(form: Form) -> dict[str, Run]:
    """Read the runs of one form that rules may be made from, of the versions whose log looks alike."""
    labels = map(json.loads, (DATASET / "labels.jsonl").read_text(encoding="utf-8").splitlines())
    chosen = {
        label["file"]: bool(label["truth"].get("success"))
        for label in labels
        if label["split"] == "train" and label["mode"] == form and label["version"] in ERA
    }
    return {
        file: Run(file, chosen[file], *(_human(text) if form == "human" else _events(text)))
        for file, text in _texts(form)
        if file in chosen
    }


def outputs() -> Iterator[str]:
    """Yield what commands printed in these runs."""
    for run in runs("json").values():
        for step in run.steps:
            if step.is_command:
                yield json.loads('"' + step.after.partition('","exit_code"')[0] + '"')


def _texts(form: Form) -> Iterator[tuple[str, str]]:
    """Yield each run with its log: standard output after standard error, as one file takes both."""
    ends = (".stderr", ".stdout") if form == "human" else (".jsonl",)
    for version in ERA:
        with tarfile.open(DATASET / "runs" / f"{version}.tar.xz") as archive:
            found = {
                member.name: (archive.extractfile(member) or io.BytesIO()).read().decode("utf-8", "replace")
                for member in archive
                if member.name.endswith(ends) and not member.name.endswith(".rollout.jsonl")
            }
        for name in sorted({name.rpartition(".")[0] for name in found}):
            yield name, "".join(found.get(name + end, "") for end in ends)


def _human(text: str) -> tuple[str, tuple[Step, ...]]:
    head, *blocks = _BLOCK.split(text)
    return head, tuple(map(_human_step, blocks))


def _human_step(block: str) -> Step:
    status = _STATUS.search(block) if block.startswith("exec\n") else None
    return Step(block[: status.end()], block[status.end() :]) if status else Step(block)


def _events(text: str) -> tuple[str, tuple[Step, ...]]:
    lines = text.splitlines(keepends=True)
    first = next((number for number, one in enumerate(lines) if '"item"' in one), len(lines))
    steps: list[Step] = []
    begun = ""
    for one in lines[first:]:
        if one.startswith('{"type":"item.started"'):
            steps += [Step(begun)] if begun else []
            begun = one
            continue
        is_same = begun and _ID.findall(begun)[:1] == _ID.findall(one)[:1]
        steps += [Step(begun)] if begun and not is_same else []
        steps.append(_event_step(begun if is_same else "", one))
        begun = ""
    return "".join(lines[:first]), (*steps, *([Step(begun)] if begun else []))


def _event_step(begun: str, ended: str) -> Step:
    before, mark, after = ended.partition(_OUTPUT)
    is_whole = mark and begun and '"item.completed"' in before
    return Step(begun + before + mark, after) if is_whole else Step(begun + ended)


def numbered(step: Step, number: int) -> Step:
    """Give a step of an event stream the number that it has in another run."""
    here = f'"id":"item_{number}"'
    return Step(_ID.sub(here, step.before), step.after)
