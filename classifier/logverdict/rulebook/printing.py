"""Write a condition down again, in one canonical form that reads back as the same condition."""

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


def printed(condition: Condition) -> str:  # noqa: PLR0911  one return for each kind of condition
    """Write `condition` on one line."""
    match condition:
        case Claim():
            return condition.name
        case Comparison():
            return _comparison(condition)
        case Match():
            return f"{condition.name} ~ {_pattern(condition.pattern)}"
        case Negation():
            return f"not {_part(condition.part)}"
        case Conjunction():
            return " and ".join(_part(part) for part in condition.parts)
        case Disjunction():
            return " or ".join(_part(part) for part in condition.parts)
        case EventTest():
            return _event_test(condition)
        case CountTest():
            stretch = f" {_scope(condition.scope)}" if condition.scope else ""
            number = f"{condition.operator} {condition.number.written}"
            return f"count {_selection(condition.selection)}{stretch} {number}"


def _part(condition: Condition) -> str:
    text = printed(condition)
    return f"({text})" if isinstance(condition, Conjunction | Disjunction) else text


def _fields(condition: Condition) -> str:
    text = printed(condition)
    return text if isinstance(condition, Comparison | Match) else f"({text})"


def _comparison(test: Comparison) -> str:
    if test.operator in {"in", "not in"}:
        return f"{test.name} {test.operator} ({', '.join(map(_value, test.values))})"
    return f"{test.name} {test.operator} {_value(test.values[0])}"


def _value(value: Value) -> str:
    if value.form != "quoted":
        return value.written
    escaped = value.written.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _pattern(use: PatternUse) -> str:
    return f"${{{use.source}}}" if use.is_named else f"/{use.source}/{use.flags}"


def _selection(selection: Selection) -> str:
    words = [selection.kind]
    words += [selection.state.written] if selection.state else []
    words += ["~", _pattern(selection.pattern)] if selection.pattern else []
    words += ["where", _fields(selection.where)] if selection.where else []
    return " ".join(words)


def _event_test(test: EventTest) -> str:
    words = [test.quantifier, _selection(test.selection)]
    words += ["has", _fields(test.has)] if test.has else []
    words += [_scope(test.scope)] if test.scope else []
    words += [printed_order(test.order)] if test.order else []
    return " ".join(words)


def _scope(scope: Scope) -> str:
    match scope:
        case AfterLast():
            return f"after the last {_selection(scope.selection)}"
        case BeforeFirst():
            return f"before the first {_selection(scope.selection)}"
        case LastTurn():
            return "in the last turn"
        case LastEvents():
            return f"in the last {scope.count.written} events"


def printed_order(order: Order) -> str:
    """Write what must follow, or must not."""
    return f"{'not ' if order.is_negated else ''}followed by {_selection(order.selection)}"
