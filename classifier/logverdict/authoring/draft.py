"""Draft a rule from a log: the line that decides, its pattern, its examples, and the verdict with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from logverdict.authoring.cut import plain_log
from logverdict.authoring.draft_choice import Task, choose_words
from logverdict.authoring.draft_match import brief_log, match_example
from logverdict.authoring.labelled_runs import ReadRun
from logverdict.authoring.naming import reason
from logverdict.authoring.near_misses import near_misses
from logverdict.authoring.trial import rule_of, with_rule
from logverdict.authoring.wish import Wish, aim_of
from logverdict.authoring.written_draft import PLACEHOLDERS, DraftedRule
from logverdict.classify import classify, judgement_on, verdict_on
from logverdict.rulebook import Rule, Ruleset
from logverdict.source import Log
from logverdict.verdict import Verdict

_MOST_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted rule: as it is written, as it runs, and the verdicts on its log without it and with it.

    `ruleset` is the one with the rule; `wrong` names the labelled runs that the rule fires on though its
    verdict is wrong there.
    """

    written: DraftedRule
    rule: Rule
    ruleset: Ruleset
    before: Verdict
    after: Verdict
    wrong: tuple[str, ...]


def draft_rule(log: Log, ruleset: Ruleset, wish: Wish, runs: Sequence[ReadRun]) -> Draft:
    """Draft a rule that judges `log` as wished, beside the rules that there are.

    `runs` are those that the rule must not misjudge, and from which its near misses are taken.

    Raises:
        DraftError: nothing in the log can carry such a rule; says what is in the way.
    """
    log = plain_log(log)
    judgement = judgement_on(log, ruleset, is_whole=True)
    aim = aim_of(wish, judgement)
    chosen = choose_words(Task(judgement, wish, aim, ruleset, runs))
    draft = replace(chosen.draft, why=reason(chosen.point, judgement))
    draft, after = _winning(draft, log, ruleset)
    # Where only few lines are left, rules may fire that the rest of the log kept still: those give way, too.
    draft, _ = _winning(draft, brief_log(judgement, chosen), ruleset)
    rule = rule_of(draft, ruleset)
    judging = with_rule(ruleset, rule)
    match = match_example(judgement, chosen, rule, judging, after)
    missed = tuple(
        near_misses(
            chosen.point,
            chosen.words,
            match=match.log,
            rule=rule,
            with_rule=judging,
            runs=runs,
            turn=judgement.facts.turn,
        )
    )
    written = replace(draft, examples=(match, *(missed or PLACEHOLDERS[1:])))
    final = rule_of(written, ruleset)
    before = verdict_on(judgement, ruleset.digest)
    return Draft(written, final, with_rule(ruleset, final), before, after, chosen.wrong)


def _winning(draft: DraftedRule, log: Log, ruleset: Ruleset) -> tuple[DraftedRule, Verdict]:
    """Let the rule override what would decide in its stead; the verdict is the one with it."""
    verdict = classify(log, with_rule(ruleset, rule_of(draft, ruleset)))
    for _ in range(_MOST_ROUNDS):
        rivals = _rivals(draft, verdict)
        if not rivals:
            return _pruned(draft, verdict, log, ruleset), verdict
        draft = replace(draft, overrides=tuple(sorted({*draft.overrides, *rivals})))
        verdict = classify(log, with_rule(ruleset, rule_of(draft, ruleset)))
    return draft, verdict


def _pruned(draft: DraftedRule, verdict: Verdict, log: Log, ruleset: Ruleset) -> DraftedRule:
    """Take out again what the rule need not override here."""
    fired_here = {one.rule for one in verdict.findings}
    for name in [one for one in draft.overrides if one in fired_here]:
        fewer = replace(draft, overrides=tuple(one for one in draft.overrides if one != name))
        if classify(log, with_rule(ruleset, rule_of(fewer, ruleset))).cause == verdict.cause:
            draft = fewer
    return draft


def _rivals(draft: DraftedRule, verdict: Verdict) -> frozenset[str]:
    """Name the rules of the same question that keep the draft from deciding."""
    if draft.question == "noise" or verdict.cause == draft.cause:
        return frozenset()
    others = [one for one in verdict.findings if one.question == draft.question and one.rule != draft.id]
    deciding = [one.rule for one in others if one.cause == verdict.cause] or [one.rule for one in others]
    return frozenset(deciding) - {*draft.overrides, "structure"}
