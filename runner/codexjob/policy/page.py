"""The page of the policy, made from its data: `python -m codexjob.policy.page`."""

from collections.abc import Iterator

from codexjob.duration import show_duration
from codexjob.policy.table import Policy, Row, default_policy

_HEAD = """\
# What a job does about a verdict

<!-- Made by `python -m codexjob.policy.page > docs/policy.md`; change policy/default.toml instead. -->

A verdict recommends an action. The policy says how often a job may follow it, after which pause, and may
replace it. It is data: this is the default, and `[policy]` in `codexjob.toml` (or `[tool.codexjob.policy]` in
pyproject.toml) changes single fields of it.

```toml
[policy]
retries = 6          # of a job in all: retries, resumes and fresh sessions
reviews = 1          # of a job in all
unattended = "12h"   # wait for limits, at most until this long after the job's begin

[policy.cause."limit.rate"]
attempts = 6
wait_initial = 30
```

- A row holds for its cause and those below it; the nearest row wins. A cause without a row is never tried
  again, and wrong work is not either: it goes to a review, or is begun anew where a rule says so.
- The n-th attempt because of a row waits `wait_initial` doubled n-1 times, at most `wait_max`, and up to
  `wait_jitter` seconds more. Reviews wait for nothing.
- The same failure with the same evidence twice in a row stops the job, unless the row says `may_repeat`: then
  only time can help, and the next pause is longer.
- Without `unattended` (`--unattended`) a job that would have to wait for a limit ends, and says until when.
- A wait outlives its supervisor: after a restart of the machine `codexjob recover --log-dir DIR`, from cron's
  `@reboot` say, takes it up again, and so does `codexjob list`.
- `pauses_account`: other jobs of the account that may wait do so until it opens again (`retry_at`, or another
  login), and are charged no attempt.
- `action` replaces the verdict's recommendation; what was done stands in the verdict as `action_taken`.
"""


def policy_page(policy: Policy) -> str:
    """Write the page."""
    return "\n".join([_HEAD, *_table(policy), ""])


def _table(policy: Policy) -> Iterator[str]:
    yield f"In total: {policy.retries} retries, {policy.reviews} review. The first pause and the longest:"
    yield ""
    yield "| cause | attempts | pause | may repeat | pauses the account | why |"
    yield "|---|---|---|---|---|---|"
    yield from map(_line, policy.rows)


def _line(row: Row) -> str:
    wait = (
        f"{_shown(row.wait_initial)} to {_shown(row.wait_max)}"
        if row.wait_initial and row.attempts
        else "none"
    )
    cells = (
        f"`{row.cause}`",
        str(row.attempts),
        wait,
        _yes(row.may_repeat),
        _yes(row.pauses_account),
        row.why,
    )
    return f"| {' | '.join(cells)} |"


def _shown(seconds: float) -> str:
    return show_duration(seconds) if seconds else "0s"


def _yes(claim: bool) -> str:
    return "yes" if claim else "no"


if __name__ == "__main__":
    print(policy_page(default_policy()), end="")  # noqa: T201  the one output of this module
