"""From a log to its transcript."""

from logverdict.transcript.read import read_transcript

__all__ = ["read_transcript"]
