import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    "sklearn",
    "fastapi",
    "starlette",
    "uvicorn",
    "sqlalchemy",
    "httpx",
    "requests",
    "aiohttp",
    "http.server",
)


def test_no_python_file_lies_among_the_rules() -> None:
    assert not list((ROOT / "rules").rglob("*.py"))


@pytest.mark.parametrize("folder", ["rules", "datasets", "tests"])
def test_a_data_folder_is_no_package(folder: str) -> None:
    assert not list((ROOT / folder).rglob("__init__.py"))


def loaded_by(*command: str) -> set[str]:
    """Name all modules that a command loads from its start to its end."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "codexjob", *command],
        check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode in (1, 75), done.stderr
    return {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if "import time:" in line}


def test_running_loads_nothing_heavy(tmp_path: Path) -> None:
    job = ("--repo", str(tmp_path), "--task", "x", "--codex", str(tmp_path / "none"))
    loaded = loaded_by("run", *job, "--log-dir", str(tmp_path / "runs"))
    assert {"codexjob.job", "codexjob.launch", "logverdict.classify"} <= loaded
    assert not {name for name in loaded if name.startswith((*HEAVY, "codexjob.practice"))}


def test_classifying_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "a.log").touch()
    loaded = loaded_by("classify", str(tmp_path))
    assert "logverdict.classify" in loaded
    assert not {name for name in loaded if name.startswith((*HEAVY, "codexjob.job"))}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT],
        check=True, capture_output=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_two_packages_the_rules_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"codexjob", "logverdict"}
    assert "logverdict/_packs/condition.lark" in names
    assert {"codexjob/py.typed", "logverdict/py.typed"} <= set(names)
    assert {"codexjob/skill/files/SKILL.md", "codexjob/doctor/models.yaml"} <= set(names)


def test_the_wheel_classifies_a_log_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([python, "-m", "pip", "install", *quiet, wheel], check=True, capture_output=True)
    log = tmp_path / "job.jsonl"
    log.write_text(
        '{"type":"thread.started","thread_id":"0199aaaa-0000-7000-8000-000000000001"}\n{"type":"turn.started"}\n'
    )
    command: list[Path | str] = [tmp_path / "env" / "bin" / "codexjob", "classify", "--format", "jsonl", log]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=bare, check=False)
    assert (done.returncode, done.stderr) == (75, "")
    assert json.loads(done.stdout)["cause"] == "interrupted"
