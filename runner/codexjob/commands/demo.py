"""`codexjob demo`: see the main job without an account."""

from pathlib import Path
from typing import Annotated

import typer

from codexjob.exit_status import FAILURE, SUCCESS
from codexjob.interrupt import noting_signals
from codexjob.judging import packaged_judge


def demo_command(
    codex: Annotated[str, typer.Option(envvar="CODEXJOB_CODEX", help="The Codex program.")] = "codex",
    folder: Annotated[Path, typer.Option(help="Made anew: sample repositories, Codex's home, runs.")] = Path(
        "codexjob-demo"
    ),
) -> None:
    """Show three jobs on the real Codex CLI with a scripted model: accepted, repaired, resumed."""
    from rich.console import Console

    from codexjob.demo import Stage, demo

    with noting_signals() as interrupts:
        console = Console(highlight=False)
        went_well = demo(Stage(console, codex, folder.absolute(), packaged_judge(), interrupts))
    if interrupts.signal is not None:
        raise typer.Exit(128 + interrupts.signal)
    if not went_well:
        typer.echo("codexjob: the demo did not end as it should; is this Codex 0.98 or newer?", err=True)
    raise typer.Exit(SUCCESS if went_well else FAILURE)
