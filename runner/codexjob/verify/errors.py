"""What can go wrong while a run is verified.

UsageError
└── VerifyError     what was asked for cannot be verified: exit status 2
CodexjobError
└── GitFailed       git did not answer; the caller does without, or says so
"""

from codexjob.errors import CodexjobError, UsageError


class VerifyError(UsageError):
    """What was asked for cannot be verified."""


class GitFailed(CodexjobError):  # noqa: N818  named for what happened, like the errors of git itself
    """Git is missing, refused, or took too long."""
