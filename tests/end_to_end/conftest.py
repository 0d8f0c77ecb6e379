"""The real Codex CLI, a home of its own for each test, and a scripted model for it to talk to."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from codexjob.practice import Scenario, ScriptedModel, sample_repository
from codexjob.practice import codex_home as prepare_home
from codexjob.practice.play import shipped_scenario

ROOT = Path(__file__).resolve().parents[2]
NEWEST = "0.169.0"


@pytest.fixture
def codex(request: pytest.FixtureRequest) -> Path:
    """Give the `codex` of one version: the newest, or the one given by `indirect` parametrisation."""
    version = getattr(request, "param", NEWEST)
    path = ROOT / ".codex-cli" / version / "node_modules" / ".bin" / "codex"
    if not path.exists():
        pytest.fail(f"Codex {version} is not installed in this checkout: run `make codex`", pytrace=False)
    return path


@pytest.fixture
def codex_home() -> Iterator[Path]:
    """Give an empty CODEX_HOME below the checkout: Codex warns of one below /tmp."""
    folder = ROOT / ".practice" / uuid.uuid4().hex
    yield prepare_home(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sample_repo(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Lay out files as a git repository of their own."""
    return lambda files: sample_repository(tmp_path / "repo", files)


@pytest.fixture
def scripted() -> Iterator[Callable[[Scenario | str], ScriptedModel]]:
    """Serve a scenario, or a shipped one by its name, until the test ends."""
    with ExitStack() as stack:
        yield lambda given: stack.enter_context(
            ScriptedModel(shipped_scenario(given) if isinstance(given, str) else given)
        )
