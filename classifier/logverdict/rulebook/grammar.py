"""Read a condition: text to syntax tree, by the grammar in `rules/condition.lark`."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from logverdict.rulebook.condition import Condition, Flaw
from logverdict.rulebook.packaged import packaged_rules
from logverdict.rulebook.syntax_error import explained

if TYPE_CHECKING:
    from lark import Lark, Token
    from lark.exceptions import UnexpectedInput

LONGEST_CONDITION: Final = 10_000
DEEPEST_NESTING: Final = 50


class ConditionError(ValueError):
    """A condition cannot be read; `flaw` says where and why."""

    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw
        super().__init__(flaw.message)


def parse_condition(text: str) -> Condition:
    """Read the condition that `text` writes.

    Raises:
        ConditionError: `text` is too long, nested too deeply, or not a sentence of the language.
    """
    if len(text) > LONGEST_CONDITION:
        message = f"a condition has at most {LONGEST_CONDITION:,} characters, this has {len(text):,}"
        raise ConditionError(Flaw(0, message, "split it into several rules"))
    return _parsed(text)


def _parsed(text: str) -> Condition:
    from lark.exceptions import UnexpectedInput

    parser: Any = _parser().parse_interactive(text)
    depth = _Depth()
    try:
        for token in parser.iter_parse():
            depth.follow(token)
        tree: Condition = parser.feed_eof(parser.lexer_thread.state.last_token)
    except UnexpectedInput as err:
        raise ConditionError(explained(text, _position(err), frozenset(parser.accepts()))) from err
    return tree


def _position(err: "UnexpectedInput") -> int | None:
    token: Any = getattr(err, "token", None)
    return None if token is not None and token.type == "$END" else err.pos_in_stream


class _Depth:
    """Watches how deeply a condition is nested while it is read, before anything walks it recursively."""

    def __init__(self) -> None:
        self.brackets = 0
        self.nots = 0

    def follow(self, token: "Token") -> None:
        self.nots = self.nots + 1 if token.type == "NOT" else 0
        self.brackets += (token.type == "LPAR") - (token.type == "RPAR")
        if self.brackets + self.nots > DEEPEST_NESTING:
            message = f"a condition is nested at most {DEEPEST_NESTING} levels deep"
            raise ConditionError(Flaw(token.start_pos or 0, message, "split it into several rules"))


@cache
def _parser() -> "Lark":
    from lark import Lark

    from logverdict.rulebook.builder import Builder

    grammar = (packaged_rules() / "condition.lark").read_text(encoding="utf-8")
    builder: Any = Builder()
    return Lark(grammar, parser="lalr", maybe_placeholders=True, transformer=builder)
