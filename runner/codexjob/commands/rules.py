"""`codexjob rules`: what a rule author works with."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from logverdict.authoring.report import RulesReport
from logverdict.rulebook import built_in_ruleset, load_ruleset, packaged_rules

from codexjob.errors import UsageError
from codexjob.exit_status import FAILURE, SUCCESS, WRONG_USE

rules_app = typer.Typer(
    help="Lint, test, list, show and document the rules that judge a log.", no_args_is_help=True
)
Rules = Annotated[list[Path] | None, typer.Option(help="A folder of rules to use beside the built-in ones.")]


class LintFormat(StrEnum):
    """How remarks are written."""

    text = "text"
    json = "json"


class TestFormat(StrEnum):
    """How the result of a test is written."""

    text = "text"
    json = "json"
    junit = "junit"


class Question(StrEnum):
    """The three questions that a verdict answers."""

    ending = "ending"
    work = "work"
    noise = "noise"


@rules_app.command("lint")
def lint_command(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="DIR...", help="Else the built-in rules.")
    ] = None,
    output: Annotated[LintFormat, typer.Option("--format")] = LintFormat.text,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 where there are warnings.")] = False,
) -> None:
    """Find mistakes in rules, and rules that never win, reach too far, or say what was not meant."""
    from logverdict.authoring.lint import lint

    from codexjob.formats.rules_remarks import remarks_json, remarks_text

    remarks = lint(folders, [packaged_rules()]) if folders else lint([packaged_rules()])
    typer.echo((remarks_json if output is LintFormat.json else remarks_text)(remarks))
    has_errors = any(remark.level == "error" for remark in remarks)
    raise typer.Exit(WRONG_USE if has_errors else FAILURE if strict and remarks else SUCCESS)


@rules_app.command("test")
def try_command(
    dataset: Annotated[Path | None, typer.Option(help="A folder of labelled runs with its index.")] = None,
    rules: Rules = None,
    split: Annotated[str, typer.Option(help="The split of the dataset: train, held_back or all.")] = "train",
    output: Annotated[TestFormat, typer.Option("--format")] = TestFormat.text,
    accuracy: Annotated[Path | None, typer.Option(help="Write the figures as Markdown, too.")] = None,
) -> None:
    """Try every rule on its examples, and all rules on all runs of a dataset."""
    from logverdict.authoring.accuracy_page import accuracy_page
    from logverdict.authoring.dataset import read_dataset
    from logverdict.authoring.report import try_rules

    wanted = (split, "all")
    runs = (
        [run for run in read_dataset(dataset) if split == "all" or run.split in wanted] if dataset else None
    )
    report = try_rules(built_in_ruleset(rules or ()), runs)
    if accuracy and dataset:
        accuracy.write_text(accuracy_page(report, dataset.name), encoding="utf-8")
    typer.echo(_rendered(report, output))
    raise typer.Exit(SUCCESS if report.is_good else FAILURE)


def _rendered(report: RulesReport, output: TestFormat) -> str:
    match output:
        case TestFormat.text:
            from codexjob.formats.rules_score import rules_score

            return rules_score(report)
        case TestFormat.json:
            from codexjob.formats.rules_score_json import rules_score_json

            return rules_score_json(report)
        case TestFormat.junit:
            from codexjob.formats.rules_junit import rules_junit

            return rules_junit(report)


@rules_app.command("list")
def list_command(
    question: Annotated[Question | None, typer.Option(help="Only the rules of this question.")] = None,
    rules: Rules = None,
) -> None:
    """List the rules."""
    from codexjob.formats.rule_text import rule_list

    known = built_in_ruleset(rules or ()).rules
    typer.echo(rule_list([rule for rule in known if question in (None, rule.question)]))


@rules_app.command("show")
def show_command(
    name: Annotated[str, typer.Argument(metavar="ID", help="The id of a rule.")], rules: Rules = None
) -> None:
    """Show one rule: condition, reason, examples, and where it is defined."""
    from logverdict.rulebook.value import meant

    from codexjob.formats.rule_text import rule_page

    known = {rule.id: rule for rule in built_in_ruleset(rules or ()).rules}
    if name not in known:
        raise UsageError(f"there is no rule {name!r}: {meant(name, known) or 'see codexjob rules list'}")
    typer.echo(rule_page(known[name]))


@rules_app.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of a rule file."""
    from logverdict.authoring.pack_schema import pack_schema_text

    typer.echo(pack_schema_text(), nl=False)


@rules_app.command("docs")
def docs_command(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where a page is stale.")
    ] = False,
    root: Annotated[Path, typer.Option(help="The top of the checkout.")] = Path(),
) -> None:
    """Make docs/rules.md, rules/FAILURE-ANALYSIS.md and rules/pack.schema.json from the packs."""
    from logverdict.authoring.pages import pages, stale, write

    if not (root / "rules").is_dir():
        raise UsageError(f"{root}: there is no folder rules/ here: run this at the top of a checkout")
    top = root.resolve()
    made = pages(load_ruleset([top / "rules"]), top)
    old = stale(made)
    if not check:
        write(made)
    for path in old:
        typer.echo(f"{path}: {'stale: run codexjob rules docs' if check else 'written'}")
    raise typer.Exit(FAILURE if check and old else SUCCESS)
