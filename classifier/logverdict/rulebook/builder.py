"""Turn what the grammar recognises into the records of a condition, while it is read."""

# ruff: noqa: D102  the methods are the names of the grammar, which says what they mean

import re
from typing import Any, Final, TypeAlias

from lark import Token, Transformer, v_args

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

Tail: TypeAlias = tuple[Scope | None, Order | None]
_ESCAPED: Final = re.compile(r"\\(.)")
_NO_TAIL: Final[Tail] = (None, None)


def _at(token: Token) -> int:
    return token.start_pos or 0


@v_args(inline=True)
class Builder(Transformer[Token, Condition]):
    """One method for each name of the grammar, called by the parser."""

    def start(self, condition: Condition) -> Condition:
        return condition

    def disjunction(self, *parts: Condition) -> Condition:
        return parts[0] if len(parts) == 1 else Disjunction(parts, parts[0].at)

    def conjunction(self, *parts: Condition) -> Condition:
        return parts[0] if len(parts) == 1 else Conjunction(parts, parts[0].at)

    def negated(self, part: Condition) -> Negation:
        return Negation(part, part.at)

    def claim(self, name: Token) -> Claim:
        return Claim(str(name), _at(name))

    def state(self, name: Token, state: Token) -> Comparison:
        return Comparison(str(name), "=", (self.word(state),), _at(name))

    def compared(self, name: Token, operator: Token, value: Value) -> Comparison:
        return Comparison(str(name), str(operator), (value,), _at(name))

    def member(self, name: Token, *values: Value) -> Comparison:
        return Comparison(str(name), "in", values, _at(name))

    def not_member(self, name: Token, *values: Value) -> Comparison:
        return Comparison(str(name), "not in", values, _at(name))

    def match(self, name: Token, pattern: PatternUse) -> Match:
        return Match(str(name), pattern, _at(name))

    def word(self, token: Token) -> Value:
        return Value(str(token), "word", _at(token))

    def quantity(self, token: Token) -> Value:
        return Value(str(token), "quantity", _at(token))

    def quoted(self, token: Token) -> Value:
        return Value(_ESCAPED.sub(r"\1", token[1:-1]), "quoted", _at(token))

    def regex(self, token: Token) -> PatternUse:
        source, _, flags = token[1:].rpartition("/")
        return PatternUse(source, flags, at=_at(token))

    def named(self, token: Token) -> PatternUse:
        return PatternUse(token[2:-1].strip(), is_named=True, at=_at(token))

    def selection(
        self, kind: Token, state: Token | None, pattern: PatternUse | None, where: Condition | None
    ) -> Selection:
        return Selection(str(kind), self.word(state) if state else None, pattern, where, _at(kind))

    def event_test(
        self, quantifier: Token, selection: Selection, has: Condition | None, tail: Tail | None
    ) -> EventTest:
        scope, order = tail or _NO_TAIL
        word: Any = str(quantifier)
        return EventTest(word, selection, has, scope, order, _at(quantifier))

    def count_test(
        self, selection: Selection, scope: Scope | None, operator: Token, number: Token
    ) -> CountTest:
        return CountTest(selection, str(operator), self.quantity(number), scope, selection.at)

    def after_last(self, _words: Token, selection: Selection) -> AfterLast:
        return AfterLast(selection)

    def before_first(self, _words: Token, selection: Selection) -> BeforeFirst:
        return BeforeFirst(selection)

    def last_turn(self, _words: Token) -> LastTurn:
        return LastTurn()

    def last_events(self, _words: Token, count: Token) -> LastEvents:
        return LastEvents(self.quantity(count))

    def followed(self, _words: Token, selection: Selection) -> Order:
        return Order(selection)

    def not_followed(self, _words: Token, selection: Selection) -> Order:
        return Order(selection, is_negated=True)

    def then(self, *selection: Selection) -> Order:
        return Order(selection[-1])

    def tail_scope(self, scope: Scope) -> Tail:
        return scope, None

    def tail_order(self, order: Order) -> Tail:
        return None, order

    def tail_both(self, scope: Scope, order: Order) -> Tail:
        return scope, order

    def tail_turned(self, order: Order, scope: Scope) -> Tail:
        return scope, order
