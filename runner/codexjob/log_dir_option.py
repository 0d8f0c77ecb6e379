"""The option that names the log folder, the same for every command that asks about jobs."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

LogDirOption: TypeAlias = Annotated[Path, typer.Option(help="The log folder of the jobs.")]
