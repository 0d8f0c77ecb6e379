"""The steps of a reply: what a scripted model can say and do, and how it can fail.

| step | what Codex gets |
|---|---|
| `say: TEXT` | a message of the assistant |
| `think: TEXT` | a reasoning summary |
| `run: COMMAND` (`wait: SECONDS`, at most 30) | a call of whichever shell tool this Codex offers |
| `patch: TEXT` | a call of its patch tool, or of apply_patch in the shell where there is none |
| `call: TOOL` (`arguments: {...}` or text) | a call of any tool, offered or not |
| `failed: {code: C, message: M}` | the event response.failed |
| `incomplete: REASON` | the event response.incomplete, e.g. max_output_tokens |
| `cut: true` | the stream ends before response.completed |
| `hang: true` | nothing more, with the connection open until Codex or the model goes |
| `status: N` (`headers: {...}`, `body: ...`, `resets_in: SECONDS`) | a plain HTTP answer |
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PositiveInt, Tag

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,100}$")]
HeaderValue = Annotated[str, Field(pattern=r"^[\x20-\x7e]{0,4000}$")]


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Say(_Step):
    """Say something; it is what Codex shows as its message."""

    say: str


class Think(_Step):
    """Report a summary of reasoning."""

    think: str


class Run(_Step):
    """Run a shell command; `wait` is how many seconds Codex waits for its end before it asks again."""

    run: str
    wait: float = Field(default=30, gt=0, le=30)


class Patch(_Step):
    """Change files by a text that starts with `*** Begin Patch`; it is sent as it is, right or wrong."""

    patch: str


class Call(_Step):
    """Call a tool by name, offered or not; text goes to a free-form tool, a mapping to a function."""

    call: str = Field(min_length=1)
    arguments: dict[str, Any] | str = {}


class Failure(_Step):
    """The error object of response.failed."""

    code: str
    message: str


class Failed(_Step):
    """Fail inside the stream."""

    failed: Failure


class Incomplete(_Step):
    """Stop inside the stream for a reason such as max_output_tokens or content_filter."""

    incomplete: str


class Cut(_Step):
    """End the stream in its middle."""

    cut: Literal[True]


class Hang(_Step):
    """Say nothing more and keep the connection open."""

    hang: Literal[True]


class Answer(_Step):
    """Answer with a HTTP status; `resets_in` adds that moment, in epoch seconds, as error.resets_at.

    It also adds it as `X-reset-at` beside a header `X-used-percent`.
    """

    status: int = Field(ge=200, le=599)
    headers: dict[HeaderName, HeaderValue] = {}
    body: dict[str, Any] | str = ""
    resets_in: PositiveInt | None = None


KINDS: Final = {
    "say": Say,
    "think": Think,
    "run": Run,
    "patch": Patch,
    "call": Call,
    "failed": Failed,
    "incomplete": Incomplete,
    "cut": Cut,
    "hang": Hang,
    "status": Answer,
}
ENDS: Final = (Failed, Incomplete, Cut, Hang, Answer)


def _kind(given: Any) -> str | None:
    if isinstance(given, dict):
        return next((f"a {key} step" for key in KINDS if key in given), None)
    return next((f"a {key} step" for key, kind in KINDS.items() if isinstance(given, kind)), None)


Step = Annotated[
    Annotated[Say, Tag("a say step")]
    | Annotated[Think, Tag("a think step")]
    | Annotated[Run, Tag("a run step")]
    | Annotated[Patch, Tag("a patch step")]
    | Annotated[Call, Tag("a call step")]
    | Annotated[Failed, Tag("a failed step")]
    | Annotated[Incomplete, Tag("a incomplete step")]
    | Annotated[Cut, Tag("a cut step")]
    | Annotated[Hang, Tag("a hang step")]
    | Annotated[Answer, Tag("a status step")],
    Discriminator(
        _kind,
        custom_error_type="no_step",
        custom_error_message=f"this is no step; a step is one of: {', '.join(KINDS)}",
    ),
]
