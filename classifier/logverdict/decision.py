"""A decision on a run, before it is put together with what is known of the run, and what rules weigh."""

from logverdict.record import record
from logverdict.verdict import Action, DecidedBy, VerdictKind


@record(frozen=True, slots=True)
class Weight:
    """What a rule says beside its finding: whose findings it overrides, and what its noise explains."""

    overrides: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Decision:
    """The answer before it is put together with what is known of the run."""

    verdict: VerdictKind
    success: bool
    cause: str
    action: Action
    reason: str
    decided_by: DecidedBy
    retry_at: str | None = None


def unknown(cause: str, action: Action, reason: str) -> Decision:
    """Decide that nothing can be said for certain; `action` is the safe one."""
    return Decision("unknown", False, cause, action, reason, "default")


def on_one_line(text: str, width: int = 80) -> str:
    """Put text on one line of at most `width` characters, so that it fits into a reason."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
