"""Check a condition against the vocabulary and make it ready to run; collect every flaw on the way."""

from collections.abc import Mapping
from typing import Final

from logverdict.pattern import Pattern
from logverdict.record import field, record
from logverdict.rulebook.bound import (
    Bound,
    BoundAll,
    BoundAny,
    BoundClaim,
    BoundComparison,
    BoundCount,
    BoundEventTest,
    BoundMatch,
    BoundNegation,
    BoundOrder,
    BoundScope,
    BoundSelection,
)
from logverdict.rulebook.condition import (
    AfterLast,
    BeforeFirst,
    Claim,
    Comparison,
    Condition,
    Conjunction,
    CountTest,
    Disjunction,
    EventTest,
    Flaw,
    LastEvents,
    LastTurn,
    Match,
    Negation,
    Order,
    PatternUse,
    Scope,
    Selection,
    Value,
)
from logverdict.rulebook.value import meant, operator_flaw, typed_value
from logverdict.rulebook.vocabulary import FACTS, KINDS, Attribute, Kind
from logverdict.rulebook.written_pattern import compiled_pattern

_NO_TEST: Final = BoundAll(None, ())
_SELECTS_ALL: Final = ("any", "no")
# Where so much is wrong, more patterns are not worth the time that it takes to refuse them.
_MOST_FLAWS: Final = 5


