"""Propose near misses of a drafted rule: logs that look much like a match and are none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from logverdict.authoring.cut import excerpt, joined
from logverdict.authoring.decisive import Point, text_of
from logverdict.authoring.generalised import generalised
from logverdict.authoring.labelled_runs import ReadRun
from logverdict.authoring.made_logs import command, finished_run, said
from logverdict.authoring.private import masked
from logverdict.authoring.similar import most_similar
from logverdict.authoring.trial import fires_on
from logverdict.authoring.written_draft import DraftedExample
from logverdict.classify import transcript_of
from logverdict.events import Command, Event, Message, Patch, Tool
from logverdict.facts import TurnEnd
from logverdict.meta import Meta
from logverdict.rulebook import Rule, Ruleset
from logverdict.rulebook.vocabulary import kind_of
from logverdict.source import Log

LONGEST: Final = 4_000
_MOST: Final = 2
_LOOKED_AT: Final = 12
_ELSE: Final = "something else"


@dataclass(frozen=True, slots=True)
class _Candidate:
    run: ReadRun
    event: Event
    text: str


def near_misses(
    point: Point,
    words: str,
    *,
    match: str,
    rule: Rule,
    with_rule: Ruleset,
    runs: Sequence[ReadRun],
    turn: TurnEnd,
) -> Iterator[DraftedExample]:
    """Yield logs on which `rule` does not fire: the same words elsewhere, then the most similar lines.

    `with_rule` is the ruleset with the rule in it, `match` its example, `words` those of its pattern.
    Lines of runs whose turn ended like that of the log (`turn`) come nearer than any other.
    """
    words = masked(words)
    elsewhere = _elsewhere(point, words)
    if not fires_on(elsewhere, Meta(), rule, with_rule):
        yield DraftedExample(
            elsewhere, is_match=False, origin="the same words where they mean nothing", meta={}
        )
    kind = kind_of(point.event) if point.event else "error"
    alike = [run for run in runs if run.indexed.facts.turn == turn]
    candidates = _candidates(kind, rule, alike) or _candidates(kind, rule, runs)
    nearest = most_similar(words, [one.text for one in candidates], _LOOKED_AT)
    found = (_missed(candidates[number], kind, rule, with_rule) for number in nearest)
    proposed = [one for one in found if one][:_MOST]
    yield from proposed or _other_words(match, words, rule, with_rule)


def _other_words(match: str, words: str, rule: Rule, with_rule: Ruleset) -> Iterator[DraftedExample]:
    """Say something else in the place of the words, where nothing that was really said comes near."""
    kept = words.partition(": ")[0] if ": " in words else ""
    text = match.replace(words, f"{kept}: {_ELSE}" if kept else _ELSE)
    if text != match and not fires_on(text, Meta(), rule, with_rule):
        yield DraftedExample(text, is_match=False, origin="other words in the same place", meta={})


def _elsewhere(point: Point, words: str) -> str:
    """Say the words where they do not count: as the agent's word, as an earlier word, as good output."""
    match point.event:
        case Message():
            return finished_run(said(words))
        case Command() | Patch() | Tool():
            return finished_run(command(words, 0))
    return finished_run(message=f"The log says: {words}")


def _candidates(kind: str, rule: Rule, runs: Sequence[ReadRun]) -> list[_Candidate]:
    found: dict[str, _Candidate] = {}
    for run in runs:
        if not run.is_wrong_for(rule) or run.is_met_by(rule):
            continue
        for position in run.indexed.positions.get(kind, ()):
            event = run.indexed.events[position]
            text = text_of(event)
            if text is not None and (opening := text.opening.strip()):
                found.setdefault(generalised(opening) or opening, _Candidate(run, event, opening))
    return list(found.values())


def _missed(one: _Candidate, kind: str, rule: Rule, with_rule: Ruleset) -> DraftedExample | None:
    """Cut the run of a candidate down to its line; null where that is no near miss any more."""
    run = one.run
    text = joined(excerpt(run.log, run.transcript, run.indexed.facts, [one.event]))
    if len(text) > LONGEST or fires_on(text, Meta(), rule, with_rule):
        return None
    events = transcript_of(Log(rule.id, {"log": text.encode()}, Meta())).events
    if not any(kind_of(event) == kind for event in events):
        return None
    return DraftedExample(text, is_match=False, origin=run.name, meta={})
