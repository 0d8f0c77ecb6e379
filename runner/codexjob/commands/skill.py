"""`codexjob skill`: tell Claude Code and Codex how to hand work over."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from codexjob.errors import UsageError
from codexjob.exit_status import FAILURE
from codexjob.say import say

skill_app = typer.Typer(help="The skill for Claude Code and Codex.", no_args_is_help=True)


class Tool(StrEnum):
    """Who gets the skill."""

    claude = "claude"
    codex = "codex"
    both = "both"


@skill_app.command("install")
def install_command(
    *,
    user: Annotated[bool, typer.Option("--user", help="For all projects of this user.")] = False,
    project: Annotated[bool, typer.Option("--project", help="For one project: --folder.")] = False,
    folder: Annotated[Path, typer.Option(help="The project, with --project.")] = Path(),
    tool: Annotated[Tool, typer.Option("--for", help="Who gets it.")] = Tool.both,
    force: Annotated[bool, typer.Option("--force", help="Write over files that were changed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
) -> None:
    """Install the skill, or bring it up to date; changed files are kept, and the exit status is then 1."""
    from codexjob.skill.install import install
    from codexjob.skill.places import TOOLS, project_place, user_place

    if user == project:
        raise UsageError("say for whom: --user for all your projects, or --project for the one in --folder")
    if project and not folder.is_dir():
        raise UsageError(f"--folder {folder} is no folder: name the project")
    is_kept = False
    for one in (known for known in TOOLS if tool.value in (known, Tool.both)):
        place = project_place(one, folder.absolute()) if project else user_place(one, os.environ, Path.home())
        for file in install(place, is_forced=force, is_dry=dry_run):
            is_kept = is_kept or file.what == "kept"
            say(sys.stdout, f"{file.what:<10} {file.path}\n")
    if is_kept:
        say(sys.stderr, "codexjob: files that were changed are kept as they are; --force writes over them\n")
        raise typer.Exit(FAILURE)


@skill_app.command("show")
def show_command() -> None:
    """Print the skill as it would be installed."""
    from codexjob.skill.install import skill_files

    say(sys.stdout, skill_files()["SKILL.md"].decode())