@record(slots=True)
class Binder:
    """Binds conditions; `flaws` and the named `groups` of their patterns gather here.

    `patterns` are those shared by name, null where one is known but wrong.
    """

    patterns: Mapping[str, Pattern | None]
    flaws: list[Flaw] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)

    def bind(self, condition: Condition, kind: Kind | None = None) -> Bound:
        """Make `condition` ready to run, on an event of `kind` or else on a run.

        What it returns means nothing where it found a flaw.
        """
        match condition:
            case Claim() | Comparison() | Match():
                return self._test(condition, kind)
            case Negation():
                return BoundNegation(condition, self.bind(condition.part, kind))
            case Conjunction():
                return BoundAll(condition, tuple(self.bind(part, kind) for part in condition.parts))
            case Disjunction():
                return BoundAny(condition, tuple(self.bind(part, kind) for part in condition.parts))
            case EventTest():
                return self._event_test(condition)
            case CountTest():
                return self._count(condition)

    def _flaw(self, at: int, message: str, hint: str = "") -> None:
        self.flaws.append(Flaw(at, message, hint))

    def _test(self, test: Claim | Comparison | Match, kind: Kind | None) -> Bound:
        known = FACTS if kind is None else kind.fields
        attribute = known.get(test.name)
        if attribute is None:
            self._unknown_name(test, kind)
            return _NO_TEST
        match test:
            case Claim():
                return self._claim(test, attribute)
            case Match():
                return self._match(test, attribute)
            case Comparison():
                return self._comparison(test, attribute, kind)

    def _unknown_name(self, test: Claim | Comparison | Match, kind: Kind | None) -> None:
        if kind is not None:
            hint = _fact_meant(test.name) or meant(test.name, kind.fields)
            hint = hint or f"it has {', '.join(kind.fields)}"
            self._flaw(test.at, f"an event of kind {kind.name} has no field `{test.name}`", hint)
        elif test.name in KINDS:
            hint = f"write first, last, any, no or every before it: `any {test.name} …`"
            self._flaw(test.at, f"`{test.name}` is a kind of event, not a fact of the run", hint)
        elif any(test.name in known.fields for known in KINDS.values()):
            hint = "several tests after `where` or `has` stand in parentheses: `where (… and …)`"
            self._flaw(test.at, f"`{test.name}` is a field of events, not a fact of the run", hint)
        else:
            self._flaw(test.at, f"there is no fact `{test.name}`", meant(test.name, FACTS))

    def _claim(self, claim: Claim, attribute: Attribute) -> Bound:
        if attribute.type != "flag":
            self._flaw(claim.at, f"`{claim.name}` is a {attribute.type}: compare it with something")
        return BoundClaim(claim, attribute.read)

    def _match(self, test: Match, attribute: Attribute) -> Bound:
        if attribute.type != "text":
            self._flaw(test.pattern.at, f"`{test.name}` is a {attribute.type}: a pattern matches only text")
        pattern = self._pattern(test.pattern)
        return _NO_TEST if pattern is None else BoundMatch(test, attribute.read, pattern)

    def _pattern(self, use: PatternUse) -> Pattern | None:
        found: Pattern | Flaw | None
        if len(self.flaws) >= _MOST_FLAWS:
            found = None
        elif not use.is_named:
            found = compiled_pattern(use.source, at=use.at, flags=use.flags)
        elif use.source in self.patterns:
            found = self.patterns[use.source]
        else:
            hint = meant(use.source, self.patterns) or "a pack names patterns under `patterns:`"
            found = Flaw(use.at, f"there is no pattern ${{{use.source}}}", hint)
        if isinstance(found, Flaw):
            self.flaws.append(found)
        if not isinstance(found, Pattern):
            return None
        self.groups |= found.groups
        return found

    def _comparison(self, test: Comparison, attribute: Attribute, kind: Kind | None) -> Bound:
        flaw = operator_flaw(test, attribute)
        if flaw:
            self.flaws.append(flaw)
            return _NO_TEST
        other = FACTS.get(test.values[0].written) if kind is None and test.values[0].form == "word" else None
        if other and other.type == attribute.type and attribute.type != "choice":
            return BoundComparison(test, attribute.read, test.operator, (), other.read)
        typed = [typed_value(value, test.name, attribute) for value in test.values]
        self.flaws += [value for value in typed if isinstance(value, Flaw)]
        return BoundComparison(test, attribute.read, test.operator, tuple(typed))

    def _event_test(self, test: EventTest) -> Bound:
        if test.has and test.quantifier in _SELECTS_ALL:
            hint = f"write `{test.quantifier} {test.selection.kind} where …`"
            self._flaw(test.at, f"`has` cannot follow `{test.quantifier}`", hint)
        if test.quantifier in _SELECTS_ALL:
            selection, has = self._selection(test.selection), None
        else:
            selection, has = self._asserted(test)
        if test.quantifier == "every" and has is None and test.order is None:
            self._flaw(
                test.at, "`every` says nothing of the events", "add a state, `~`, `has` or `followed by`"
            )
        scope, order = self._scope(test.scope), self._order(test.order)
        return BoundEventTest(test, test.quantifier, selection, has, scope, order)

    def _asserted(self, test: EventTest) -> tuple[BoundSelection, Bound | None]:
        kind = self._kind(test.selection)
        if kind is None:
            return BoundSelection(test.selection.kind, None), None
        parts = self._implied(test.selection, kind)
        parts += [self.bind(test.has, kind)] if test.has else []
        where = self.bind(test.selection.where, kind) if test.selection.where else None
        return BoundSelection(kind.name, where), _joined(parts)

    def _selection(self, selection: Selection) -> BoundSelection:
        kind = self._kind(selection)
        if kind is None:
            return BoundSelection(selection.kind, None)
        parts = self._implied(selection, kind)
        parts += [self.bind(selection.where, kind)] if selection.where else []
        return BoundSelection(kind.name, _joined(parts))

    def _kind(self, selection: Selection) -> Kind | None:
        if selection.kind not in KINDS:
            hint = meant(selection.kind, KINDS) or f"the kinds are {', '.join(KINDS)}"
            self._flaw(selection.at, f"there is no kind of event `{selection.kind}`", hint)
        return KINDS.get(selection.kind)

    def _implied(self, selection: Selection, kind: Kind) -> list[Bound]:
        """Bind the state and the `~` that stand directly behind a kind."""
        parts: list[Bound] = []
        state, use = selection.state, selection.pattern
        if state and kind.state:
            test = Comparison(kind.state, "=", (state,), state.at)
            parts.append(self._comparison(test, kind.fields[kind.state], kind))
        elif state:
            self._flaw(state.at, f"an event of kind {kind.name} has no state", "test its fields with `where`")
        if use and kind.main:
            parts.append(self._match(Match(kind.main, use, use.at), kind.fields[kind.main]))
        elif use:
            hint = f"test one of its fields: {', '.join(kind.fields)}"
            self._flaw(use.at, f"an event of kind {kind.name} has no text of its own", hint)
        return parts

    def _count(self, test: CountTest) -> Bound:
        selection, scope = self._selection(test.selection), self._scope(test.scope)
        return BoundCount(test, selection, test.operator, self._whole(test.number), scope)

    def _whole(self, number: Value) -> int:
        if number.written.isdecimal() and len(number.written) < 10:  # noqa: PLR2004  fits any count
            return int(number.written)
        self._flaw(number.at, f"a count is a whole number, `{number.written}` is none")
        return 0

    def _scope(self, scope: Scope | None) -> BoundScope | None:
        match scope:
            case AfterLast():
                return BoundScope(after=self._selection(scope.selection))
            case BeforeFirst():
                return BoundScope(before=self._selection(scope.selection))
            case LastEvents():
                return BoundScope(count=self._whole(scope.count))
            case LastTurn():
                return BoundScope()
            case None:
                return None

    def _order(self, order: Order | None) -> BoundOrder | None:
        return BoundOrder(self._selection(order.selection), order.is_negated) if order else None


def _joined(parts: list[Bound]) -> Bound | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else BoundAll(None, tuple(parts))


def _fact_meant(name: str) -> str:
    return f"`{name}` is a fact of the run: test it first, `{name} … and …`" if name in FACTS else ""
