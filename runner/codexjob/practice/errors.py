"""What can go wrong with a practice run before Codex starts.

PracticeError      the sample repository or Codex's home cannot be made: exit status 2
└── ScenarioError  a scenario file is wrong (one or many mistakes)
"""

from typing import ClassVar

from logverdict.errors import Mistake

from codexjob.errors import EXIT_USAGE, CodexjobError


class PracticeError(CodexjobError):
    """The sample repository or Codex's home cannot be made."""

    exit_status: ClassVar[int] = EXIT_USAGE


class ScenarioError(PracticeError):
    """One or more mistakes in a scenario file, all reported at once."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
