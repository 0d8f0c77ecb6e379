"""A verdict for a person on a terminal: the lines of verdict_lines.py in colour."""

from collections.abc import Iterator

from logverdict.verdict import Verdict
from rich.text import Text

from codexjob.formats import verdict_lines


def verdict_text(verdict: Verdict) -> Text:
    """Render a verdict in a few lines: the head, the reason, the advice, the evidence, the noise."""
    return Text("\n").join(map(_text, verdict_lines.verdict_lines(verdict)))


def head(verdict: Verdict) -> Text:
    """Render the verdict's first line: mark, verdict, cause."""
    return _text(verdict_lines.head(verdict))


def told(verdict: Verdict) -> Iterator[Text]:
    """Render what stands below the head: reason, advice, evidence, noise."""
    return map(_text, verdict_lines.told(verdict))


def _text(line: verdict_lines.Line) -> Text:
    return Text.assemble(*line)
