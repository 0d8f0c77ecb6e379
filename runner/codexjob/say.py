"""Writing to standard output and error, whatever has become of them."""

import os
from contextlib import suppress
from typing import TextIO


def say(stream: TextIO | None, text: str) -> bool:
    """Write and flush; tell whether it was written, or nobody is there to read it.

    A reader that went away must not end a job, so its stream is silenced. What the stream's encoding cannot
    hold is written as escapes.
    """
    if stream is None:
        return True
    encoding = stream.encoding or "utf-8"
    shown = text.encode(encoding, errors="backslashreplace").decode(encoding)
    try:
        stream.write(shown)
        stream.flush()
    except OSError as err:
        _silence(stream)
        return isinstance(err, BrokenPipeError)
    return True


def _silence(stream: TextIO) -> None:
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
