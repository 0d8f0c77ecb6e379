"""Cut the example of a drafted rule out of its log."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from logverdict.authoring.cut import LONGEST_EXAMPLE, Lines, everything, excerpt, joined, shrunk, skeleton
from logverdict.authoring.draft_choice import Chosen
from logverdict.authoring.trial import fired, judged
from logverdict.authoring.written_draft import DraftedExample
from logverdict.classify import Judgement
from logverdict.errors import DraftError
from logverdict.meta import Meta
from logverdict.rulebook import Rule, Ruleset
from logverdict.source import Log
from logverdict.verdict import Verdict

_MOST_LINES: Final = 4_000
_LONG: Final = 2_500
_KNOWN: Final = ("exit_code", "signal", "ended_by", "session_asked")


@dataclass(frozen=True, slots=True)
class _Trial:
    """What must stay true of an example: the rule fires, and the verdict is that on the whole log.

    Noise decides nothing, so an example of it need not hold what decided.
    """

    rule: Rule
    ruleset: Ruleset
    wanted: Verdict
    meta: Meta

    def holds(self, text: str) -> bool:
        given, wanted = judged(text, self.meta, self.ruleset), self.wanted
        is_same = (given.cause, given.verdict, given.action) == (wanted.cause, wanted.verdict, wanted.action)
        return self.rule.id in fired(given) and (is_same or self.rule.question == "noise")


def match_example(
    judgement: Judgement, chosen: Chosen, rule: Rule, ruleset: Ruleset, wanted: Verdict
) -> DraftedExample:
    """Cut out as few lines as show `wanted`, with what else must be known of the run.

    Raises:
        DraftError: no few lines do.
    """
    for lines in _excerpts(judgement, chosen):
        for meta in (Meta(), _known(judgement.log.meta)):
            text = _shortest(lines, _Trial(rule, ruleset, wanted, meta))
            if text is not None and len(text) <= LONGEST_EXAMPLE:
                return DraftedExample(text, is_match=True, origin=judgement.log.path, meta=_shown(meta))
    raise DraftError(
        f"{judgement.log.path}: no short example can be cut from it on which the rule fires with the same "
        "verdict; choose another line with --line, or write the rule by hand from `codexjob explain`"
    )


def brief_log(judgement: Judgement, chosen: Chosen) -> Log:
    """Make a log of the decisive event in its frame alone."""
    shown = [chosen.point.event] if chosen.point.event else []
    text = joined(excerpt(judgement.log, judgement.transcript, judgement.facts, shown, chosen.words))
    return Log(judgement.log.path, {"log": text.encode(errors="replace")}, judgement.log.meta)


def _excerpts(judgement: Judgement, chosen: Chosen) -> Iterator[Lines]:
    """Give the lines to start from: the decisive event, with the checks, all in brief, all."""
    facts = judgement.facts
    checks = [check.command for check in (facts.last_test, facts.last_build) if check]
    decisive, words = [chosen.point.event] if chosen.point.event else [], chosen.words
    for shown in (decisive, [*checks, *decisive]):
        yield excerpt(judgement.log, judgement.transcript, facts, shown, words)
    yield skeleton(judgement.log, judgement.transcript, words)[-_MOST_LINES:]
    yield everything(judgement.log, words)[-_MOST_LINES:]


def _shortest(lines: Lines, trial: _Trial) -> str | None:
    text = joined(lines)
    if not trial.holds(text):
        return None
    if len(text) < _LONG:
        return text
    fewer = shrunk(lines, trial.holds)
    return joined(fewer) if fewer else None


def _known(meta: Meta) -> Meta:
    return replace(Meta(), **{name: getattr(meta, name) for name in _KNOWN})


def _shown(meta: Meta) -> dict[str, object]:
    return {name: value for name in _KNOWN if (value := getattr(meta, name)) is not None}
