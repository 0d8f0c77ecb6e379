"""Which rule wins within a question: overrides first, then the graver verdict, then the deeper cause."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from logverdict.decision import Decision, Weight, on_one_line
from logverdict.record import record
from logverdict.verdict import Finding, VerdictKind

Why: TypeAlias = Literal["won", "agrees", "tied", "outranked", "shallower", "overridden", "answered"]
RANK: Final[Mapping[VerdictKind | None, int]] = {"real": 0, "environmental": 1, "unknown": 2}


@record(frozen=True, slots=True)
class Standing:
    """How a finding stands among those of its question.

    `outranked` is beaten by a graver verdict, `shallower` by a deeper cause; `agrees` weighs the same as the
    winner and asks for the same action, `tied` for a different one. `by` names the rules that beat it, or
    those that it is tied with. `answered` asked for a look that somebody has taken since.
    """

    finding: Finding
    why: Why
    by: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Choice:
    """The findings of a question, the winner first, and what they decide: null where no rule is left."""

    standings: tuple[Standing, ...]
    decision: Decision | None


def choose(found: Sequence[Finding], weights: Mapping[str, Weight], answered: Collection[str] = ()) -> Choice:
    """Choose the winner among the findings of one question; those with an `answered` cause do not count."""
    settled = [Standing(one, "answered") for one in found if one.cause in answered]
    found = [one for one in found if one.cause not in answered]
    overriding = {one.rule: _overriding(one.rule, found, weights) for one in found}
    left = sorted((one for one in found if not overriding[one.rule]), key=_rank)
    beaten = (Standing(one, "overridden", by) for one in found if (by := overriding[one.rule]))
    return Choice((*_standings(left), *beaten, *settled), _decision(left))


def _overriding(rule: str, found: Sequence[Finding], weights: Mapping[str, Weight]) -> tuple[str, ...]:
    return tuple(one.rule for one in found if rule in weights[one.rule].overrides)


def _standings(ranked: Sequence[Finding]) -> Iterator[Standing]:
    foremost = _foremost(ranked)
    for one in ranked:
        others = tuple(other.rule for other in foremost if other is not one)
        if one not in foremost:
            is_graver = _rank(one)[0] > _rank(ranked[0])[0]
            yield Standing(one, "outranked" if is_graver else "shallower", others)
        elif _is_tie(foremost):
            yield Standing(one, "tied", others)
        else:
            yield Standing(one, "won") if one is ranked[0] else Standing(one, "agrees", (ranked[0].rule,))


def _decision(ranked: Sequence[Finding]) -> Decision | None:
    if not ranked:
        return None
    foremost, first = _foremost(ranked), ranked[0]
    if _is_tie(foremost):
        return _disagreement(foremost)
    verdict, action = first.verdict or "unknown", first.action or "human"
    return Decision(verdict, False, first.cause, action, _reason(first), "rule", first.retry_at)


def _foremost(ranked: Sequence[Finding]) -> list[Finding]:
    return [one for one in ranked if _rank(one) == _rank(ranked[0])]


def _is_tie(foremost: Sequence[Finding]) -> bool:
    return len({one.action for one in foremost}) > 1


def _rank(finding: Finding) -> tuple[int, int]:
    return RANK.get(finding.verdict, len(RANK)), -finding.cause.count(".")


def _reason(finding: Finding) -> str:
    """Say what the rule found and, where there is any, the words that it rests on."""
    said = on_one_line(finding.evidence[0].text) if finding.evidence else ""
    return f"{finding.message}: {said}" if said else f"{finding.message}."


def _disagreement(tied: Sequence[Finding]) -> Decision:
    names = ", ".join(f"{one.rule} ({one.action})" for one in tied)
    reason = f"Rules of equal weight ask for different actions: {names}."
    return Decision("unknown", False, "rules.disagree", "human", reason, "rule")
