"""An explanation for a person: the three questions as a tree, with what fired, what won, and why."""

from collections.abc import Iterable, Iterator
from typing import Final

from logverdict.choice import Choice, Standing
from logverdict.explain import Explanation
from logverdict.facts import Check, Facts, Verification
from logverdict.verdict import Evidence, Finding, Verdict
from rich.text import Text
from rich.tree import Tree

from codexjob.formats.verdict_lines import advice, origin_of
from codexjob.formats.verdict_text import head
from codexjob.visible import shortened, visible

_WIDTH: Final = 100
_MOST_EVIDENCE: Final = 4
_WHY: Final = {
    "agrees": "says the same as {by}",
    "tied": "tied with {by}, which asks for another action",
    "outranked": "outranked by {by}: its verdict is graver",
    "shallower": "outranked by {by}: its cause is deeper",
    "overridden": "overridden by {by}",
    "answered": "answered: the project's tests passed when they were run from outside",
}
_STEPS: Final = {
    "log": "no log could be read",
    "ending rule": "the rule of the ending that won",
    "ending structure": "the end was not reached, and no rule says why",
    "work rule": "the rule on the work that won",
    "work structure": "no rule on the work fired, but the structure does not permit a success",
    "verification": "what was found out from outside does not permit a success",
    "exit status": "all is well but the exit status, which no noise explains",
    "success": "the structure permits a success, and no rule on the work vetoes it",
}


def explain_tree(explanation: Explanation) -> Tree:
    """Render the verdict with its three questions below it."""
    verdict, facts = explanation.verdict, explanation.judgement.facts
    deliberation = explanation.judgement.deliberation
    tree = Tree(head_line(verdict), guide_style="dim")
    answer = "yes" if verdict.finished else "no"
    ending = tree.add(_question("1 ending", "did the run reach its end?", answer))
    _add_facts(ending, _ending_facts(facts))
    _add_choice(ending, deliberation.ending, is_asked=not verdict.finished)
    work = tree.add(_question("2 work", "is the task done?", _work_answer(verdict)))
    _add_facts(work, _work_facts(facts))
    _add_choice(work, deliberation.work, is_asked=verdict.finished)
    _add_noise(tree, verdict.noise, deliberation.explained)
    _add_decision(tree, verdict, _STEPS[explanation.decided_at])
    return tree


def head_line(verdict: Verdict) -> Text:
    """Render the verdict and the log that it is about."""
    return Text.assemble(head(verdict), "  ", (visible(verdict.path), "dim"))


def evidence_text(one: Evidence) -> Text:
    """Render where an event stands, its kind, and what it says."""
    said = shortened(visible(one.text), _WIDTH)
    return Text.assemble((f"{one.part}:{one.line}", "cyan"), (f" {one.event} ", "dim"), said)


def _question(name: str, asked: str, answer: str) -> Text:
    return Text.assemble((name, "bold"), f": {asked} ", (answer, "bold"))


def _work_answer(verdict: Verdict) -> str:
    if not verdict.finished:
        return "not asked, since the end was not reached"
    return "yes" if verdict.success else "not known" if verdict.verdict == "unknown" else "no"


def _add_facts(node: Tree, facts: Iterable[tuple[str, str | None]]) -> None:
    known = [f"{name} {shortened(visible(value), _WIDTH)}" for name, value in facts if value]
    if known:
        node.add(Text(", ".join(known), "dim"))


def _ending_facts(facts: Facts) -> Iterator[tuple[str, str | None]]:
    meta = facts.meta
    yield "turn", facts.turn
    yield "exit status", None if meta.exit_code is None else str(meta.exit_code)
    yield "signal", None if meta.signal is None else str(meta.signal)
    yield "ended by", meta.ended_by


def _work_facts(facts: Facts) -> Iterator[tuple[str, str | None]]:
    yield "files changed:", str(len(facts.files_changed))
    yield "last test", _check(facts.last_test)
    yield "last build", _check(facts.last_build)
    yield "last message:", "none" if facts.last_message is None else None
    yield "in doubt:", ", ".join(doubt.cause for doubt in facts.doubts)
    yield "spoofable:", "yes" if facts.is_spoofable else None
    yield "from outside:", _outside(facts.verification) if facts.verification else None


def _outside(found: Verification) -> str:
    broken = f"{len(found.broken)} places broken" if found.broken else "no file broken"
    record = "" if found.is_of_this_record else ", not for this record"
    return f"tests {found.tests or 'not run'}, {broken}{record}"


def _check(check: Check | None) -> str | None:
    if check is None:
        return None
    later = ", before the last patch" if check.patched_after else ""
    return f"{check.result} ({check.command.at.part}:{check.command.at.line}{later})"


def _add_choice(node: Tree, choice: Choice, *, is_asked: bool) -> None:
    for standing in choice.standings:
        rule = node.add(_standing(standing, choice, is_asked=is_asked))
        _add_evidence(rule, standing.finding)
    if not choice.standings:
        node.add(Text("no rule fired", "dim"))


def _standing(standing: Standing, choice: Choice, *, is_asked: bool) -> Text:
    finding, why = standing.finding, _why(standing, choice)
    colour = "dim" if not is_asked or why != _won(choice) else "bold green"
    shown = why if is_asked else "does not count: the question was not asked"
    asked = f"  {finding.verdict}, {finding.action}  " if finding.verdict else "  "
    return Text.assemble((finding.rule, "bold"), asked, (shown, colour), (_from(finding), "dim"))


def _from(finding: Finding) -> str:
    return f"  {origin}" if (origin := origin_of(finding)) else ""


def _why(standing: Standing, choice: Choice) -> str:
    if standing.why == "won":
        return _won(choice)
    return _WHY[standing.why].format(by=", ".join(standing.by))


def _won(choice: Choice) -> str:
    """Say by what the winner won, as far as there was anybody to win against."""
    beaten = {standing.why for standing in choice.standings}
    reasons = {
        "overridden": "overrides",
        "outranked": "has the graver verdict",
        "shallower": "has the deeper cause",
    }
    won_by = [reason for why, reason in reasons.items() if why in beaten]
    return f"wins: {', '.join(won_by)}" if won_by else "wins"


def _add_evidence(node: Tree, finding: Finding) -> None:
    for one in finding.evidence[:_MOST_EVIDENCE]:
        node.add(evidence_text(one))


def _add_noise(tree: Tree, noise: Iterable[Finding], explained: Iterable[str]) -> None:
    found = tuple(noise)
    node = tree.add(_question("3 noise", "what went wrong that does not matter?", "" if found else "nothing"))
    for finding in found:
        _add_evidence(node.add(Text.assemble((finding.rule, "bold"), (_from(finding), "dim"))), finding)
    if words := ", ".join(sorted(explained)).replace("_", " "):
        node.add(Text(f"it explains: {words}", "dim"))


def _add_decision(tree: Tree, verdict: Verdict, step: str) -> None:
    node = tree.add(Text.assemble(("decided", "bold"), f" by: {step}"))
    node.add(Text(shortened(visible(verdict.reason), 3 * _WIDTH)))
    node.add(Text(f"next: {advice(verdict)}"))
