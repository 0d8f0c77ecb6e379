"""Standard input as bytes, also where a shell closed it."""

import io
import sys
from typing import BinaryIO


def standard_input() -> BinaryIO:
    """Give standard input, or an empty stream where there is none (`<&-`)."""
    return io.BytesIO() if sys.stdin is None else sys.stdin.buffer
