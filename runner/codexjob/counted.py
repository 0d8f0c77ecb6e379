"""How far a long list of logs is judged, on a terminal that shows nothing else."""

import sys
from collections.abc import Iterator
from time import monotonic
from typing import Final

from codexjob.told import Told

_SHORT: Final = 0.001


def counted(told: Iterator[Told], total: int) -> Iterator[Told]:
    """Pass on what is told of each log; where verdicts go elsewhere, a bar shows their number and rate."""
    is_shown = sys.stderr is not None and sys.stderr.isatty()
    if not is_shown or (sys.stdout is not None and sys.stdout.isatty()):
        yield from told
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:,.0f} logs/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task, began = progress.add_task("", total=total, rate=0.0), monotonic()
        for count, one in enumerate(told, start=1):
            yield one
            progress.update(task, completed=count, rate=count / max(monotonic() - began, _SHORT))
