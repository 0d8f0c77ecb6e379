"""The options that say who is told of a job, the same for every command."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from codexjob.duration import parse_duration
from codexjob.telling.wanted import Telling, check_telling

StreamOption: TypeAlias = Annotated[
    Path | None, typer.Option("--event-stream", metavar="FILE", help="Add each event to FILE, one JSON line.")
]
CommandsOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--notify-cmd", metavar="CMD", help="Run CMD for each event, which comes on its stdin."),
]
ShellOption: TypeAlias = Annotated[bool, typer.Option("--notify-shell", help="Give --notify-cmd to /bin/sh.")]
TimeoutOption: TypeAlias = Annotated[
    str, typer.Option("--notify-timeout", help="End --notify-cmd after this long.")
]
UrlsOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--notify-url", metavar="URL", help="Post each event to URL, signed with $CODEXJOB_WEBHOOK_SECRET."
    ),
]
TargetsOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--notify", metavar="APPRISE_URL", help="Say how the job ended in a chat, a mail, …"),
]
CompatOption: TypeAlias = Annotated[
    bool, typer.Option("--compat", help="Send the events and the X-Signature of the earlier wrapper.")
]
EnvOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--env", metavar="NAME", help="Hand this variable on to Codex too; MY_* names many."),
]


def telling_of(
    stream: Path | None,
    commands: list[str] | None,
    urls: list[str] | None,
    targets: list[str] | None,
    *,
    is_shell: bool,
    is_compat: bool,
    timeout: str,
) -> Telling:
    """Put together who is told.

    Raises:
        UsageError: somebody could never be told.
    """
    return check_telling(
        Telling(
            stream=stream.expanduser().absolute() if stream else None,
            commands=tuple(commands or ()),
            urls=tuple(urls or ()),
            targets=tuple(targets or ()),
            is_shell=is_shell,
            is_compat=is_compat,
            command_timeout=parse_duration(timeout, "--notify-timeout"),
        )
    )
