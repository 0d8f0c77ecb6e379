"""What a run of Codex is recorded on: a home, a repository and an environment of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from codexjob.family import MARK
from codexjob.practice.home import codex_home
from codexjob.practice.sample import sample_repository
from codexjob.record.errors import RecordError
from codexjob.record.scenario import RecordedScenario

# Every run begins at this moment of its local zone, so that the times that Codex prints are always the same.
LOCAL_START: Final = 10 * 3600 + 20
_DAY: Final = 86_400
_COMMITTED: Final = "2026-01-01T00:00:00Z"
_GIT: Final = "[user]\n\tname = dev\n\temail = dev@localhost\n[init]\n\tdefaultBranch = main\n"


@dataclass(frozen=True, slots=True)
class Stage:
    """The folders of one run and the environment in which Codex starts.

    `codex_home` is where the sessions are looked for, also where the scenario points Codex elsewhere.
    """

    folder: Path
    repo: Path
    codex_home: Path
    env: Mapping[str, str]

    @property
    def home(self) -> Path:
        """Give the home folder of the user that runs Codex."""
        return self.folder / "home"


@contextmanager
def stage(scenario: RecordedScenario, cache: Path) -> Iterator[Stage]:
    """Lay out everything for one run below `cache`, and take it away afterwards.

    Raises:
        RecordError: The folders cannot be made, or a set-up command of the scenario fails.
        PracticeError: The sample repository cannot be made.
    """
    folder = (cache / "work" / uuid4().hex[:12]).resolve()
    try:
        yield _laid_out(scenario, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _laid_out(scenario: RecordedScenario, folder: Path) -> Stage:
    home = folder / "home"
    try:
        home.mkdir(parents=True)
        (home / ".gitconfig").write_text(_GIT)
    except OSError as err:
        raise RecordError(f"cannot make {home}: {err.strerror or err}") from err
    inner = codex_home(home / ".codex")
    env = _environment(home, inner)
    with _environ(env):
        repo = sample_repository(folder / "project", scenario.files)
    if not scenario.run.git:
        shutil.rmtree(repo / ".git")
    with (inner / "config.toml").open("r+") as config:
        # What stands at the top level must come before the first table of the configuration.
        before = config.read()
        config.seek(0)
        config.write(_joined(scenario.run.config, before))
    _set_up(scenario, repo, env)
    return Stage(folder, repo, inner, {**env, **scenario.run.env})


def _joined(extra: str, config: str) -> str:
    head, _, tables = config.partition("[")
    return f"{head}{extra}\n[{tables}"


def _environment(home: Path, inner: Path) -> dict[str, str]:
    folders = dict.fromkeys((str(Path(_node()).parent), "/usr/local/bin", "/usr/bin", "/bin"))
    return {
        "PATH": os.pathsep.join(folders),
        "HOME": str(home),
        "CODEX_HOME": str(inner),
        "USER": "dev",
        "LANG": "C.UTF-8",
        # Nothing outside of this machine is asked: 0.98 looks for the list of models at every start.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1,localhost",
        "TZ": zone_of(datetime.now(UTC)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_AUTHOR_DATE": _COMMITTED,
        "GIT_COMMITTER_DATE": _COMMITTED,
    }


def _node() -> str:
    return shutil.which("node") or sys.executable


def zone_of(moment: datetime) -> str:
    """Write the time zone, as POSIX does, in which `moment` is `LOCAL_START` seconds after midnight.

    >>> zone_of(datetime(2026, 1, 5, 12, 0, 20, tzinfo=UTC))
    'REC2:00:00'
    """
    since_midnight = int(moment.timestamp()) % _DAY
    west = (since_midnight - LOCAL_START + _DAY // 2) % _DAY - _DAY // 2
    sign, (hours, rest) = "-" if west < 0 else "", divmod(abs(west), 3600)
    return f"REC{sign}{hours}:{rest // 60:02}:{rest % 60:02}"


def _set_up(scenario: RecordedScenario, repo: Path, env: Mapping[str, str]) -> None:
    for argv in scenario.run.setup:
        try:
            subprocess.run(argv, cwd=repo, env={**env, MARK: ""}, check=True, capture_output=True, timeout=30)
        except (OSError, subprocess.SubprocessError) as err:
            raise RecordError(f"scenario {scenario.name}: the set-up {argv} fails: {err}") from err


@contextmanager
def _environ(env: Mapping[str, str]) -> Iterator[None]:
    """Let `git` see the fixed names and dates: the hash of the first commit is then always the same."""
    before = dict(os.environ)
    os.environ.update({key: value for key, value in env.items() if key.startswith(("GIT_", "HOME"))})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
