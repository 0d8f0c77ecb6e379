"""What an author wants a log to be judged as, and what follows from that for the rule."""

from dataclasses import dataclass
from typing import Final

from logverdict.classify import Judgement
from logverdict.errors import DraftError
from logverdict.facts import Facts
from logverdict.rulebook.rule import Explains
from logverdict.verdict import Action, Question, VerdictKind

_DISAGREE: Final = "rules.disagree"
_OF_WORK: Final[dict[VerdictKind, Action]] = {
    "real": "resume_review",
    "environmental": "human",
    "unknown": "verify",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a rule is to say; null where the author leaves it open. `line` is the line that decides."""

    verdict: VerdictKind | None = None
    action: Action | None = None
    cause: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What a rule will say. Noise has neither verdict nor action."""

    question: Question
    verdict: VerdictKind | None
    action: Action | None
    explains: tuple[Explains, ...] = ()


def aim_of(wish: Wish, judgement: Judgement) -> Aim:
    """Settle question, verdict and action; what is not wished stays as a rule says it now.

    Raises:
        DraftError: the log cannot be read, or no rule may say what is wished.
    """
    log, facts = judgement.log, judgement.facts
    if log.trouble is not None:
        raise DraftError(f"no rule can be drafted: the log cannot be read: {log.trouble}")
    if facts.format in ("empty", "unreadable"):
        raise DraftError(f"no rule can be drafted from {log.path}: this is no log that Codex writes")
    if wish.verdict == "success":
        return _noise(wish, facts, log.path)
    if judgement.decision.success and wish.verdict is None and wish.action is None:
        raise DraftError(
            f"{log.path}: this is judged a success ({judgement.decision.cause}): say with --verdict or "
            "--action what it should have been; --verdict success drafts a noise rule"
        )
    if wish.action == "accept":
        raise DraftError("no rule accepts a run: a rule can only keep one from being accepted")
    question: Question = "work" if facts.finished else "ending"
    known = judgement.decision if judgement.decision.decided_by == "rule" else None
    verdict = wish.verdict or (known.verdict if known and known.cause != _DISAGREE else None)
    verdict = verdict or ("real" if facts.finished else "environmental")
    if wish.action is None and known and (known.verdict, known.cause != _DISAGREE) == (verdict, True):
        return Aim(question, verdict, known.action)
    return Aim(question, verdict, wish.action or _action(question, verdict, facts))


def _noise(wish: Wish, facts: Facts, path: str) -> Aim:
    if not facts.finished:
        raise DraftError(
            f"{path}: the log does not show the regular end of the run, so no rule can make it a success"
        )
    if wish.action not in (None, "accept"):
        raise DraftError(
            f"a success has no action `{wish.action}`: leave out --action, or ask for another verdict"
        )
    explains: list[Explains] = ["failed_command"] if facts.commands_failed else []
    explains += ["exit_code"] if facts.meta.exit_code else []
    return Aim("noise", None, None, tuple(explains))


def _action(question: Question, verdict: VerdictKind, facts: Facts) -> Action:
    """Choose what is safe to do next: only a run that began is resumed, only a limit opens by itself."""
    if question == "work":
        return _OF_WORK.get(verdict, "verify")
    if verdict != "environmental" or facts.turn == "none":
        return "human"
    if facts.resets_at is not None:
        return "retry_later"
    return "resume" if facts.session_id or facts.meta.session_id else "human"
