"""The main job on three scenarios: the real Codex CLI, a scripted model, real verdicts, real actions."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from logverdict.source import read_run
from logverdict.transcript import read_transcript
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from codexjob.files import make_folder
from codexjob.formats.brief import brief
from codexjob.formats.file_set import file_set
from codexjob.formats.verdict_text import head, told
from codexjob.interrupt import Interrupts
from codexjob.job import JobOutcome, JobSetting, Judge, run_job
from codexjob.launch import Surroundings
from codexjob.practice.errors import PracticeError
from codexjob.practice.home import codex_home
from codexjob.practice.model import ScriptedModel
from codexjob.practice.play import shipped_scenario
from codexjob.practice.sample import sample_repository
from codexjob.practice.scenario import Scenario
from codexjob.request import JobRequest
from codexjob.summary import JudgedRun

_MARGIN: Final = 2
_TIMEOUT: Final = 60.0
_MARK: Final = ".codexjob-demo"
_SECRETS: Final = ("OPENAI_API_KEY", "CODEX_API_KEY")


@dataclass(frozen=True, slots=True)
class Story:
    """One scenario of the demo: what a person should notice, and how many runs it takes."""

    scenario: str
    title: str
    notice: str
    runs: int


STORIES: Final = (
    Story(
        "accepted_with_noise",
        "A misquoted check is no failure",
        "One shell command fails on the way. A grep for errors would call this run broken.",
        1,
    ),
    Story(
        "red_tests_repaired",
        "Exit status 0 is no success",
        "The agent says it is done and Codex exits with 0, but the last test is red.",
        2,
    ),
    Story(
        "stream_cut_resumed",
        "A cut stream is nobody's fault",
        "The model's stream breaks in the middle of the work; the session keeps what was done.",
        2,
    ),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays: the Codex program, the folder that is made anew, and who judges."""

    console: Console
    codex: str
    folder: Path
    judge: Judge
    interrupts: Interrupts


def demo(stage: Stage) -> bool:
    """Play all stories; tell whether each ended accepted after as many runs as it should.

    Raises:
        PracticeError: `folder` is somebody else's, or a repository or Codex's home cannot be made.
        LogFolderError: the files of a run cannot be written.
    """
    _make_anew(stage.folder)
    with _environment({"CODEX_HOME": str(codex_home(stage.folder / "codex-home"))}):
        played = [
            _play(stage, place, story)
            for place, story in enumerate(STORIES, 1)
            if stage.interrupts.signal is None
        ]
    return len(played) == len(STORIES) and all(played)


def _make_anew(folder: Path) -> None:
    """Empty a folder that an earlier demo made; nobody else's is touched."""
    if (folder / _MARK).is_file():
        shutil.rmtree(folder)
    elif folder.exists() and any(folder.iterdir()):
        raise PracticeError(f"{folder} holds something else than an earlier demo: name another --folder")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text("codexjob demo made this folder and makes it anew each time.\n")


def _play(stage: Stage, place: int, story: Story) -> bool:
    scenario = shipped_scenario(story.scenario)
    stage.console.print(Rule(f"[bold]{place} of {len(STORIES)}  {story.title}[/]", align="left"))
    stage.console.print(Padding(Text(f"Task: {scenario.task}\n{story.notice}"), (0, 0, 1, _MARGIN)))
    repo = sample_repository(stage.folder / story.scenario, scenario.files)
    outcome = _job(stage, scenario, repo)
    for number, run in enumerate(outcome.runs, 1):
        _show_run(stage.console, number, run)
    return outcome.last.verdict.success and len(outcome.runs) == story.runs


def _job(stage: Stage, scenario: Scenario, repo: Path) -> JobOutcome:
    runs = make_folder(stage.folder / "runs")
    with ScriptedModel(scenario) as model, stage.console.status("Codex works …"):
        arguments = (*model.codex_arguments(stream_max_retries=2), "-s", "workspace-write")
        request = JobRequest(repo, scenario.task, codex=stage.codex, codex_args=arguments, timeout=_TIMEOUT)
        around = Surroundings(runs, stage.interrupts)
        return run_job(request, JobSetting(around, stage.judge, pause=1.0))


def _show_run(console: Console, number: int, run: JudgedRun) -> None:
    title = Text.assemble(
        (f"run {number}", "bold"), f"  {run.meta.kind}  ", (f"exit status {run.meta.exit_code}", "dim")
    )
    console.print(Padding(title, (0, 0, 0, _MARGIN)))
    for line in brief(read_transcript(read_run(run.files.jsonl).parts)):
        console.print(Padding(line, (0, 0, 0, _MARGIN)), overflow="ellipsis", no_wrap=True)
    for line in (Text(), head(run.verdict), *told(run.verdict)):
        console.print(Padding(line, (0, 0, 0, _MARGIN)))
    if run.verdict.action_taken:
        console.print(
            Padding(Text.assemble("done: ", (run.verdict.action_taken, "bold")), (0, 0, 0, 2 * _MARGIN))
        )
    console.print(Text(f"{' ' * 2 * _MARGIN}files: {file_set(run.files)}\n", "dim"), soft_wrap=True)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables and hide the user's keys, for the processes started meanwhile."""
    earlier = {name: os.environ.pop(name, None) for name in (*_SECRETS, *variables)}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in earlier.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
