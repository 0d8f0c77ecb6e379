"""`codexjob rules new`: draft a rule from a log, and show what it would change before it is written."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from logverdict.rulebook import Ruleset, built_in_packs
from logverdict.source import Log

from codexjob.commands.one_log import one_log
from codexjob.errors import UsageError
from codexjob.pack_file import read_pack_text, write_pack_text
from codexjob.rule_sources import chosen_ruleset, rule_sources
from codexjob.rules_option import RulesOption
from codexjob.say import say
from codexjob.watch import watched

if TYPE_CHECKING:
    from logverdict.authoring.draft import Draft
    from logverdict.authoring.labelled import LabelledRun
    from logverdict.authoring.wish import Wish
    from logverdict.authoring.written import Remark


class WantedVerdict(StrEnum):
    """What the log should be judged as."""

    success = "success"
    environmental = "environmental"
    real = "real"
    unknown = "unknown"


class WantedAction(StrEnum):
    """What should happen next."""

    verify = "verify"
    retry = "retry"
    retry_later = "retry_later"
    resume = "resume"
    resume_review = "resume_review"
    fresh_session = "fresh_session"
    human = "human"


def new_command(
    log: Annotated[str, typer.Option("--from", metavar="LOG", help="The log, or - for standard input.")],
    *,
    verdict: Annotated[
        WantedVerdict | None, typer.Option(help="What the log should be judged as; else as now.")
    ] = None,
    action: Annotated[WantedAction | None, typer.Option(help="What should happen next.")] = None,
    cause: Annotated[str | None, typer.Option(help="The cause, such as network.proxy.")] = None,
    line: Annotated[int | None, typer.Option(help="The line of the log that decides.", min=1)] = None,
    dataset: Annotated[Path | None, typer.Option(help="Labelled runs, to see what it would change.")] = None,
    rules: RulesOption = None,
    into: Annotated[Path | None, typer.Option(metavar="PACK.yaml", help="The pack to write it to.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Draft a rule from a log: the decisive words made general, its examples, and what it would change."""
    from logverdict.authoring.pack_growth import grown
    from logverdict.authoring.wish import Wish

    from codexjob.formats.rule_draft import lint_report

    wish = Wish(verdict.value if verdict else None, action.value if action else None, cause, line)
    ruleset, runs, target = chosen_ruleset(rules), _runs(dataset), into or Path("draft.yaml")
    before = read_pack_text(target) if into else ""
    draft = _drafted(_log(log), ruleset, wish, runs)
    text = grown(before, [draft.written], str(target))
    _show(draft, ruleset, runs)
    remarks = _linted(before, text, target, rules or ())
    say(sys.stderr, f"{lint_report(remarks)}\n")
    if into and remarks:
        raise UsageError(f"{into}: nothing was written, since lint objects: keep the draft, mend it by hand")
    if into:
        _write(draft, into, before, text, yes=yes)


def _log(path: str) -> Log:
    if Path(path).is_dir():
        raise UsageError(f"{path}: this is a folder; a rule is drafted from one log: name that")
    return one_log(path)


def _runs(dataset: Path | None) -> "list[LabelledRun]":
    """Read the runs that may be looked at: those held back are for the last test."""
    from logverdict.authoring.dataset import read_dataset

    return [run for run in read_dataset(dataset) if run.split != "held_back"] if dataset else []


def _drafted(log: Log, ruleset: Ruleset, wish: "Wish", runs: "list[LabelledRun]") -> "Draft":
    from logverdict.authoring.draft import draft_rule
    from logverdict.authoring.labelled_runs import read_examples, read_runs

    read = [*read_runs(watched(runs, len(runs), "reading"), ruleset), *read_examples(ruleset)]
    return draft_rule(log, ruleset, wish, read)


def _show(draft: "Draft", ruleset: Ruleset, runs: "list[LabelledRun]") -> None:
    """Write the draft to standard output, so that it can be kept, and what it does to standard error."""
    from logverdict.authoring.effect import effect_of
    from logverdict.authoring.written_draft import pack_yaml

    from codexjob.formats.rule_draft import draft_report, effect_report, no_effect_report

    say(sys.stdout, pack_yaml([draft.written], "Drafted by `codexjob rules new`: read it, mend it, say why."))
    say(sys.stderr, f"{draft_report(draft)}\n")
    if not runs:
        say(sys.stderr, f"{no_effect_report()}\n")
        return
    effect = effect_of(draft, ruleset, watched(runs, len(runs), "judging"))
    say(sys.stderr, f"{effect_report(effect)}\n")


def _linted(before: str, text: str, into: Path, rules: Sequence[str]) -> "tuple[Remark, ...]":
    """Lint the pack as it would be, beside all others; what was wrong with it before is not told again."""
    from logverdict.authoring.proposed_pack import lint_proposed

    beside = [built_in_packs(), *rule_sources(rules).folders]
    known = {_words(one) for one in lint_proposed(into, before, beside)} if before else set()
    return tuple(one for one in lint_proposed(into, text, beside) if _words(one) not in known)


def _words(remark: "Remark") -> tuple[str, str]:
    return remark.code, remark.mistake.message


def _write(draft: "Draft", into: Path, before: str, text: str, *, yes: bool) -> None:
    if not yes and not typer.confirm(f"write {draft.rule.id} to {into}?", err=True):
        raise UsageError("nothing was written")
    write_pack_text(into, text, before)
    say(sys.stderr, f"codexjob: written: {draft.rule.id} in {into}\n")
