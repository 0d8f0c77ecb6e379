"""Write a drafted rule as the YAML of a pack, in the style of the packs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from logverdict.rulebook.rule import Explains
from logverdict.verdict import Action, Question, VerdictKind

_WIDTH: Final = 110
_LONGEST_LINE: Final = 100


@dataclass(frozen=True, slots=True)
class DraftedExample:
    """An example of a draft. `meta` holds what else must be known; `origin` says where the log is from."""

    log: str
    is_match: bool
    origin: str
    meta: Mapping[str, object]


PLACEHOLDERS: Final = (
    DraftedExample("match", is_match=True, origin="", meta={}),
    DraftedExample("no match", is_match=False, origin="", meta={}),
)
"""Examples for a draft that has none yet, since no rule is read without."""


@dataclass(frozen=True, slots=True)
class DraftedRule:
    """What is written of a draft. `verdict` and `action` are null for noise."""

    id: str
    question: Question
    cause: str
    verdict: VerdictKind | None
    action: Action | None
    title: str
    when: str
    why: str
    retry_at: str | None = None
    explains: tuple[Explains, ...] = ()
    overrides: tuple[str, ...] = ()
    examples: tuple[DraftedExample, ...] = ()


class _Folded(str):
    """Text written in the folded style."""

    __slots__ = ()


class _Literal(str):
    """Text written line by line."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes the two styles above; a text that a style cannot hold is written in quotes."""


def _styled(style: str) -> Any:
    return lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


_Dumper.add_representer(_Folded, _styled(">"))
_Dumper.add_representer(_Literal, _styled("|"))


def rule_yaml(drafts: Sequence[DraftedRule]) -> str:
    """Write rules as the items of the list `rules:`, each line at its left margin."""
    return "\n".join(_dumped([_item(draft)]) for draft in drafts)


def pack_yaml(drafts: Sequence[DraftedRule], comment: str) -> str:
    """Write a whole pack; `comment` says what it holds."""
    return f"# {' '.join(comment.split())}\nrules:\n{rule_yaml(drafts)}"


def _dumped(content: list[dict[str, Any]]) -> str:
    return str(yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))


def _item(draft: DraftedRule) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": draft.id,
        "question": draft.question,
        "cause": draft.cause if draft.cause != draft.id else None,
        "verdict": draft.verdict,
        "action": draft.action,
        "title": draft.title,
        "when": _Folded(draft.when) if len(draft.when) > _LONGEST_LINE else draft.when,
        "retry_at": draft.retry_at,
        "explains": list(draft.explains),
        "overrides": list(draft.overrides),
        "why": _Folded(f"{draft.why}\n"),
        "examples": [_example(one) for one in draft.examples],
    }
    return {name: value for name, value in fields.items() if value}


def _example(one: DraftedExample) -> dict[str, Any]:
    meta = {"meta": dict(one.meta)} if one.meta else {}
    return {"log": _Literal(one.log), **meta, "expect": "match" if one.is_match else "no match"}
