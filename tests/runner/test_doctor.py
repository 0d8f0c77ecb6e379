import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from codexjob.doctor import account, models, places, programs, rules, sandbox
from codexjob.doctor.check import Check, Patient
from codexjob.doctor.examine import EXAMINATIONS, examine
from codexjob.doctor.models import MODELS, read_models
from codexjob.errors import UsageError
from codexjob.formats.doctor_text import check_text

TODAY = date(2026, 11, 22)
SCRIPT = """#!/bin/sh
case "$1" in
--version) echo "codex-cli VERSION";;
login) echo "LOGIN"; exit STATUS;;
sandbox) SANDBOX;;
*) exit 2;;
esac
"""

MakePatient = Callable[..., Patient]


@pytest.fixture
def patient(tmp_path: Path) -> MakePatient:
    """Give a machine with a `codex` that answers as told, and a home of its own."""

    def make(version: str = "0.169.0", *, login: int = 0, sandbox: str = "exit 0") -> Patient:
        text = SCRIPT.replace("VERSION", version).replace("SANDBOX", sandbox)
        told = "Logged in using ChatGPT" if login == 0 else "Not logged in"
        program = tmp_path / "bin" / "codex"
        program.parent.mkdir(exist_ok=True)
        program.write_text(text.replace("LOGIN", told).replace("STATUS", str(login)))
        program.chmod(0o755)
        (tmp_path / "home").mkdir(exist_ok=True)
        environ = {
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "CODEX_HOME": str(tmp_path / "home"),
        }
        return Patient("codex", tmp_path / "logs", environ, TODAY)

    return make


def by_name(checks: object) -> dict[str, Check]:
    return {check.name: check for check in checks}  # type: ignore[attr-defined]


def test_a_machine_where_all_is_well_blocks_nothing(patient: MakePatient) -> None:
    assert {check.name for check in examine(patient()) if check.state == "blocks"} == set()


def test_every_check_that_is_not_well_says_what_to_do(patient: MakePatient) -> None:
    sick = replace(patient("0.130.0", login=1, sandbox="exit 1"), model="gpt-5-codex")
    found = list(examine(sick))
    assert {check.name for check in found if check.state != "ok"} >= {"codex", "login", "sandbox", "model"}
    assert all(check.todo for check in found if check.state != "ok")
    assert len(found) >= len(EXAMINATIONS)


@pytest.mark.parametrize(
    ("version", "state"),
    [("0.169.0", "ok"), ("0.146.0", "ok"), ("0.145.0", "warn"), ("0.125.0", "warn"), ("?", "blocks")],
)
def test_versions_that_record_badly_are_named(patient: MakePatient, version: str, state: str) -> None:
    assert by_name(programs.codex(patient(version)))["codex"].state == state


def test_a_warning_before_the_version_is_not_taken_for_a_codex_that_has_none(patient: MakePatient) -> None:
    warns = patient()
    program = Path(warns.environ["PATH"].split(os.pathsep)[0]) / "codex"
    program.write_text('#!/bin/sh\necho "WARNING: 1.2 is no version" >&2\necho "codex-cli 0.169.0"\n')
    found = by_name(programs.codex(warns))["codex"]
    assert (found.state, found.found.split()[0]) == ("ok", "0.169.0")


def test_a_codex_that_is_not_there_blocks(patient: MakePatient) -> None:
    found = by_name(programs.codex(replace(patient(), codex="no-such-codex")))["codex"]
    assert found.state == "blocks"
    assert "npm install -g @openai/codex" in str(found.todo)


def test_a_codex_of_npm_without_node_blocks(patient: MakePatient, tmp_path: Path) -> None:
    one = patient()
    (tmp_path / "bin" / "codex").write_text("#!/usr/bin/env node\n")
    without = replace(one, environ={**one.environ, "PATH": str(tmp_path / "bin")})
    assert by_name(programs.codex(without))["node"].state == "blocks"
    assert by_name(programs.git(without))["git"].state == "warn"


def test_the_login_is_asked_for_without_a_token(patient: MakePatient) -> None:
    assert by_name(account.login(patient()))["login"] == Check("login", "ok", "Logged in using ChatGPT")
    out = by_name(account.login(patient(login=1)))["login"]
    assert (out.state, out.found) == ("blocks", "Not logged in")
    with_key = patient(login=1)
    with_key = replace(with_key, environ={**with_key.environ, "CODEX_API_KEY": "sk-secret"})
    found = by_name(account.login(with_key))["login"]
    assert found.state == "ok"
    assert "sk-secret" not in found.found


