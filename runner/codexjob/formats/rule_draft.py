"""A drafted rule for a person: what it says of its log, what it would change, and what lint remarks."""

from collections.abc import Iterator, Sequence
from typing import Final

from logverdict.authoring.draft import Draft
from logverdict.authoring.effect import Effect
from logverdict.authoring.written import Remark
from logverdict.reevaluation import Reevaluation
from logverdict.verdict import Verdict

from codexjob.formats.rules_remarks import remarks_text
from codexjob.formats.transitions import matrix
from codexjob.visible import shortened, visible

_MOST_NAMES: Final = 8
_WIDTH: Final = 100


def draft_report(draft: Draft) -> str:
    """Write what the rule does to the log that it was drafted from."""
    return "\n".join(_draft(draft))


def effect_report(effect: Effect) -> str:
    """Write what the rule does to the labelled runs."""
    return "\n".join(_effect(effect))


def no_effect_report() -> str:
    """Say why nothing is told of labelled runs."""
    return "on labelled runs: not tried; --dataset DIR shows what it would change there"


def lint_report(remarks: Sequence[Remark]) -> str:
    """Write the remarks of lint on the pack as it would be."""
    return f"lint: {remarks_text(remarks)}" if remarks else "lint: nothing to remark"


def _draft(draft: Draft) -> Iterator[str]:
    origins = [one.origin for one in draft.written.examples if not one.is_match]
    yield f"drafted {draft.rule.id} from {visible(draft.before.path)}"
    yield f"  without it: {_verdict(draft.before)}"
    yield f"  with it:    {_verdict(draft.after)}"
    yield f"  near misses: {', '.join(origins) or 'none was found; write one'}"
    if draft.written.question != "noise" and draft.after.cause != draft.written.cause:
        yield f"  It fires, but does not decide: {shortened(visible(draft.after.reason), _WIDTH)}"
    if draft.written.question == "noise" and not draft.after.success:
        yield from _no_excuse(draft.after)
    if draft.wrong:
        yield f"  Its words also stand in {len(draft.wrong)} runs with another label: {_named(draft.wrong)}"


def _no_excuse(after: Verdict) -> Iterator[str]:
    yield "  Noise excuses no failure, so the verdict stays. Where it is wrong, narrow what decided:"
    names = [one.rule for one in after.findings if one.cause == after.cause and one.rule != "structure"]
    advice = f"give the rule {names[0]} an `unless:` and this log as a near miss" if names else after.reason
    yield f"  {advice}"


def _verdict(verdict: Verdict) -> str:
    return f"{verdict.verdict} ({visible(verdict.cause)}), action {verdict.action}"


def _effect(effect: Effect) -> Iterator[str]:
    changes = effect.changes
    fired = ", ".join(f"{count} labelled {label}" for label, count in sorted(effect.fired.items()))
    yield f"on {changes.runs} labelled runs it fires on {fired or 'none'}"
    turned = f"{len(effect.righted)} of them right now, {len(effect.wronged)} wrong now"
    yield f"  verdicts: {len(changes.flips)} flipped, {turned}"
    if effect.wronged:
        yield f"  wrong now: {_named(effect.wronged)}"
    for pair in changes.dangers:
        yield f"  DANGER: a labelled failure becomes a success: {visible(pair.path)}"
    yield from _flips(changes)


def _flips(changes: Reevaluation) -> Iterator[str]:
    if not changes.flips:
        return
    rows = list(matrix(changes.outcomes))
    width = max(len(cell) for row in rows for cell in row)
    yield from (f"  {'  '.join(cell.rjust(width) for cell in row)}" for row in rows)
    for flip in changes.flips[:_MOST_NAMES]:
        old, new = flip.pair.old, flip.pair.new
        label = f" (labelled {flip.pair.label.truth})" if flip.pair.label else ""
        was = f"{old.outcome} {old.cause}, {old.action}" if old else "none"
        yield f"  {visible(flip.pair.path)}{label}: {was} -> {new.outcome} {new.cause}, {new.action}"
    if len(changes.flips) > _MOST_NAMES:
        yield f"  and {len(changes.flips) - _MOST_NAMES} more"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{', '.join(map(visible, names[:_MOST_NAMES]))}{more}"
