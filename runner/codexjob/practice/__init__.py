"""Play a scenario to the real Codex CLI: a scripted model on loopback, without account or network.

A rule author reproduces a failure with it, the tests and the demo work on it. `read_scenario` reads the
YAML file, `ScriptedModel` plays it, `codex_home` and `sample_repository` prepare what Codex runs on, and
`play.play` is the command that puts them together.
"""

from codexjob.practice.errors import PracticeError, ScenarioError
from codexjob.practice.home import codex_home
from codexjob.practice.model import ModelRequest, ScriptedModel
from codexjob.practice.reading import read_scenario
from codexjob.practice.sample import sample_repository
from codexjob.practice.scenario import Scenario

__all__ = [
    "ModelRequest",
    "PracticeError",
    "Scenario",
    "ScenarioError",
    "ScriptedModel",
    "codex_home",
    "read_scenario",
    "sample_repository",
]
