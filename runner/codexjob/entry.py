"""Where the installed command begins: an interrupt is heard before the libraries load."""

import sys
from typing import Final

_INTERRUPTED: Final = 130


def main() -> None:
    """Run the command; Ctrl-C at any moment is one line and status 130, never a traceback."""
    try:
        from codexjob.__main__ import main as run

        run()
    except KeyboardInterrupt:
        _say_interrupted()
        sys.exit(_INTERRUPTED)
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:
            _say_interrupted()
        raise


def _say_interrupted() -> None:
    if sys.stderr is not None:
        sys.stderr.write("codexjob: interrupted\n")
