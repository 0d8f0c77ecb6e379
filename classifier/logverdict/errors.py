"""What can go wrong with the input of the classifier.

LogverdictError
├── SourceError     a log, or a file beside it, cannot be read
├── NoInputError    nothing to classify was found
├── EngineError     an engine is not installed, or not to be trusted with some patterns
├── DraftError      no rule can be drafted from a log or a document
└── RuleError       a pack, a rule or a condition is wrong (one or many mistakes)
"""

from typing import Final

from logverdict.record import record

_MOST_TOLD: Final = 50


class LogverdictError(Exception):
    """The root: a message for a person, saying what, where, and what to do."""


class SourceError(LogverdictError):
    """A log, or a file beside it, cannot be read."""


class NoInputError(LogverdictError):
    """Nothing to classify was found under the paths given."""


class EngineError(LogverdictError):
    """An engine cannot be used: it is not installed, or not to be trusted with some patterns."""


class DraftError(LogverdictError):
    """No rule can be drafted from a log or a document."""


@record(frozen=True, slots=True)
class Mistake:
    """One mistake in a rule file.

    `line` and `column` count from 1; `source` is the text of that line, shown with a caret below it;
    `hint` says what was probably meant, or is empty.
    """

    file: str
    line: int
    column: int
    message: str
    source: str = ""
    hint: str = ""

    def __str__(self) -> str:
        shown = [f"{self.file}:{self.line}:{self.column}: {self.message}"]
        if self.source:
            margin = "".join("\t" if char == "\t" else " " for char in self.source[: self.column - 1])
            shown += [f"  {self.source}", f"  {margin}^"]
        if self.hint:
            shown.append(f"  hint: {self.hint}")
        return "\n".join(shown)


class RuleError(LogverdictError):
    """One or more mistakes in rule files, all reported at once; of very many, the message tells the first."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        told = [str(mistake) for mistake in mistakes[:_MOST_TOLD]]
        left = len(mistakes) - len(told)
        super().__init__("\n".join([*told, *([f"and {left:,} more mistakes"] if left else [])]))
