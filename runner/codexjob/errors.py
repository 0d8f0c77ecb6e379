"""What can go wrong around Codex. What goes wrong inside Codex is a verdict, never an error.

CodexjobError
├── UsageError      the command was given something it cannot work with: exit status 2
├── LogFolderError  the log folder or a file in it cannot be written: exit status 75
├── OutputError     standard output cannot be written: exit status 75
├── BusyError       the repository is in use, or no place is free, and waiting was not wanted: exit status 75
├── SupervisorError a job's supervisor did not start or did not answer: exit status 75
├── JobFileError    a file of a job is not what codexjob writes: exit status 2
└── CodexArgsError  is a UsageError: an argument after `--` that codexjob sets itself
"""

from typing import ClassVar, Final

EXIT_USAGE: Final = 2
EXIT_HOST: Final = 75


class CodexjobError(Exception):
    """The root: a message for a person, saying what, where, and what to do."""

    exit_status: ClassVar[int] = 1


class UsageError(CodexjobError):
    """The command was given something it cannot work with."""

    exit_status: ClassVar[int] = EXIT_USAGE


class CodexArgsError(UsageError):
    """An argument after `--` is one that codexjob sets itself."""


class LogFolderError(CodexjobError):
    """The log folder or a file in it cannot be made or written."""

    exit_status: ClassVar[int] = EXIT_HOST


class OutputError(CodexjobError):
    """Standard output cannot be written, so what was asked for is incomplete."""

    exit_status: ClassVar[int] = EXIT_HOST


class BusyError(CodexjobError):
    """The repository is in use, or no place is free, and waiting was not wanted."""

    exit_status: ClassVar[int] = EXIT_HOST


class SupervisorError(CodexjobError):
    """The supervisor of a job did not start, or did not answer."""

    exit_status: ClassVar[int] = EXIT_HOST


class JobFileError(CodexjobError):
    """A file of a job cannot be read, or is not what codexjob writes."""

    exit_status: ClassVar[int] = EXIT_USAGE
