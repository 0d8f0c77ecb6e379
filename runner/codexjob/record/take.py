"""Play one scenario once to the real Codex CLI, and take down all that it writes."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from logverdict.meta import EndedBy

from codexjob.family import MARK
from codexjob.practice.model import ScriptedModel
from codexjob.record.codex import codex_argv, prompt_argv, resume_argv, session_asked
from codexjob.record.rollouts import newest_rollout, session_of
from codexjob.record.scenario import Mode, RecordedScenario
from codexjob.record.stage import Stage, stage
from codexjob.record.watching import Ended, watch

# Between a session and its resume, so that the rollouts of the two differ in time.
_BREATH: Final = 0.05


@dataclass(frozen=True, slots=True)
class Played:
    """What is played: a scenario, by a version of Codex in one mode; `program` is its `codex`."""

    scenario: RecordedScenario
    version: str
    mode: Mode
    program: Path

    @property
    def key(self) -> tuple[str, str, str]:
        """Give what tells it apart, as the key of its label does."""
        return self.scenario.name, self.version, self.mode


@dataclass(frozen=True, slots=True)
class Take:
    """A run as it was, before masking.

    `url` is where the scripted model was, `began` and `ended` are epoch times. `session_id` is the session
    that Codex opened, as its rollout has it.
    """

    argv: tuple[str, ...]
    stdout: bytes
    stderr: bytes
    rollout: bytes | None
    exit_code: int | None
    signal: int | None
    ended_by: EndedBy | None
    session_id: str | None
    session_asked: str | None
    repo: Path
    home: Path
    url: str
    began: float
    ended: float


def take(played: Played, cache: Path) -> Take:
    """Run Codex on the scenario; folders of the run are made below `cache` and removed.

    Only one run at a time may be taken in one process: orphans of the run are found as its children.

    Raises:
        RecordError: The run cannot be set up.
        PracticeError: The sample repository cannot be made.
    """
    with stage(played.scenario, cache) as made, ScriptedModel(played.scenario, now=_soon) as model:
        return _Taking(played, made, model.url).last_run()


def _soon() -> float:
    """Give a time a little ahead: a limit of an hour then still has its hour when Codex prints it."""
    return time.time() + 1


@dataclass(frozen=True, slots=True)
class _Taking:
    played: Played
    stage: Stage
    url: str

    def last_run(self) -> Take:
        resume = self.played.scenario.run.resume
        first = self._run(self.played.scenario.task, (), None)
        if resume is None:
            return first
        time.sleep(_BREATH)
        asked = session_asked(resume, first.session_id)
        return self._run(resume.task, resume_argv(resume, first.session_id), asked)

    def _run(self, task: str, resume: tuple[str, ...], asked: str | None) -> Take:
        played, settings = self.played, self.played.scenario.run
        common = codex_argv(played.program, settings, played.mode, self.stage.repo, self.url)
        argv = (*common, *resume, *prompt_argv(settings, task))
        began = time.time()
        is_last = bool(resume) or settings.resume is None
        end = settings.end if is_last else None
        prompt = task if settings.prompt == "stdin" else ""
        env = {**self.stage.env, MARK: uuid4().hex}
        ended = watch(argv, cwd=self.stage.repo, env=env, prompt=prompt, end=end, limit=settings.limit)
        return self._taken(argv, ended, asked, began)

    def _taken(self, argv: tuple[str, ...], ended: Ended, asked: str | None, began: float) -> Take:
        rollout = newest_rollout(self.stage.codex_home, began)
        return Take(
            argv=argv,
            stdout=ended.stdout,
            stderr=ended.stderr,
            rollout=rollout.read_bytes() if rollout else None,
            exit_code=ended.code if ended.code >= 0 else None,
            signal=-ended.code if ended.code < 0 else None,
            ended_by=ended.by,
            session_id=session_of(rollout) if rollout else None,
            session_asked=asked,
            repo=self.stage.repo,
            home=self.stage.home,
            url=self.url,
            began=began,
            ended=time.time(),
        )
