"""The form of a rule in a pack: its keys, what may stand there, and what to say where it does not."""

import re
from dataclasses import fields
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model
from pydantic_core import ErrorDetails

from logverdict.meta import Meta
from logverdict.rulebook.condition import Flaw
from logverdict.rulebook.rule import Explains
from logverdict.rulebook.value import meant
from logverdict.verdict import Question

_CLOSED: Final = ConfigDict(extra="forbid", frozen=True)
_META_FIELDS: Final[dict[str, Any]] = {part.name: (part.type, None) for part in fields(Meta)}

_DOTTED: Final = r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$"
_LONGEST_ID: Final = 80
DottedName = Annotated[str, StringConstraints(pattern=_DOTTED, max_length=_LONGEST_ID)]
Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

MetaItem: Final[type[BaseModel]] = create_model("MetaItem", __config__=_CLOSED, **_META_FIELDS)


class ExampleItem(BaseModel):
    """A log that the rule fires on, or does not: inline, or a file of the checkout."""

    model_config = _CLOSED

    log: str | None = None
    file: str | None = None
    meta: MetaItem | None = None  # type: ignore[valid-type]
    expect: Literal["match", "no match"]


class RuleItem(BaseModel):
    """One rule as a pack writes it."""

    model_config = _CLOSED

    id: DottedName
    replaces: bool = False
    question: Question
    cause: DottedName | None = None
    verdict: Literal["environmental", "real", "unknown"] | None = None
    action: (
        Literal["verify", "retry", "retry_later", "resume", "resume_review", "fresh_session", "human"] | None
    ) = None
    title: Filled
    when: Filled
    unless: Filled | None = None
    message: Filled | None = None
    retry_at: Filled | None = None
    explains: tuple[Explains, ...] = ()
    overrides: tuple[DottedName, ...] = ()
    why: Filled
    codex: Filled | None = None
    references: tuple[Filled, ...] = ()
    examples: Annotated[tuple[ExampleItem, ...], Field(default=())]


_MOST_FLAWS: Final = 50
_NO_SUCCESS: Final = (
    "no rule makes a success: a run is one where nothing objects, so narrow or override the rule that does"
)
RULE_KEYS: Final = tuple(RuleItem.model_fields)

_SHAPES: Final = {
    "string_type": "text",
    "tuple_type": "a list",
    "list_type": "a list",
    "model_type": "a mapping",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
}


def schema_flaws(err: ValidationError) -> list[tuple[tuple[int | str, ...], Flaw]]:
    """Say in plain words what a rule's form lacks, each with the path to the place in the rule."""
    return [(details["loc"], _flaw(details)) for details in err.errors(include_url=False)[:_MOST_FLAWS]]


def _flaw(details: ErrorDetails) -> Flaw:
    *above, last = details["loc"] or ("rule",)
    match details["type"]:
        case "extra_forbidden":
            hint = meant(str(last), _known_keys(above)) or f"the keys are {', '.join(_known_keys(above))}"
            return Flaw(0, f"there is no key `{last}`", hint)
        case "missing":
            return Flaw(0, f"the key `{last}` is missing")
        case "literal_error":
            expected = str(details["ctx"]["expected"]).replace("'", "")
            words = expected.replace(" or ", ", ").split(", ")
            message = f"`{_key(details)}` cannot be `{details['input']}`: it is {expected}"
            hint = _NO_SUCCESS if details["input"] in ("success", "accept") else ""
            return Flaw(0, message, hint or meant(str(details["input"]), words))
        case "string_pattern_mismatch":
            message = f"`{_key(details)}` is small letters, digits and `_`, in parts joined by dots"
            return Flaw(0, message, _dotted(str(details["input"])))
        case "string_too_short":
            return Flaw(0, f"`{_key(details)}` is empty")
        case other:
            shape = _SHAPES.get(other)
            said = f"should be {shape}" if shape else details["msg"].lower()
            hint = (
                "write each part on a line that begins with `- `, or all as [a, b]"
                if shape == "a list"
                else ""
            )
            return Flaw(0, f"`{_key(details)}` {said}", hint)


def _dotted(text: str) -> str:
    """Suggest the dotted name that was probably meant, or nothing."""
    name = re.sub(r"[^a-z0-9_.]+", "_", text[:_LONGEST_ID].strip().lower())
    return f"did you mean `{name}`?" if re.fullmatch(_DOTTED, name) else ""


def _key(details: ErrorDetails) -> str:
    return next((step for step in reversed(details["loc"]) if isinstance(step, str)), "rule")


def _known_keys(above: list[int | str]) -> tuple[str, ...]:
    if "meta" in above:
        return tuple(_META_FIELDS)
    return tuple(ExampleItem.model_fields) if "examples" in above else RULE_KEYS
