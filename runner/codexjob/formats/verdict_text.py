"""A verdict for a person: what, why, what next, and the lines that say so."""

from collections.abc import Iterator
from typing import Final

from logverdict.verdict import Evidence, Finding, Verdict
from rich.text import Text

from codexjob.visible import shortened, visible

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


def verdict_text(verdict: Verdict) -> Text:
    """Render a verdict in a few lines: the head, the reason, the advice, the evidence, the noise."""
    return Text("\n").join(_lines(verdict))


def head(verdict: Verdict) -> Text:
    """Render the verdict's first line: mark, verdict, cause."""
    if verdict.success:
        word = "success" if verdict.verdict == "success" else f"{verdict.verdict}, success"
        return Text.assemble((f"✔ {word}", "bold green"), "  ", (verdict.cause, "bold"))
    return Text.assemble(
        (f"✘ {verdict.verdict}", f"bold {_COLOURS[verdict.verdict]}"), "  ", (verdict.cause, "bold")
    )


def advice(verdict: Verdict) -> str:
    """Say in words what should happen next."""
    when = f" ({verdict.retry_at})" if verdict.retry_at else ""
    return f"{verdict.action}: {_ADVICE[verdict.action]}{when}"


def evidence_lines(findings: tuple[Finding, ...], most: int) -> Iterator[Text]:
    """Render the evidence of findings, one line each, `most` lines at the most."""
    # An error and the end of its turn often say the same words: once is enough for a person.
    said_by: dict[tuple[str, str], Evidence] = {}
    for finding in findings:
        for one in finding.evidence:
            said_by.setdefault((finding.rule, one.text), one)
    for (rule, _), one in list(said_by.items())[:most]:
        said = shortened(visible(one.text), _WIDTH)
        place = f"{one.part}:{one.line}"
        yield Text.assemble(_MARGIN, (f"{place:<12}", "cyan"), (said, ""), (f"  [{rule}]", "dim"))


def _lines(verdict: Verdict) -> Iterator[Text]:
    yield Text.assemble(head(verdict), "  ", (visible(verdict.path), "dim"))
    yield from told(verdict)


def told(verdict: Verdict) -> Iterator[Text]:
    """Render what stands below the head: reason, advice, evidence, noise."""
    yield Text(f"{_MARGIN}{visible(verdict.reason)}")
    yield Text.assemble(_MARGIN, ("next: ", "bold"), advice(verdict))
    yield from evidence_lines(verdict.findings, 6)
    yield from _noise_lines(verdict.noise)


def _noise_lines(noise: tuple[Finding, ...]) -> Iterator[Text]:
    for finding in noise:
        where = finding.evidence[0] if finding.evidence else None
        place = f"{where.part}:{where.line}" if where else ""
        yield Text.assemble(_MARGIN, (f"{place:<12}", "dim"), (f"noise: {visible(finding.message)}", "dim"))
