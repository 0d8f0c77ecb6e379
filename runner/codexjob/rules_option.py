"""The option that names rules to use beside all others, the same for every command."""

from typing import Annotated, TypeAlias

import typer

RulesOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--rules", metavar="DIR", help="A folder of rules to use beside the others; or the pack compat."
    ),
]
