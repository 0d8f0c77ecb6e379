"""`codexjob rules`: what a rule author works with."""

import sys
from enum import StrEnum
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated

import typer
from logverdict.authoring.report import RulesReport
from logverdict.rulebook import built_in_packs, load_ruleset

from codexjob.commands.question import Question
from codexjob.commands.rules_import import import_command
from codexjob.commands.rules_new import new_command
from codexjob.engine_option import EngineOption, use
from codexjob.errors import UsageError
from codexjob.exit_status import FAILURE, SUCCESS, WRONG_USE
from codexjob.rule_sources import chosen_ruleset, sources_beside
from codexjob.rules_option import RulesOption

rules_app = typer.Typer(
    help="Draft, lint, test, list, show and document the rules that judge a log.", no_args_is_help=True
)
rules_app.command("new")(new_command)
rules_app.command("import")(import_command)


class LintFormat(StrEnum):
    """How remarks are written."""

    text = "text"
    json = "json"


class TestFormat(StrEnum):
    """How the result of a test is written."""

    text = "text"
    json = "json"
    junit = "junit"


class Split(StrEnum):
    """Which runs of a dataset count."""

    train = "train"
    held_back = "held_back"
    all = "all"


@rules_app.command("lint")
def lint_command(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="DIR", help="Folders of rules, else the built-in rules.")
    ] = None,
    output: Annotated[LintFormat, typer.Option("--format")] = LintFormat.text,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 where there are warnings.")] = False,
) -> None:
    """Find mistakes in rules, and rules that never win, reach too far, or say what was not meant."""
    from logverdict.authoring.lint import lint

    from codexjob.formats.rules_remarks import remarks_json, remarks_text

    built_in = built_in_packs()
    remarks = lint(folders, [built_in, *sources_beside(folders)]) if folders else lint([built_in])
    typer.echo((remarks_json if output is LintFormat.json else remarks_text)(remarks))
    has_errors = any(remark.level == "error" for remark in remarks)
    raise typer.Exit(WRONG_USE if has_errors else FAILURE if strict and remarks else SUCCESS)


@rules_app.command("test")
def try_command(
    *,
    dataset: Annotated[Path | None, typer.Option(help="A folder of labelled runs with its index.")] = None,
    rules: RulesOption = None,
    engine: EngineOption = None,
    split: Annotated[Split, typer.Option(help="The split of the dataset.")] = Split.train,
    output: Annotated[TestFormat, typer.Option("--format")] = TestFormat.text,
    accuracy: Annotated[Path | None, typer.Option(help="Write the figures as Markdown, too.")] = None,
) -> None:
    """Try every rule on its examples, and all rules on all runs of a dataset."""
    from logverdict.authoring.accuracy_page import accuracy_page
    from logverdict.authoring.compat_figures import compat_figures
    from logverdict.authoring.dataset import read_dataset
    from logverdict.authoring.report import try_rules

    use(engine)
    if accuracy and not dataset:
        raise UsageError("--accuracy writes the figures of a dataset: name one with --dataset")
    wanted = (split.value, "all")
    is_all = split is Split.all
    runs = [run for run in read_dataset(dataset) if is_all or run.split in wanted] if dataset else None
    report = try_rules(chosen_ruleset(rules), runs)
    if accuracy and dataset:
        page = accuracy_page(report, dataset.name, compat_figures(runs or ()))
        accuracy.write_text(page, encoding="utf-8")
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
    rules: RulesOption = None,
) -> None:
    """List the rules."""
    from codexjob.formats.rule_text import rule_list

    known = chosen_ruleset(rules).rules
    chosen = [rule for rule in known if question in (None, rule.question)]
    width = get_terminal_size().columns if sys.stdout.isatty() else None
    typer.echo(rule_list(chosen, width))


@rules_app.command("show")
def show_command(
    name: Annotated[str, typer.Argument(metavar="ID", help="The id of a rule.")], rules: RulesOption = None
) -> None:
    """Show one rule: condition, reason, examples, and where it is defined."""
    from logverdict.rulebook.value import meant

    from codexjob.formats.rule_text import rule_page

    known = {rule.id: rule for rule in chosen_ruleset(rules).rules}
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
    made = pages(load_ruleset([built_in_packs(top / "rules")]), top)
    old = stale(made)
    if not check:
        write(made)
    for path in old:
        typer.echo(f"{path}: {'stale: run codexjob rules docs' if check else 'written'}")
    raise typer.Exit(FAILURE if check and old else SUCCESS)
