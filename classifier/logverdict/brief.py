"""A verdict in brief: what is kept of each run when many are judged again."""

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from logverdict.decision import on_one_line
from logverdict.record import record, replace
from logverdict.verdict import Action, Question, Verdict, VerdictKind

_MOST_EVIDENCE: Final = 3
_LONGEST: Final = 200


@record(frozen=True, slots=True)
class BriefEvidence:
    """Where the words stand that speak for a finding, and the words."""

    text: str
    part: str = "log"
    line: int = 0


@record(frozen=True, slots=True)
class BriefFinding:
    """A rule that fired."""

    rule: str
    question: Question
    cause: str
    evidence: tuple[BriefEvidence, ...] = ()


@record(frozen=True, slots=True)
class Brief:
    """The part of a verdict that is compared, as this or an earlier program wrote it.

    `findings` is cut down to the one that decided. `success` follows from `verdict` where it was not written.
    """

    verdict: VerdictKind
    success: bool | None = None
    cause: str = ""
    action: Action | None = None
    ruleset: str = ""
    reason: str = ""
    findings: tuple[BriefFinding, ...] = ()

    @property
    def outcome(self) -> str:
        """Name the row or column of the matrix that the run stands in."""
        return "environmental, success" if self.success and self.verdict != "success" else self.verdict

    @property
    def rule(self) -> str | None:
        """Name the rule that decided; null where none is known."""
        return self.findings[0].rule if self.findings else None

    @property
    def evidence(self) -> tuple[BriefEvidence, ...]:
        """Give the words that decided."""
        return self.findings[0].evidence if self.findings else ()


def brief_of(verdict: Verdict) -> Brief:
    """Keep of a verdict what is compared."""
    findings = tuple(
        BriefFinding(
            one.rule,
            one.question,
            one.cause,
            tuple(BriefEvidence(said.text, said.part, said.line) for said in one.evidence[:_MOST_EVIDENCE]),
        )
        for one in _deciding(verdict.findings, verdict.cause)
    )
    return shortened(
        Brief(
            verdict.verdict,
            verdict.success,
            verdict.cause,
            verdict.action,
            verdict.ruleset,
            verdict.reason,
            findings,
        )
    )


def shortened(brief: Brief) -> Brief:
    """Cut a brief down to the finding that decided, and its texts to what a person reads."""
    success = brief.verdict == "success" if brief.success is None else brief.success
    findings = tuple(_cut(one) for one in _deciding(brief.findings, brief.cause))
    return replace(brief, success=success, reason=on_one_line(brief.reason, _LONGEST), findings=findings)


class _Caused(Protocol):
    @property
    def cause(self) -> str: ...


_Found = TypeVar("_Found", bound=_Caused)


def _deciding(findings: Sequence[_Found], cause: str) -> Sequence[_Found]:
    return [one for one in findings if one.cause == cause][:1]


def _cut(finding: BriefFinding) -> BriefFinding:
    kept = (replace(one, text=on_one_line(one.text, _LONGEST)) for one in finding.evidence[:_MOST_EVIDENCE])
    return replace(finding, evidence=tuple(kept))
