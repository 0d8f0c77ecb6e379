"""Lint packs: every mistake that keeps them from loading, else every warning on what they say."""

from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from itertools import islice
from pathlib import Path
from typing import Final

from logverdict.authoring.lint_conditions import lint_conditions
from logverdict.authoring.lint_examples import lint_examples
from logverdict.authoring.lint_patterns import lint_patterns
from logverdict.authoring.written import Remark, written
from logverdict.errors import Mistake, RuleError
from logverdict.rulebook import Packs, load_ruleset
from logverdict.rulebook.loading import read_packs
from logverdict.rulebook.packaged import as_folder

_MOST_NAMED: Final = 20


def lint(folders: Sequence[Packs], beside: Sequence[Packs] = ()) -> tuple[Remark, ...]:
    """Lint the packs in `folders`, in the order of files and lines.

    `beside` are packs that are loaded too, since the others name their rules and patterns; only what stands
    in `folders` is warned of.
    """
    everything = [*beside, *folders]
    try:
        ruleset = load_ruleset(everything)
    except RuleError as err:
        return tuple(Remark("error", "error", mistake) for mistake in err.mistakes)
    found = written(ruleset, everything)
    remarks = {*lint_conditions(found), *lint_patterns(found), *lint_examples(found)}
    unread = [remark for folder in folders for remark in _unread(as_folder(folder).path)]
    own = {pack.source.file for pack in read_packs(folders)}
    return tuple(sorted((*unread, *(one for one in remarks if one.mistake.file in own)), key=_place))


def _unread(folder: Traversable | Path) -> Iterator[Remark]:
    """Warn of a folder without rule files, and of files that only look like some."""
    if not isinstance(folder, Path) or not folder.is_dir():
        return
    for path in sorted(islice(folder.rglob("*.yml"), _MOST_NAMED)):
        message = "this file is not read: a rule file is called NAME.yaml"
        yield Remark("not-read", "warning", Mistake(str(path), 1, 1, message, hint="rename it"))
    if not read_packs([folder]):
        message = "there is no rule file here"
        hint = "put one there that is called NAME.yaml; `codexjob rules new --into` makes one"
        yield Remark("no-rules", "warning", Mistake(str(folder), 1, 1, message, hint=hint))


def _place(remark: Remark) -> tuple[str, int, int, str]:
    mistake = remark.mistake
    return mistake.file, mistake.line, mistake.column, remark.code
