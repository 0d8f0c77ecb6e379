"""The rows of a policy, and which of them holds for a cause."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from logverdict.verdict import Action

_EXPONENT: Final = 2.0


@dataclass(frozen=True, slots=True)
class Row:
    """What to do about a cause and all causes below it. Times are in seconds, in the terms of stamina.

    `action` replaces the verdict's, null leaves it. `attempts` is how many more runs a job may make because
    of it; the n-th of them waits `wait_initial * 2 ** (n - 1)`, at most `wait_max`, and up to `wait_jitter`
    more. Without `may_repeat` the job stops when the same failure comes twice with the same evidence. With
    `pauses_account` all jobs of the account wait.
    """

    cause: str
    action: Action | None = None
    attempts: int = 0
    wait_initial: float = 5.0
    wait_max: float = 300.0
    wait_jitter: float = 5.0
    may_repeat: bool = False
    pauses_account: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rows, and what a job may do in total: `retries` (resumes and fresh sessions too) and `reviews`.

    `unattended` is how many seconds a job may wait for limits and go on by itself, counted from its begin;
    0 where it may not wait at all.
    """

    rows: tuple[Row, ...]
    retries: int = 2
    reviews: int = 1
    unattended: float = 0.0

    def row_for(self, cause: str) -> Row | None:
        """Give the row of the cause, or of the nearest cause above it; null where none is named."""
        named = {row.cause: row for row in self.rows}
        parts = cause.split(".")
        above = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((named[name] for name in above if name in named), None)


def pause_before(row: Row, nth: int, jitter: float) -> float:
    """Tell how many seconds to wait before the `nth` attempt, counting from 1; `jitter` is from 0 to 1."""
    exponential = row.wait_initial * _EXPONENT ** min(nth - 1, 64)
    # What waits for nothing is not spread either.
    return min(row.wait_max, exponential) + (row.wait_jitter * jitter if row.wait_initial else 0.0)


@cache
def default_policy() -> Policy:
    """Give the policy that holds where nobody says otherwise."""
    import tomllib

    from codexjob.policy.reading import read_policy

    text = (files("codexjob.policy") / "default.toml").read_text(encoding="utf-8")
    return read_policy(tomllib.loads(text), Policy(()))
