"""`codexjob record`: play scenarios to the real Codex CLI and store what it writes, with its labels."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from codexjob.exit_status import FAILURE, SUCCESS

NEWEST: Final = "0.169.0"


class Mode(StrEnum):
    """Which of Codex's outputs is recorded."""

    json = "json"
    human = "human"
    both = "both"


def record_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SCENARIO]...", help="Files, folders or names; by default all."),
    ] = None,
    *,
    scenarios: Annotated[Path, typer.Option(help="Where scenarios are looked for by name.")] = Path(
        "datasets/scenarios"
    ),
    codex_version: Annotated[
        list[str] | None, typer.Option(help=f"May be repeated; default {NEWEST}.")
    ] = None,
    mode: Annotated[
        Mode, typer.Option(help="Codex's event stream, its log for people, or both.")
    ] = Mode.both,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many runs at once.")] = 4,
    out: Annotated[Path, typer.Option(help="The folder of runs; their labels stand beside it.")] = Path(
        "datasets/runs"
    ),
    cache: Annotated[
        Path | None,
        typer.Option(help="Where Codex is installed and runs are made; not below a git repository."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Store nothing: compare with what is stored.")
    ] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help="Record only what is missing, or whose scenario has changed.")
    ] = False,
    relabel: Annotated[
        bool, typer.Option("--relabel", help="Run nothing: write the labels of stored runs anew.")
    ] = False,
    unpack: Annotated[
        Path | None, typer.Option(help="Run nothing: lay out all stored runs as plain files in this folder.")
    ] = None,
) -> None:
    """Record scenarios on the real Codex CLI, masked so that the same scenario gives the same record."""
    from codexjob.record.reading import find_scenarios
    from codexjob.record.report import Task, check_records, lay_out, make_records, renew_labels
    from codexjob.record.scenario import MODES

    if unpack is not None:
        lay_out(out, unpack, _tell)
        raise typer.Exit(SUCCESS)
    modes = tuple(one for one in MODES if mode in (Mode.both, one))
    found = find_scenarios(names or (), scenarios)
    task = Task(found, tuple(codex_version or [NEWEST]), modes, out, cache, jobs, _tell, stale)
    work = renew_labels if relabel else check_records if check else make_records
    raise typer.Exit(SUCCESS if work(task) else FAILURE)


def _tell(line: str) -> None:
    typer.echo(line, err=True)
