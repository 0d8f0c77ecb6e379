"""A rule, ready to run, and the ruleset that it belongs to."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from logverdict.meta import Meta
from logverdict.pattern import Pattern
from logverdict.record import field, record
from logverdict.rulebook.bound import Bound
from logverdict.rulebook.hints import Hints
from logverdict.rulebook.version import VersionRange
from logverdict.verdict import Action, Question, VerdictKind

if TYPE_CHECKING:
    from logverdict.rulebook.condition import Condition

Explains: TypeAlias = Literal["failed_command", "exit_code"]


@record(frozen=True, slots=True)
class Example:
    """A log that the rule must fire on, or must not, and what else is known of the run.

    Either `log` is its text, or `file` names one beside the pack or in the checkout.
    """

    log: str | None
    file: str | None
    meta: Meta
    is_match: bool
    line: int


@record(frozen=True, slots=True)
class BoundCondition:
    """A condition as written, as read, and as it runs."""

    written: str
    syntax: "Condition"
    bound: Bound


class LateCondition:
    """A condition that was kept: made when it is first asked, and without what its author wrote."""

    __slots__ = ("_make", "bound")
    written = ""
    bound: Bound

    def __init__(self, make: Callable[[], Bound]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        # Asked for only while the place of `bound` is empty.
        if name != "bound":
            raise AttributeError(name)
        self.bound = self._make()
        return self.bound


@record(frozen=True, slots=True)
class Rule:
    """One rule of a pack. `verdict` and `action` are null for noise; `line` is where it begins in `file`.

    `origin` says in words where its pack comes from, `is_installed` that a distribution brought it;
    `replaced` is the place of the rule whose id it took.
    """

    id: str
    question: Question
    cause: str
    verdict: VerdictKind | None
    action: Action | None
    title: str
    why: str
    when: BoundCondition | LateCondition
    unless: BoundCondition | LateCondition | None = None
    message: str | None = None
    retry_at: str | None = None
    explains: tuple[Explains, ...] = ()
    overrides: tuple[str, ...] = ()
    codex: VersionRange | None = None
    references: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    file: str = ""
    line: int = 0
    origin: str = ""
    is_installed: bool = False
    replaced: str | None = None


@record(frozen=True, slots=True, weakref_slot=True, eq=False)
class Ruleset:
    """All loaded packs. `digest` changes with everything that can change a verdict, and with nothing else.

    A ruleset that was kept comes with `hints` for those who judge few logs, and as the `plain` data it was.
    """

    rules: tuple[Rule, ...]
    patterns: Mapping[str, Pattern] = field(default_factory=dict)
    digest: str = ""
    hints: Hints | None = None
    plain: Mapping[str, Any] | None = None
