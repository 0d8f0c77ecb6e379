"""A scenario that is recorded: what practice plays, how Codex is run on it, and what the truth is.

The file has the fields of a practice scenario and, besides them:

    family: auth                    # scenarios of one family fall in the same split
    run:                            # all optional
      sandbox: workspace-write
      args: [--color, always]       # further arguments of `codex exec`
      resume: {task: "...", ask: same}  # a second run that resumes; the record is of that one
      provider: {request_max_retries: 1, stream_max_retries: 1}
      end: {after: command, seconds: 1, signal: INT, to: group}   # somebody ends the run
      prompt: stdin                 # or argument, none
    versions: ">=0.98"
    modes: [json, human]
    truth: {verdict: environmental, success: false, cause: auth.key, actions: [human], line: "401"}
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from logverdict.rulebook.version import parse_range
from logverdict.verdict import Action, VerdictKind
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from codexjob.practice.scenario import Scenario

Mode: TypeAlias = Literal["json", "human"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)


def _range(written: str) -> str:
    if parse_range(written) is None:
        raise ValueError(f"{written!r} is no range of versions: write >=0.44, <0.148")
    return written


_NOT_PLAYED: Final = {"about", "family", "modes", "truth", "versions"}

Versions = Annotated[str, AfterValidator(_range)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Provider(_Part):
    """The provider that Codex is told to use; without `base_url` it is the scripted model."""

    base_url: str | None = None
    env_key: str | None = None
    wire_api: str = "responses"
    request_max_retries: int = Field(default=1, ge=0, le=10)
    stream_max_retries: int = Field(default=1, ge=0, le=10)
    stream_idle_timeout_ms: int | None = Field(default=None, gt=0)
    requires_openai_auth: bool | None = None


class End(_Part):
    """Who ended the run: `seconds` after it began a command, its session or itself, a signal came.

    `to` is the npm shim that was started, the native program below it, or the whole process group.
    """

    after: Literal["command", "start", "seconds"]
    seconds: float = Field(default=1.0, ge=0, le=120)
    signal: Literal["INT", "TERM", "KILL"]
    to: Literal["shim", "native", "group"] = "group"


class Resume(_Part):
    """A second run, which resumes the session of the first, or asks for one that is not there."""

    task: str
    ask: Literal["same", "unknown_uuid", "unknown_name", "last"] = "same"


class RunSettings(_Part):
    """How Codex is run."""

    sandbox: Literal["workspace-write", "read-only", "danger-full-access"] = "workspace-write"
    args: tuple[str, ...] = ()
    resume: Resume | None = None
    model: str | None = None
    provider: Provider = Provider()
    end: End | None = None
    config: str = ""
    git: bool = True
    setup: tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...] = ()
    prompt: Literal["stdin", "argument", "none"] = "stdin"
    env: dict[str, str] = {}
    limit: float = Field(default=60, gt=0, le=600)
    """Seconds after which the recorder itself ends the run."""


class Truth(_Part):
    """What is true of the run, by construction; `line` is a text of the decisive line of its record."""

    verdict: VerdictKind
    success: bool
    cause: str = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")
    actions: tuple[Action, ...] = Field(min_length=1)
    line: str | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> "Truth":
        if self.success and self.verdict not in ("success", "environmental"):
            raise ValueError(f"a run that is {self.verdict} has no success: true")
        if self.verdict == "success" and not self.success:
            raise ValueError("the verdict success has success: true")
        return self


class ScenarioTruth(Truth):
    """The truth of a scenario; `by_version` changes parts of it for ranges of versions, later ones last."""

    by_version: dict[Versions, dict[str, Any]] = {}

    @model_validator(mode="after")
    def _every_version_is_valid(self) -> "ScenarioTruth":
        for changed in self.by_version.values():
            self._with(changed)
        return self

    def of(self, version: str) -> Truth:
        """Give the truth for one version of Codex."""
        fitting = [part for written, part in self.by_version.items() if is_in(version, written)]
        return self._with({key: value for part in fitting for key, value in part.items()})

    def _with(self, changed: Mapping[str, Any]) -> Truth:
        return Truth.model_validate({**self.model_dump(exclude={"by_version"}), **changed})


class RecordedScenario(Scenario):
    """A whole scenario of the dataset."""

    family: str = Field(pattern=r"^[a-z0-9][a-z0-9_]{0,60}$")
    run: RunSettings = RunSettings()
    versions: Versions = ">=0"
    modes: tuple[Mode, ...] = Field(default=MODES, min_length=1)
    truth: ScenarioTruth

    @property
    def digest(self) -> str:
        """Sum up all that a run depends on: a stored run with another digest is out of date."""
        played = self.model_dump_json(exclude=_NOT_PLAYED, exclude_defaults=True)
        return sha256(played.encode()).hexdigest()[:12]

    def plays_on(self, version: str, mode: Mode) -> bool:
        """Tell whether the scenario makes sense for this version of Codex and mode."""
        return mode in self.modes and is_in(version, self.versions)


def is_in(version: str, written: str) -> bool:
    """Tell whether a version lies in a range as it is written in a scenario."""
    within = parse_range(written)
    return within is not None and within.holds(version)
