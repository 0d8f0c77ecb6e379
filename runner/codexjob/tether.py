"""A short program between codexjob and Codex: it ties Codex's life to codexjob's, then becomes Codex.

Run as `python -IS tether.py PARENT HANDLE PROGRAM [ARG...]` on Linux, where the kernel can send a signal to
a child whose parent has died. This cannot be a hook between fork and exec: such a hook may block for ever
where the parent has threads. An error of starting PROGRAM is written to HANDLE as its number; a start closes
HANDLE.
"""

import ctypes
import os
import signal
import sys
from typing import Final, NoReturn

_PR_SET_PDEATHSIG: Final = 1
_CANNOT_START: Final = 127


def main(parent: int, handle: int, argv: list[str]) -> NoReturn:
    """Become `argv`, to be terminated when `parent` dies."""
    os.set_inheritable(handle, False)
    # TERM, not KILL: the npm shim hands it on to the program that it started.
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(_CANNOT_START)
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - there is no shell: this is the start itself
    except OSError as err:
        os.write(handle, str(err.errno).encode())
    os._exit(_CANNOT_START)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
