"""Read one rule of a pack: form, conditions, message and examples, with every mistake in them."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ValidationError

from logverdict.errors import Mistake
from logverdict.meta import Meta
from logverdict.pattern import Pattern
from logverdict.record import field, record
from logverdict.rulebook.binding import Binder
from logverdict.rulebook.condition import Flaw
from logverdict.rulebook.grammar import ConditionError, parse_condition
from logverdict.rulebook.pack_source import PackSource, key_at, node_at
from logverdict.rulebook.rule import BoundCondition, Example, Rule
from logverdict.rulebook.schema import ExampleItem, RuleItem, schema_flaws
from logverdict.rulebook.standing_rules import StandingRule
from logverdict.rulebook.template import placeholders
from logverdict.rulebook.value import meant
from logverdict.rulebook.version import parse_range
from logverdict.rulebook.yaml_tree import Entries, Items, Scalar, plain

_EXPECTED: Final = {"match": "an example that matches", "no match": "a near miss"}


@record(slots=True)
class RuleReader:
    """Reads rules; `mistakes` gather here. `patterns` are the shared ones, null where one is wrong."""

    patterns: Mapping[str, Pattern | None]
    mistakes: list[Mistake] = field(default_factory=list)

    def read(self, written: StandingRule) -> Rule | None:
        """Read a rule as written; null where it has mistakes."""
        source, node = written.pack.source, written.node
        before = len(self.mistakes)
        item = self._item(source, node)
        groups: set[str] = set()
        when = self._condition(source, node, "when", groups)
        unless = self._condition(source, node, "unless", set())
        if item:
            self._check(source, node, item)
        self._check_examples(source, node)
        self._check_logs(source, node)
        self._check_templates(source, node, groups)
        if len(self.mistakes) > before or item is None or when is None:
            return None
        return _rule(written, item, when, unless)

    def _item(self, source: PackSource, node: Entries) -> RuleItem | None:
        try:
            return RuleItem.model_validate(plain(node))
        except ValidationError as err:
            for path, flaw in schema_flaws(err):
                is_key = flaw.message.startswith("there is no key")
                place = key_at(node, path) if is_key else node_at(node, path)
                self.mistakes.append(source.mistake(place, flaw.message, flaw.hint))
        return None

    def _condition(
        self, source: PackSource, node: Entries, key: str, groups: set[str]
    ) -> BoundCondition | None:
        written = node.node(key)
        if not isinstance(written, Scalar) or not written.text or not written.text.strip():
            return None
        binder = Binder(self.patterns, groups=groups)
        try:
            syntax = parse_condition(written.text)
        except ConditionError as err:
            self.mistakes.append(source.flaw(written, err.flaw))
            # Its groups are unknown, and complaints about them would only follow from this mistake.
            groups.add("*")
            return None
        bound = binder.bind(syntax)
        groups.update({"*"} if binder.flaws else ())
        self.mistakes += [source.flaw(written, flaw) for flaw in binder.flaws]
        return BoundCondition(written.text, syntax, bound)

    def _add(self, source: PackSource, node: Entries, key: str, message: str, hint: str = "") -> None:
        self.mistakes.append(source.mistake(node_at(node, (key,)), message, hint))

    def _check(self, source: PackSource, node: Entries, item: RuleItem) -> None:
        is_noise = item.question == "noise"
        for key in ("verdict", "action"):
            if is_noise and getattr(item, key) is not None:
                self._add(source, node, key, f"a noise rule has no {key}", "noise never decides a run")
            elif not is_noise and getattr(item, key) is None:
                self._add(
                    source, node, "question", f"a rule of the question {item.question} needs the key `{key}`"
                )
        if item.explains and not is_noise:
            self._add(source, node, "explains", "only a noise rule explains what went wrong on the way")
        if item.codex and parse_range(item.codex) is None:
            self._add(
                source, node, "codex", f"`{item.codex}` is no range of versions", "write >=0.44, <0.148"
            )

    def _check_examples(self, source: PackSource, node: Entries) -> None:
        examples = _examples(node)
        inline = {str(plain(example.node("expect"))) for example in examples if example.node("log")}
        if inline - _EXPECTED.keys() or not isinstance(node.node("examples"), Items | None):
            # Which of the two was meant, or that this is no list, is told already.
            return
        for expected, words in _EXPECTED.items():
            if expected not in inline:
                hint = f"add an example with `log:` and `expect: {expected}`"
                hint += "; one with `file:` stands beside it" if len(inline) < len(examples) else ""
                self._add(
                    source,
                    node,
                    "examples" if node.node("examples") else "id",
                    f"the rule lacks {words}",
                    hint,
                )

    def _check_logs(self, source: PackSource, node: Entries) -> None:
        for example in _examples(node):
            if bool(example.node("log")) == bool(example.node("file")):
                self.mistakes.append(source.mistake(example, "an example has either `log` or `file`"))

    def _check_templates(self, source: PackSource, node: Entries, groups: set[str]) -> None:
        if "*" in groups:
            return
        for key in ("message", "retry_at"):
            written = node.node(key)
            if isinstance(written, Scalar) and written.text:
                self._check_template(source, written, written.text, groups)

    def _check_template(self, source: PackSource, node: Scalar, template: str, groups: set[str]) -> None:
        for name in placeholders(template):
            if name not in groups:
                hint = meant(name, groups) or f"capture it in `when` with (?P<{name}>…)"
                at = template.find(f"{{{name}}}")
                self.mistakes.append(
                    source.flaw(node, Flaw(at, f"no pattern of `when` captures `{name}`", hint))
                )


def _examples(node: Entries) -> list[Entries]:
    written = node.node("examples")
    items = written.items if isinstance(written, Items) else ()
    return [item for item in items if isinstance(item, Entries)]


def _rule(written: StandingRule, item: RuleItem, when: BoundCondition, unless: BoundCondition | None) -> Rule:
    return Rule(
        id=item.id,
        question=item.question,
        cause=item.cause or item.id,
        verdict=item.verdict,
        action=item.action,
        title=item.title,
        why=item.why,
        when=when,
        unless=unless,
        message=item.message,
        retry_at=item.retry_at,
        explains=item.explains,
        overrides=item.overrides,
        codex=parse_range(item.codex) if item.codex else None,
        references=item.references,
        examples=tuple(
            _example(written.node, number, example) for number, example in enumerate(item.examples)
        ),
        file=written.pack.source.file,
        line=written.node.line,
        origin=written.pack.folder.origin,
        is_installed=written.pack.folder.is_installed,
        replaced=written.replaced,
    )


def _example(node: Entries, number: int, item: ExampleItem) -> Example:
    meta: BaseModel | None = item.meta
    known = Meta(**meta.model_dump()) if meta else Meta()
    line = node_at(node, ("examples", number)).line
    return Example(item.log, item.file, known, item.expect == "match", line)
