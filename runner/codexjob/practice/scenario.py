"""What a scenario says: the replies of a model, in the order in which Codex asks for them.

    name: red_tests_repaired
    task: Make add in calc.py right.         # what to ask Codex for
    files: {calc.py: "..."}                  # the repository it works on
    replies:                                 # the n-th request of the whole scenario, over all resumes,
      - - think: Looking at calc.py          #   gets the n-th reply: a list of steps
        - run: cat calc.py
      - - patch: |
            *** Begin Patch
            ...
      - say: Done.                           # one step needs no list; without a tool call the turn ends
      - steps: [cut: true]                   # the long form carries how often, and the tokens
        repeat: turn
        usage: {input: 900, output: 40}

Codex sends a failing request again, up to 30 times and differently often in each version; each is a request.
`repeat: turn` gives the same reply until Codex starts another turn, `repeat: session` until another session,
`repeat: forever` to the end, `repeat: 6` six times. Each reply comes after `pause`
seconds (0.2). The steps are in `steps.py`.
"""

from pathlib import PurePosixPath
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    NonNegativeInt,
    PositiveInt,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from codexjob.practice.steps import ENDS, Answer, Step

LONG_FORM: Final = ("repeat", "usage")


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or parts[0] == ".git" or "\0" in path:
        raise ValueError("must be a path inside the repository, without '..' and not under .git")
    return path


class Usage(BaseModel):
    """The tokens that one reply reports; `cached` is a part of `input`, `reasoning` of `output`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: NonNegativeInt = 1200
    cached: NonNegativeInt = 0
    output: NonNegativeInt = 80
    reasoning: NonNegativeInt = 0


class Reply(BaseModel):
    """What the model answers to one request, or to each of several in a row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: tuple[Step, ...] = Field(min_length=1)
    repeat: PositiveInt | Literal["turn", "session", "forever"] = 1
    usage: Usage = Usage()

    @model_validator(mode="before")
    @classmethod
    def _long_form(cls, given: Any) -> Any:
        if isinstance(given, list):
            return {"steps": given}
        if not isinstance(given, dict) or "steps" in given:
            return given
        step = {key: value for key, value in given.items() if key not in LONG_FORM}
        return {"steps": [step], **{key: given[key] for key in LONG_FORM if key in given}}

    @model_validator(mode="after")
    def _ends_once(self) -> "Reply":
        if any(isinstance(step, ENDS) for step in self.steps[:-1]):
            raise ValueError("cut, hang, failed, incomplete and status end a reply: nothing may follow them")
        if len(self.steps) > 1 and isinstance(self.steps[-1], Answer):
            raise ValueError("status answers instead of the model: it must stand alone in its reply")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, made: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Tell of the two short forms as well."""
        long = made.resolve_ref_schema(made(schema))
        steps = long["properties"]["steps"]
        return {"anyOf": [long, steps, {"allOf": [{"type": "object", "not": {"required": ["steps"]}}]}]}


class Scenario(BaseModel):
    """A whole scenario; `files` maps paths in the sample repository to their text.

    `pause` is the seconds before each reply. A model that answers at once is quicker than any real one, and
    Codex 0.120 to 0.145 then often leaves the end of the command before it out of its record.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,80}$")
    about: str = ""
    task: str = "Do what the scenario says."
    pause: float = Field(default=0.2, ge=0, le=60)
    files: dict[Annotated[str, AfterValidator(_inside)], str] = {}
    replies: tuple[Reply, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _forever_is_last(self) -> "Scenario":
        if any(reply.repeat == "forever" for reply in self.replies[:-1]):
            raise ValueError("repeat: forever leaves no request for the replies after it")
        return self
