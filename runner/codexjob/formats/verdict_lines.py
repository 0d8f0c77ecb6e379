"""A verdict for a person, in pieces with a style: what, why, what next, and the lines that say so.

The terminal library is not needed to say this in plain text, and takes longer to load than a log to judge.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from logverdict.rulebook.pack_folder import BUILT_IN
from logverdict.verdict import Evidence, Finding, Verdict

from codexjob.visible import shortened, visible

Line: TypeAlias = tuple[tuple[str, str], ...]
"""Pieces of one line, each with its style in the words of the terminal library."""

_COLOURS: Final = {"environmental": "yellow", "real": "red", "unknown": "magenta"}
_MARGIN: Final = "  "
_WIDTH: Final = 100
_ADVICE: Final = {
    "accept": "accept the work",
    "verify": "run the check outside, then accept or review",
    "retry": "run it again",
    "retry_later": "run it again later",
    "resume": "resume the session",
    "resume_review": "resume the session for a review",
    "fresh_session": "start a fresh session",
    "human": "a person has to act",
}


def plain_verdict(verdict: Verdict) -> str:
    """Render a verdict in a few lines without colours."""
    return "\n".join("".join(piece for piece, _ in line) for line in verdict_lines(verdict))


def head(verdict: Verdict) -> Line:
    """Render the verdict's first line: mark, verdict, cause."""
    if verdict.success:
        word = "success" if verdict.verdict == "success" else f"{verdict.verdict}, success"
        return (f"✔ {word}", "bold green"), ("  ", ""), (verdict.cause, "bold")
    colour = f"bold {_COLOURS[verdict.verdict]}"
    return (f"✘ {verdict.verdict}", colour), ("  ", ""), (verdict.cause, "bold")


def advice(verdict: Verdict) -> str:
    """Say in words what should happen next."""
    when = f" ({verdict.retry_at})" if verdict.retry_at else ""
    return f"{verdict.action}: {_ADVICE[verdict.action]}{when}"


def evidence_lines(findings: tuple[Finding, ...], most: int) -> Iterator[Line]:
    """Render the evidence of findings, one line each, `most` lines at the most."""
    # An error and the end of its turn often say the same words: once is enough for a person.
    said_by: dict[tuple[str, str], Evidence] = {}
    for finding in findings:
        for one in finding.evidence:
            said_by.setdefault((_named(finding), one.text), one)
    for (rule, _), one in list(said_by.items())[:most]:
        said = shortened(visible(one.text), _WIDTH)
        place = f"{one.part}:{one.line}"
        yield (_MARGIN, ""), (f"{place:<12}", "cyan"), (said, ""), (f"  [{rule}]", "dim")


def origin_of(finding: Finding) -> str:
    """Say where the rule of a finding comes from; nothing for a built-in one."""
    return "" if finding.origin in (None, BUILT_IN) else f"from {visible(finding.origin or '')}"


def _named(finding: Finding) -> str:
    return ", ".join(filter(None, (finding.rule, origin_of(finding))))


def verdict_lines(verdict: Verdict) -> Iterator[Line]:
    """Render a verdict in a few lines: the head, the reason, the advice, the evidence, the noise."""
    yield *head(verdict), ("  ", ""), (visible(verdict.path), "dim")
    yield from told(verdict)


def told(verdict: Verdict) -> Iterator[Line]:
    """Render what stands below the head: reason, advice, evidence, noise."""
    yield ((f"{_MARGIN}{visible(verdict.reason)}", ""),)
    yield (_MARGIN, ""), ("next: ", "bold"), (advice(verdict), "")
    yield from evidence_lines(verdict.findings, 6)
    yield from _noise_lines(verdict.noise)


def _noise_lines(noise: tuple[Finding, ...]) -> Iterator[Line]:
    for finding in noise:
        where = finding.evidence[0] if finding.evidence else None
        place = f"{where.part}:{where.line}" if where else ""
        yield (_MARGIN, ""), (f"{place:<12}", "dim"), (f"noise: {visible(finding.message)}", "dim")
