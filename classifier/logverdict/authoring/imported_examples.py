"""Make the examples of a rule from a table: the document has patterns, but no logs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from logverdict.authoring.imported_row import Meant
from logverdict.authoring.made_logs import command, cut_run, failed_run, finished_run, traced_run
from logverdict.authoring.trial import fires_on, rule_of, with_rule
from logverdict.authoring.uses import uses
from logverdict.authoring.written_draft import PLACEHOLDERS, DraftedExample, DraftedRule
from logverdict.errors import DraftError
from logverdict.meta import Meta
from logverdict.rulebook import Rule, Ruleset

_ELSE: Final = "all is well here"
_ORIGIN: Final = "made of the pattern"
_PLAIN: Final = tuple(
    (re.compile(syntax), text)
    for syntax, text in (
        (r"\(\?[a-z]*:?|\(\?P<\w+>", "("),
        (r"\\[bBAz]|[\^$]", ""),
        (r"\\d(?:[+*]\??|\{[\d,]+\})?", "1"),
        (r"\\w(?:[+*]\??|\{[\d,]+\})?", "x"),
        (r"\\[sS](?:[+*]\??|\{[\d,]+\})?", " "),
        (r"(?<!\\)\[\^[^\]]*\](?:[+*?]\??)?", "x"),
        (r"(?<!\\)\[([^\]\\])[^\]]*\](?:[+*?]\??)?", r"\1"),
        (r"(?<!\\)\.(?:[+*?]\??|\{[\d,]+\})?", " "),
        (r"(?<!\\)[+*?]", ""),
    )
)
_GROUP: Final = re.compile(r"\(([^()|]*)(?:\|[^()]*)?\)")


def examples_for(draft: DraftedRule, meant: Meant, ruleset: Ruleset) -> Iterator[DraftedExample]:
    """Yield a match and near misses, each tried on the rules with the draft among them.

    Raises:
        DraftError: no log could be made that the rule fires on.
    """
    rule = rule_of(replace(draft, examples=PLACEHOLDERS), ruleset)
    judging = with_rule(ruleset, rule)
    words = _words(rule, meant)
    made = next((one for one in _logs(words, meant) if fires_on(one, Meta(), rule, judging)), None)
    if made is None:
        raise DraftError("no log could be made of it that the rule fires on: write this rule by hand")
    yield DraftedExample(made, is_match=True, origin=_ORIGIN, meta={})
    other = dict.fromkeys((*_logs(_ELSE, meant), finished_run(message=f"The log says: {words}")))
    missed = [one for one in other if not fires_on(one, Meta(), rule, judging)]
    yield from (DraftedExample(one, is_match=False, origin=_ORIGIN, meta={}) for one in missed)


def sample(pattern: str) -> str:
    r"""Write a plain text that a simple pattern matches, of its first alternative.

    >>> sample(r"exit(ed)? code \d+|failed")
    'exited code 1'
    """
    for syntax, text in _PLAIN:
        pattern = syntax.sub(text, pattern)
    before = ""
    while before != pattern:
        before, pattern = pattern, _GROUP.sub(r"\1", pattern)
    return re.sub(r"\\(.)", r"\1", re.split(r"(?<!\\)\|", pattern)[0])


def _words(rule: Rule, meant: Meant) -> str:
    """Find the words of a match: of the pattern, or of the first one in a condition of our own."""
    if meant.condition is None:
        return sample(meant.pattern)
    written = next((use.pattern.source for use in uses(rule.when.syntax) if not use.pattern.is_named), "")
    return sample(written)


def _logs(words: str, meant: Meant) -> Iterator[str]:
    """Make logs in which the words stand in each place where a rule could look for them."""
    if meant.is_absent:
        yield from (cut_run(), finished_run())
        return
    if meant.scope == "stderr":
        yield from (traced_run(words, finished=True), traced_run(words, finished=False))
        return
    yield failed_run(words)
    yield finished_run(command(words, 1))
    if meant.condition is not None:
        yield from (finished_run(message=words), f"{words}\n", traced_run(words, finished=True))
