"""What is made for a terminal, as text: in its width and colours, unwrapped and plain anywhere else."""

import sys
from collections.abc import Iterable
from typing import Final

from rich.console import Console, RenderableType

_UNWRAPPED: Final = 10_000


def for_terminal(parts: Iterable[RenderableType]) -> str:
    """Render the parts below each other, as standard output can show them."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _UNWRAPPED)
    with console.capture() as shown:
        for part in parts:
            console.print(part)
    return shown.get()
