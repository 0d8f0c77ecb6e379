"""`codexjob prompts`: what Codex is told in reviews, resumed runs and fresh sessions, to be seen."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from codexjob.errors import LogFolderError, UsageError
from codexjob.job_settings import job_settings
from codexjob.prompts import TEMPLATES, template
from codexjob.say import say


def prompts_command(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help=f"One of {', '.join(TEMPLATES)}; all without.")
    ] = None,
    *,
    copy_to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Copy them to DIR, to be changed there.")
    ] = None,
) -> None:
    """Show the templates used here, or copy them; `prompts = "DIR"` in codexjob.toml uses your own."""
    if name is not None and name not in TEMPLATES:
        raise UsageError(f"there is no template {name!r}: there are {', '.join(TEMPLATES)}")
    folder = job_settings(Path.cwd()).prompts
    for one in [name] if name else TEMPLATES:
        text = template(one, folder)
        if copy_to is not None:
            _copy(text, copy_to / f"{one}.txt")
        else:
            known = " ".join(f"${word}" for word in TEMPLATES[one])
            say(sys.stdout, f"# {one}: {known}\n{text}\n")


def _copy(text: str, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as err:
        raise UsageError(f"{path} is there already: change it, or name another folder") from err
    except OSError as err:
        raise LogFolderError(f"cannot write {path}: {err.strerror}") from err
    say(sys.stdout, f"{path}\n")
