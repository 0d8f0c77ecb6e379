"""Play one scenario until Ctrl-C, for a person who runs Codex beside it: `codexjob practice FILE`."""

import shlex
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from codexjob.practice.home import codex_home
from codexjob.practice.model import ScriptedModel
from codexjob.practice.reading import read_scenario
from codexjob.practice.sample import sample_repository
from codexjob.practice.scenario import Scenario

SCENARIOS: Final = Path(__file__).parent / "scenarios"


def play(
    scenario_path: Path,
    *,
    folder: Path,
    codex: str = "codex",
    tell: Callable[[str], None] = print,
    until: threading.Event | None = None,
) -> None:
    """Serve the scenario and tell the exact command line for Codex, until Ctrl-C or `until` is set.

    `folder` gets the sample repository (`repo`) and Codex's home (`home`); it is made anew.

    Raises:
        ScenarioError: The scenario is wrong.
        PracticeError: The sample repository cannot be made, for example because it is there already.
    """
    scenario = read_scenario(scenario_path)
    repo = sample_repository(folder / "repo", scenario.files)
    home = codex_home(folder / "home")
    with ScriptedModel(scenario) as model:
        tell(f"Playing {scenario.name} at {model.url}; stop with Ctrl-C. Paste in another terminal:")
        tell(command_line(model, repo=repo, home=home, codex=codex))
        try:
            (until or threading.Event()).wait()
        except KeyboardInterrupt:
            tell(summary(model))


def command_line(model: ScriptedModel, *, repo: Path, home: Path, codex: str = "codex") -> str:
    """Write the command that plays the model's scenario, quoted for a POSIX shell."""
    words = [
        codex,
        "exec",
        "-s",
        "workspace-write",
        "-C",
        str(repo),
        *model.codex_arguments(),
        model.scenario.task,
    ]
    return f"CODEX_HOME={shlex.quote(str(home))} {shlex.join(words)} </dev/null"


def summary(model: ScriptedModel) -> str:
    """Say in one line what was played."""
    return f"{len(model.requests)} requests came; {model.unplayed} replies were not asked for."


def shipped_scenario(name: str) -> Scenario:
    """Read one of the scenarios that come with codexjob, by its name.

    Raises:
        ScenarioError: There is none of that name.
    """
    return read_scenario(SCENARIOS / f"{name}.yaml")
