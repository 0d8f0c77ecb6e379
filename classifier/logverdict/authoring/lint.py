"""Lint packs: every mistake that keeps them from loading, else every warning on what they say."""

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from logverdict.authoring.lint_conditions import lint_conditions
from logverdict.authoring.lint_examples import lint_examples
from logverdict.authoring.lint_patterns import lint_patterns
from logverdict.authoring.written import Remark, written
from logverdict.errors import RuleError
from logverdict.rulebook import load_ruleset


def lint(
    folders: Sequence[Traversable | Path], beside: Sequence[Traversable | Path] = ()
) -> tuple[Remark, ...]:
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
    own = tuple(str(folder) for folder in folders)
    return tuple(sorted((one for one in remarks if one.mistake.file.startswith(own)), key=_place))


def _place(remark: Remark) -> tuple[str, int, int, str]:
    mistake = remark.mistake
    return mistake.file, mistake.line, mistake.column, remark.code
