"""What can go wrong with recording.

RecordError      Codex cannot be installed, or a record cannot be made or stored: exit status 2
"""

from typing import ClassVar

from codexjob.errors import EXIT_USAGE, CodexjobError


class RecordError(CodexjobError):
    """Codex cannot be installed, or a record cannot be made or stored."""

    exit_status: ClassVar[int] = EXIT_USAGE
