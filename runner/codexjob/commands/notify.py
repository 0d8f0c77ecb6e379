"""`codexjob notify`: try out who would be told, and send again what could not be delivered."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from codexjob.errors import UsageError
from codexjob.exit_status import ENVIRONMENTAL, SUCCESS
from codexjob.say import say
from codexjob.secrecy.chokepoint import without_secrets
from codexjob.telling.courier import receivers
from codexjob.telling.dead_letters import DeadLetter, dead_letter_file, send_again
from codexjob.telling.sample import sample_letter
from codexjob.telling.undelivered import NotDeliveredError
from codexjob.telling.wanted import Telling, webhook_secret
from codexjob.telling_options import (
    CommandsOption,
    CompatOption,
    ShellOption,
    TargetsOption,
    TimeoutOption,
    UrlsOption,
    telling_of,
)

notify_app = typer.Typer(
    help="Try out who would be told of a job, or send again what could not be delivered.",
    no_args_is_help=True,
)
_HIDDEN: Final = "[redacted:"


@notify_app.command("test")
def try_command(
    *,
    notify_cmd: CommandsOption = None,
    notify_shell: ShellOption = False,
    notify_timeout: TimeoutOption = "10s",
    notify_url: UrlsOption = None,
    notify: TargetsOption = None,
    compat: CompatOption = False,
) -> None:
    """Send one made-up event to everybody named, once, and say who took it."""
    wanted = telling_of(
        None, notify_cmd, notify_url, notify, is_shell=notify_shell, is_compat=compat, timeout=notify_timeout
    )
    if not wanted.needs_courier:
        raise UsageError("nobody is named: give --notify-cmd, --notify-url or --notify")
    letter = sample_letter(is_compat=compat)
    tried = [_is_told(DeadLetter(letter, address, "", ""), one) for address, one in _each(wanted)]
    raise typer.Exit(SUCCESS if all(tried) else ENVIRONMENTAL)


@notify_app.command("resend")
def resend_command(
    *,
    log_dir: Annotated[Path, typer.Option(help="The log folder with the dead letters.")] = Path("runs"),
    notify_url: Annotated[
        str | None,
        typer.Option("--notify-url", metavar="URL", help="Send them here, not where they were to go."),
    ] = None,
) -> None:
    """Send again what could not be delivered, each event with the id it had; what arrives is forgotten."""
    path = dead_letter_file(log_dir.expanduser().absolute())
    left = send_again(path, lambda dead: _is_told(dead, _telling_for(dead, notify_url)))
    say(sys.stderr, f"codexjob: {left} left in {path}\n")
    raise typer.Exit(ENVIRONMENTAL if left else SUCCESS)


def _each(wanted: Telling) -> list[tuple[str, Telling]]:
    alone = replace(wanted, commands=(), urls=(), targets=())
    return [
        *((one, replace(alone, commands=(one,))) for one in wanted.commands),
        *((one, replace(alone, urls=(one,))) for one in wanted.urls),
        *((one, replace(alone, targets=(one,))) for one in wanted.targets),
    ]


def _telling_for(dead: DeadLetter, given: str | None) -> Telling:
    address = given or dead.address
    if _HIDDEN in address:
        raise UsageError(f"{address}: its password was not written down; give the address with --notify-url")
    is_web = address.startswith(("http://", "https://"))
    return Telling(
        urls=(address,) if is_web else (), targets=() if is_web else (address,), is_compat=dead.is_compat
    )


def _is_told(dead: DeadLetter, to: Telling) -> bool:
    secret = webhook_secret(os.environ) if to.urls else ""
    shown = without_secrets(dead.address)
    for address, receiver in receivers(to, secret):
        try:
            receiver.deliver(dead.letter)
        except NotDeliveredError as err:
            say(sys.stdout, without_secrets(f"failed  {dead.letter.id} {address}: {err}\n"))
            return False
    say(sys.stdout, f"sent    {dead.letter.id} {shown}\n")
    return True
