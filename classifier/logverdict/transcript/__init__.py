"""From a log to its transcript."""

from logverdict.transcript.whole import read_transcript, read_transcripts

__all__ = ["read_transcript", "read_transcripts"]
