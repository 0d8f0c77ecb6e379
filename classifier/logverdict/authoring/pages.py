"""The pages made from the packs: the rules with their language, the failure analysis, the JSON Schema."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from logverdict.authoring.coverage import read_coverage
from logverdict.authoring.coverage_page import coverage_page
from logverdict.authoring.dataset import INDEXES, read_dataset
from logverdict.authoring.labelled import LabelledRun
from logverdict.authoring.language_page import language_page
from logverdict.authoring.markdown import anchor, linked
from logverdict.authoring.pack_page import pack_page
from logverdict.authoring.pack_schema import pack_schema_text
from logverdict.errors import SourceError
from logverdict.rulebook import OFF_BY_DEFAULT, PackFolder, Rule, Ruleset, built_in_packs, load_ruleset
from logverdict.rulebook.packaged import packaged_rules
from logverdict.rulebook.version import version_key

_QUESTIONS: Final[Mapping[str, str]] = {
    "ending": "Ending: why the run did not reach its end",
    "work": "Work: why the task of a finished run is not done",
    "noise": "Noise: what looks like trouble and is none",
}
NEXT: Final[Mapping[str, str]] = {
    "verify": "run the check outside, then accept or review",
    "retry": "run again",
    "retry_later": "run again when the limit is open",
    "resume": "continue the session",
    "resume_review": "let the session check and finish its work",
    "fresh_session": "start afresh in a new session",
    "human": "a person decides",
}
_HEAD: Final = (
    "| cause | how to recognise it | verdict | what happens next | since Codex | runs in the dataset |",
    "|---|---|---|---|---|---|",
)
_LONGEST: Final = 160
_OFF: Final = "Off by default: the rules of the earlier wrapper (the pack `compat`)"
_MADE: Final = "<!-- Made by `codexjob rules docs` from the packs in rules/: change those, not this. -->"


@dataclass(frozen=True, slots=True)
class Seen:
    """How often a cause stands in the labels of the dataset, and the earliest version of Codex with it."""

    runs: int
    since: str


def seen_causes(runs: Sequence[LabelledRun]) -> Mapping[str, Seen]:
    """Count the causes of labelled runs; those held back are nobody's to look at."""
    versions: dict[str, list[str]] = {}
    for run in runs:
        if run.truth.cause and run.split != "held_back":
            versions.setdefault(run.truth.cause, []).append(run.version)
    return {
        cause: Seen(len(found), min(found, key=lambda one: version_key(one) or ()))
        for cause, found in versions.items()
    }


def pages(ruleset: Ruleset, root: Path) -> Mapping[Path, str]:
    """Make the pages of a checkout: where each stands, and its text."""
    datasets = root / "datasets"
    has_labels = any((datasets / name).is_file() for name in INDEXES)
    seen = seen_causes(tuple(read_dataset(datasets))) if has_labels else {}
    shown = [replace(rule, file=rule.file.removeprefix(f"{root}/")) for rule in ruleset.rules]
    covered = root / "docs" / "coverage.yaml"
    return {
        **(
            {root / "docs" / "coverage.md": coverage_page(read_coverage(covered))}
            if covered.is_file()
            else {}
        ),
        root / "docs" / "rules.md": rules_page(shown, _off_by_default(root)),
        root / "rules" / "FAILURE-ANALYSIS.md": failure_analysis(shown, seen),
        root / "rules" / "pack.schema.json": pack_schema_text(),
    }


def stale(made: Mapping[Path, str]) -> tuple[Path, ...]:
    """Name the pages that do not stand on disk as they were made."""
    return tuple(
        path for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text
    )


def write(made: Mapping[Path, str]) -> None:
    """Write all pages.

    Raises:
        SourceError: one cannot be written.
    """
    for path, text in made.items():
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as err:
            raise SourceError(f"{path} cannot be written: {err.strerror or err}") from err


def _off_by_default(root: Path) -> tuple[Rule, ...]:
    rules = root / "rules"
    packs = [PackFolder(rules / name, name) for name in OFF_BY_DEFAULT if (rules / name).is_dir()]
    found = load_ruleset([built_in_packs(rules), *packs]).rules if packs else ()
    return tuple(
        replace(rule, file=rule.file.removeprefix(f"{root}/"))
        for rule in found
        if rule.origin in OFF_BY_DEFAULT
    )


def rules_page(rules: Sequence[Rule], off_by_default: Sequence[Rule] = ()) -> str:
    """Write the reference: packs, the language, then a section for each rule."""
    lines = ["# Rules", "", _MADE, "", *pack_page(), *language_page()]
    for question, title in _QUESTIONS.items():
        lines += [f"## {title}", ""]
        for rule in rules:
            lines += _section(rule) if rule.question == question else ()
    if off_by_default:
        lines += [f"## {_OFF}", ""]
    for rule in off_by_default:
        lines += _section(rule)
    return "\n".join(lines)


def _section(rule: Rule) -> Iterator[str]:
    yield from (f"### {rule.id}", "", f"{rule.title}.", "", rule.why.strip(), "")
    yield from ("```", f"when: {' '.join(rule.when.written.split())}")
    yield from ((f"unless: {' '.join(rule.unless.written.split())}",) if rule.unless else ())
    yield from ("```", "", *(f"- {name}: {value}" for name, value in _properties(rule)), "")


def _properties(rule: Rule) -> Iterator[tuple[str, str]]:
    known = {
        "cause": rule.cause,
        "verdict": rule.verdict or "",
        "action": rule.action or "",
        "explains": ", ".join(rule.explains),
        "overrides": ", ".join(f"[{name}](#{anchor(name)})" for name in rule.overrides),
        "codex": rule.codex.written if rule.codex else "",
        "references": ", ".join(map(linked, rule.references)),
        "defined in": place(rule),
    }
    return ((name, value) for name, value in known.items() if value)


def place(rule: Rule) -> str:
    """Name the file of a rule as its author knows it; for a built-in rule, from the top of the checkout."""
    built_in = f"{packaged_rules()}/"
    if rule.file.startswith(built_in):
        return f"rules/{rule.file.removeprefix(built_in)}"
    return rule.file


def failure_analysis(rules: Sequence[Rule], seen: Mapping[str, Seen]) -> str:
    """Write the table of causes; `seen` says what the dataset holds of each."""
    lines = ["# Failure analysis", "", _MADE, ""]
    for question, title in _QUESTIONS.items():
        asked = [rule for rule in rules if rule.question == question]
        lines += [f"## {title}", "", *_HEAD]
        lines += [*(_row(rule, seen.get(rule.cause)) for rule in asked), ""]
    return "\n".join(lines)


def _row(rule: Rule, seen: Seen | None) -> str:
    since = rule.codex.written if rule.codex else seen.since if seen else ""
    how = f"{rule.title}: `{_shortened(rule.when.written)}`"
    verdict, following = rule.verdict or "harmless", NEXT.get(rule.action or "", "nothing")
    cells = (f"`{rule.cause}`", how, verdict, following, since, str(seen.runs) if seen else "")
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _shortened(condition: str) -> str:
    line = " ".join(condition.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
