"""The command `codexjob`: each sub-command is a file in commands/."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from logverdict import __version__
from logverdict.errors import LogverdictError

from codexjob.errors import CodexjobError
from codexjob.exit_status import INTERRUPTED, WRONG_USE

COMMANDS: Final = (
    "run", "list", "show", "tail", "wait", "cancel", "recover",
    "classify", "events", "explain", "reeval", "verify",
    "doctor", "skill", "practice", "record", "rules", "demo",
    "notify", "prompts",
)  # fmt: skip


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"codexjob {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[bool, typer.Option("--version", "-V", callback=_show_version, is_eager=True)] = False,
) -> None:
    """Run OpenAI's Codex CLI unattended, and know how each run ended."""


def command_app(arguments: list[str]) -> typer.Typer:
    """Make the command line; where a sub-command is named first, only its own module is loaded."""
    app = typer.Typer(
        name="codexjob",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    named = [name for name in COMMANDS if arguments[:1] == [name]]
    for name in named or COMMANDS:
        module = import_module(f"codexjob.commands.{name}")
        group: typer.Typer | None = getattr(module, f"{name}_app", None)
        if group is not None:
            app.add_typer(group, name=name)
            continue
        function: Callable[..., Any] = getattr(module, f"{name}_command")
        app.command(name, context_settings=getattr(module, "CONTEXT", None))(function)
    return app


def _tell(err: Exception) -> None:
    """Write what is wrong; it may quote what strangers wrote, in a rule or in the name of a file."""
    from codexjob.visible import visible

    sys.stderr.write(f"codexjob: {visible(str(err))}\n")


def main() -> None:
    """Run the command; a mistake of the user is one clear message and its status, never a traceback."""
    try:
        command_app(sys.argv[1:])()
    except CodexjobError as err:
        _tell(err)
        sys.exit(err.exit_status)
    except LogverdictError as err:
        _tell(err)
        sys.exit(WRONG_USE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has gone (`| head`): nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
