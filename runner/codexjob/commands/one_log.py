"""The one log that a command asks about."""

import typer
from logverdict.source import Log, find_logs

from codexjob.exit_status import NO_INPUT
from codexjob.standard_input import standard_input


def one_log(path: str) -> Log:
    """Read the log that was named, or standard input for `-`; without any, end with a message.

    Raises:
        Exit: there is no such log, or it cannot be read; the exit status says so.
    """
    found = next(find_logs([path], standard_input()), None)
    if found is None or found.trouble:
        typer.echo(
            f"codexjob: cannot read {found.trouble if found else f'{path}: no log is there'}", err=True
        )
        raise typer.Exit(NO_INPUT)
    return found