def test_a_provider_of_the_users_own_needs_its_own_key(patient: MakePatient, tmp_path: Path) -> None:
    one = patient(login=1)
    config = 'model_provider = "mine"\n[model_providers.mine]\nenv_key = "MY_KEY"\n'
    (tmp_path / "home" / "config.toml").write_text(config)
    assert by_name(account.login(one))["login"].state == "blocks"
    with_key = replace(one, environ={**one.environ, "MY_KEY": "x"})
    assert by_name(account.login(with_key))["login"].state == "ok"


def test_a_home_that_is_missing_or_a_broken_configuration_blocks(
    patient: MakePatient, tmp_path: Path
) -> None:
    one = patient()
    (tmp_path / "home" / "config.toml").write_text("model = [")
    assert by_name(account.home(one))["config"].state == "blocks"
    missing = replace(one, environ={**one.environ, "CODEX_HOME": str(tmp_path / "none")})
    assert by_name(account.home(missing))["codex home"].state == "blocks"


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ("exit 0", "ok"),
        ("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1", "blocks"),
        ('[ "$2" = linux ] || [ "$2" = macos ] || exit 2', "ok"),
        ("exit 2", "warn"),
    ],
)
def test_the_sandbox_is_tried_with_a_harmless_command(patient: MakePatient, script: str, state: str) -> None:
    assert by_name(sandbox.sandbox(patient(sandbox=script)))["sandbox"].state == state


def test_a_log_folder_that_cannot_be_made_blocks(patient: MakePatient, tmp_path: Path) -> None:
    assert by_name(places.log_folder(patient()))["log folder"].state == "ok"
    (tmp_path / "file").write_text("")
    found = by_name(places.log_folder(replace(patient(), log_dir=tmp_path / "file" / "logs")))
    assert found["log folder"].state == "blocks"


def test_a_stray_repository_in_the_temporary_folder_is_named(
    patient: MakePatient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / ".git").mkdir()
    (found,) = places.stray_git(patient())
    assert found.state == "warn"


@pytest.mark.parametrize(
    ("name", "today", "state"),
    [
        ("gpt-6.1-sol", TODAY, "ok"),
        ("gpt-5.5", TODAY, "warn"),
        ("gpt-5-codex", TODAY, "blocks"),
        ("gpt-5-codex", date(2026, 5, 1), "warn"),
        ("gpt-7-typo", TODAY, "warn"),
    ],
)
def test_a_model_near_its_end_or_unknown_is_named(
    patient: MakePatient, name: str, today: date, state: str
) -> None:
    (found,) = models.models(replace(patient(), model=name, today=today))
    assert (found.state, found.todo is None) == (state, state == "ok")


def test_the_models_of_all_profiles_are_looked_at(patient: MakePatient, tmp_path: Path) -> None:
    one = patient()
    (tmp_path / "home" / "config.toml").write_text(
        'model = "gpt-6-sol"\n[profiles.old]\nmodel = "gpt-5-codex"\n'
    )
    assert {check.state for check in models.models(one)} == {"ok", "blocks"}


def test_the_users_own_file_of_models_counts(patient: MakePatient, tmp_path: Path) -> None:
    own = tmp_path / "models.yaml"
    own.write_text("checked: 2026-01-01\nmodels: [{name: mine}]\n")
    (found,) = models.models(replace(patient(), model="mine", models=own))
    assert found.state == "ok"


@pytest.mark.parametrize(
    "text", ["", "checked: 2026-01-01", "[", "models: 1", "checked: x\nmodels: []\n", "a: &a [*a]"]
)
def test_a_wrong_file_of_models_is_one_clear_mistake(tmp_path: Path, text: str) -> None:
    (tmp_path / "models.yaml").write_text(text)
    with pytest.raises(UsageError, match=r"models\.yaml"):
        read_models(tmp_path / "models.yaml")


def test_the_models_that_come_with_codexjob_are_whole() -> None:
    known = {model.name: model for model in read_models(MODELS).models}
    assert all(model.use_for or model.instead for model in known.values())
    assert {model.instead for model in known.values() if model.instead} <= known.keys()


def test_the_engine_and_the_rules_are_told(patient: MakePatient) -> None:
    found = by_name([*rules.engine(patient()), *rules.rules(patient())])
    assert found["engine"].found
    assert "rules, digest" in found["rules"].found


def test_what_a_program_says_cannot_command_the_terminal() -> None:
    assert "\x1b" not in check_text(Check("login", "blocks", "\x1b[2Jgone\nsecond line", "do"))


def test_the_command_ends_with_1_where_something_blocks(tmp_path: Path, patient: MakePatient) -> None:
    environ = {**os.environ, **patient(login=1).environ, "CODEX_API_KEY": ""}
    command = (sys.executable, "-m", "codexjob", "doctor", "--log-dir", tmp_path / "logs", "--format", "json")
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"], found["schema"]) == (1, False, "codexjob.doctor/1")
    assert [check["name"] for check in found["checks"] if check["state"] == "blocks"] == ["login"]
    assert not (tmp_path / "logs").exists()
