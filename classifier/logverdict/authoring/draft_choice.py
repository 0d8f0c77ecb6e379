"""Choose the words of a log that a drafted rule stands on, and write its condition."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from logverdict.authoring.cut import line_at
from logverdict.authoring.decisive import Point, points, points_at, text_of
from logverdict.authoring.generalised import generalised
from logverdict.authoring.labelled_runs import ReadRun
from logverdict.authoring.naming import names, title
from logverdict.authoring.trial import rule_of
from logverdict.authoring.wish import Aim, Wish
from logverdict.authoring.written_draft import PLACEHOLDERS, DraftedRule
from logverdict.classify import Judgement
from logverdict.errors import DraftError
from logverdict.rulebook import Ruleset, fired

_MOST_CANDIDATES: Final = 8
_TELLS_WHEN: Final = re.compile(r"[Tt]ry again (?:at|in) ")
_TRY_AGAIN: Final = r"(?s).*?[Tt]ry again (?:at|in) (?P<at>[^.\n]+)"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The event and the words that a rule stands on, the rule, and the labelled runs that it misjudges."""

    point: Point
    words: str
    draft: DraftedRule
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A judged log, what a rule is to say of it, the rules that there are, and the runs to spare."""

    judgement: Judgement
    wish: Wish
    aim: Aim
    ruleset: Ruleset
    runs: Sequence[ReadRun]


def choose_words(task: Task) -> Chosen:
    """Choose the words of the most telling event that stand in the fewest runs of another label.

    Raises:
        DraftError: there are no words that a rule could stand on.
    """
    for point in _points(task):
        tried: list[Chosen] = []
        for one in islice(_candidates(point, task), _MOST_CANDIDATES):
            tried.append(one)
            if not one.wrong:
                break
        if tried:
            return min(tried, key=lambda one: len(one.wrong))
    where = f"line {task.wish.line}" if task.wish.line else "the log"
    raise DraftError(
        f"{task.judgement.log.path}: {where} holds no words that a rule of the question {task.aim.question} "
        "could stand on and no rule calls noise; name one with --line, or ask for another --verdict"
    )


def _candidates(point: Point, task: Task) -> Iterator[Chosen]:
    for words in point.phrases or ("",):
        draft = _draft(point, words, task)
        if draft and (chosen := _tried(point, words, draft, task)):
            yield chosen


def _tried(point: Point, words: str, draft: DraftedRule, task: Task) -> Chosen | None:
    """Try a draft on its own log, then on the runs that it must not misjudge."""
    rule, judgement = rule_of(draft, task.ruleset), task.judgement
    if fired(rule, judgement.transcript.events, judgement.facts) is None:
        return None
    wrong = tuple(run.name for run in task.runs if run.is_wrong_for(rule) and run.is_met_by(rule))
    return Chosen(point, words, draft, wrong)


def _points(task: Task) -> Iterator[Point]:
    judgement, line = task.judgement, task.wish.line
    transcript, facts, question = judgement.transcript, judgement.facts, task.aim.question
    if line is None:
        noise = _noise_lines(judgement)
        for point in points(transcript, facts, question):
            if not point.event or (point.event.at.part, point.event.at.line) not in noise:
                yield point
        return
    shown = line_at(judgement.log, line)
    if not shown:
        raise DraftError(f"{judgement.log.path}: there is no line {line} in this log")
    yield from points_at(transcript, facts, question, line, shown)


def _noise_lines(judgement: Judgement) -> frozenset[tuple[str, int]]:
    """Name the lines that a rule says already to be harmless: nothing is decided by those."""
    noise = (one for one in judgement.findings if one.question == "noise")
    return frozenset((shown.part, shown.line) for one in noise for shown in one.evidence)


def _draft(point: Point, words: str, task: Task) -> DraftedRule | None:
    aim = task.aim
    pattern = generalised(words, anchored=_begins_line(point, words)) if words else ""
    if pattern is None:
        return None
    when, has_time = point.condition(pattern), _tells_when(point, task)
    if has_time:
        when = point.condition(f"{pattern}{_TRY_AGAIN}")
    name, cause = names(task.wish.cause, aim, words or point.before, task.judgement, task.ruleset)
    return DraftedRule(
        id=name,
        question=aim.question,
        cause=cause,
        verdict=aim.verdict,
        action=aim.action,
        title=title(point, words),
        when=when,
        why="-",
        retry_at="{at}" if has_time else None,
        explains=aim.explains,
        examples=PLACEHOLDERS,
    )


def _begins_line(point: Point, words: str) -> bool:
    text = text_of(point.event) if point.event else None
    return text is not None and f"\n{text.opening}".find(f"\n{words}") >= 0


def _tells_when(point: Point, task: Task) -> bool:
    """Tell whether Codex says when to try again, and the rule is to wait for it."""
    text = text_of(point.event) if point.event else None
    return task.aim.action == "retry_later" and text is not None and bool(_TELLS_WHEN.search(text.opening))
