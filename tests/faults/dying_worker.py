"""A process that judges logs and is killed, unless it was told to use another engine."""

import os
import signal
from typing import Any

from codexjob.many_logs import _begin
from codexjob.told import Request


def begin(request: Request, plain: dict[str, Any]) -> None:
    """Begin as a process of `many_logs` does, or die."""
    if request.engine is None:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    _begin(request, plain)


def begin_never(_request: Request, _plain: dict[str, Any]) -> None:
    """Die, whatever the engine is."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
