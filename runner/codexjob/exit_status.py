"""The exit statuses of the command, in one place: the table in the README is checked against it."""

from collections.abc import Iterable
from typing import Final, Protocol

SUCCESS: Final = 0
FAILURE: Final = 1
WRONG_USE: Final = 2
NO_INPUT: Final = 3
ENVIRONMENTAL: Final = 75
NOT_YET: Final = 124
INTERRUPTED: Final = 130

MEANINGS: Final = {
    SUCCESS: "every verdict has `success: true`",
    FAILURE: "at least one run is `real` or `unknown`",
    WRONG_USE: "wrong use: arguments, folders, rules; nothing was judged",
    NO_INPUT: "no log was found",
    ENVIRONMENTAL: "nothing is `real` or `unknown`, but at least one run failed for its environment's sake",
    NOT_YET: "`wait --timeout` was over before the jobs were at rest",
    129: "`run` was ended by SIGHUP",
    INTERRUPTED: "interrupted (Ctrl-C)",
    143: "`run` was ended by SIGTERM",
}


class Judged(Protocol):
    """A verdict, or what is kept of one."""

    @property
    def verdict(self) -> str:
        """Name the verdict."""
        ...

    @property
    def success(self) -> bool:
        """Tell whether the run succeeded."""
        ...


def status_of(verdicts: Iterable[Judged]) -> int:
    """Sum up verdicts as an exit status: 0, 1 or 75."""
    failed = {verdict.verdict for verdict in verdicts if not verdict.success}
    if not failed:
        return SUCCESS
    return ENVIRONMENTAL if failed == {"environmental"} else FAILURE
