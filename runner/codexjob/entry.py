"""Where the installed command begins: an interrupt is heard before the libraries load."""

import gc
import os
import sys

_INTERRUPTED = 130
_SELDOM = 100_000


def main() -> None:
    """Run the command; Ctrl-C at any moment is one line and status 130, never a traceback."""
    try:
        if sys.argv[1:2] == ["classify"]:
            _classify_quickly()
        from codexjob.__main__ import main as run

        run()
    except KeyboardInterrupt:
        _say_interrupted()
        sys.exit(_INTERRUPTED)
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:
            _say_interrupted()
        raise


def _classify_quickly() -> None:
    """End with the status of the verdicts where the short way can give them; else come back."""
    # Loading makes objects that stay: looking through them for garbage is a tenth of the time.
    gc.set_threshold(_SELDOM)
    from codexjob.quick import quick_status

    status = quick_status(sys.argv[1:])
    if status is None:
        return
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, AttributeError, ValueError):
            continue
    # All is written; taking the program down object by object is another tenth.
    os._exit(status)


def _say_interrupted() -> None:
    if sys.stderr is not None:
        sys.stderr.write("codexjob: interrupted\n")
