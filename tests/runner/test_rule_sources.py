"""Packs from everywhere: installed, the user's, the project's, named; and what a broken one costs."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from codexjob.__main__ import command_app
from codexjob.errors import UsageError
from codexjob.rule_sources import chosen_ruleset, rule_sources, user_folder
from logverdict.errors import RuleError
from logverdict.rulebook import built_in_ruleset
from typer.testing import CliRunner, Result

FAILED = '{"type":"turn.failed","error":{"message":"the moon is down"}}'
BUILT_IN = built_in_ruleset()


def moon_rule(name: str = "moon.down", extra: str = "") -> str:
    return (
        f"rules:\n- id: {name}\n  question: ending\n  verdict: environmental\n  action: human\n"
        f"  title: Moon down\n{extra}  why: w\n  when: turn failed and last turn ~ /the moon is down/\n"
        f"  examples:\n  - log: '{FAILED}'\n    expect: match\n"
        f"  - log: '{FAILED.replace('moon', 'sun')}'\n    expect: no match\n"
    )


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder with empty settings, whatever the machine's own user has."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


def codexjob(*arguments: str | Path) -> Result:
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(command_app(words), words)


def wheel(folder: Path, files: dict[str, str], value: str = "moon_rules", name: str = "moon-rules") -> Path:
    """Build a wheel that holds `files` and brings packs by its entry point."""
    stem = f"{name.replace('-', '_')}-1.2"
    folder.mkdir(exist_ok=True)
    path = folder / f"{stem}-py3-none-any.whl"
    inside = {
        **files,
        f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n",
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{stem}.dist-info/entry_points.txt": f"[codexjob.rules]\nmoon = {value}\n",
    }
    inside[f"{stem}.dist-info/RECORD"] = "".join(f"{file},,\n" for file in inside)
    with ZipFile(path, "w") as archive:
        for file, text in inside.items():
            archive.writestr(file, text)
    return path


def install(path: Path, target: Path) -> None:
    command = ("pip", "install", "--quiet", "--no-index", "--no-deps", "--target", str(target), str(path))
    subprocess.run([sys.executable, "-m", *command], check=True)


def on_path(path: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpack a wheel as an installer would, where Python looks for packages."""
    with ZipFile(path) as archive:
        archive.extractall(target)
    monkeypatch.syspath_prepend(str(target))


def test_without_any_source_the_rules_are_the_built_in_ones() -> None:
    assert rule_sources().folders == ()
    assert chosen_ruleset().digest == BUILT_IN.digest


def test_rules_of_an_installed_wheel_are_used(tmp_path: Path) -> None:
    install(wheel(tmp_path / "dist", {"moon_rules/deep/a.yaml": moon_rule()}), tmp_path / "site")
    (tmp_path / "a.jsonl").write_text(f'{{"type":"turn.started"}}\n{FAILED}\n')
    command = (sys.executable, "-m", "codexjob", "classify", "--format", "jsonl", str(tmp_path / "a.jsonl"))
    around = {"PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path)}
    shown = subprocess.run(command, check=False, capture_output=True, text=True, env=around)
    verdict = json.loads(shown.stdout)
    assert (verdict["cause"], shown.stderr) == ("moon.down", "")
    assert [one["origin"] for one in verdict["findings"]] == ["package moon-rules 1.2"]
    assert verdict["ruleset"] != BUILT_IN.digest


@pytest.mark.parametrize(
    ("files", "value", "told"),
    [
        ({}, "moon_rules", "there is no package `moon_rules`"),
        ({"moon_rules.py": ""}, "moon_rules", "`moon_rules` is no package with a folder of its own"),
        ({"moon_rules/a.txt": "rules: []"}, "moon_rules", "the package `moon_rules` holds no *.yaml"),
        ({"moon_rules/__init__.py": "1/0"}, "moon_rules.packs", "ZeroDivisionError: division by zero"),
        ({"moon_rules/__init__.py": "raise SystemExit"}, "moon_rules.packs", "SystemExit"),
        ({"moon_rules/a.yaml": "ruls: []"}, "moon_rules", "a.yaml:1:1: there is no key `ruls`"),
        ({"moon_rules/a.yaml": moon_rule("limit.rate")}, "moon_rules", "there is another rule `limit.rate`"),
    ],
    ids=["absent", "module", "empty", "raises", "exits", "wrong", "taken"],
)
def test_a_broken_distribution_is_told_once_and_left_out(
    *,
    files: dict[str, str],
    value: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    on_path(wheel(tmp_path, files, value), tmp_path / "site", monkeypatch)
    assert chosen_ruleset().digest == BUILT_IN.digest
    said = capsys.readouterr().err
    assert said.startswith("codexjob: the rules of package moon-rules 1.2")
    assert said.count("codexjob:") == 1
    assert told in said


def test_a_sound_distribution_beside_a_broken_one_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path(wheel(tmp_path, {"broken/a.yaml": "x"}, "broken", "a-broken"), tmp_path / "site", monkeypatch)
    on_path(wheel(tmp_path, {"moon_rules/a.yaml": moon_rule()}), tmp_path / "more", monkeypatch)
    assert "moon.down" in {rule.id for rule in chosen_ruleset().rules}


def test_a_package_is_looked_for_and_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"moon_pack/__init__.py": "raise SystemExit", "moon_pack/a.yaml": moon_rule()}
    on_path(wheel(tmp_path, files, "moon_pack"), tmp_path / "site", monkeypatch)
    assert "moon.down" in {rule.id for rule in chosen_ruleset().rules}


def test_the_users_own_folder_is_used() -> None:
    folder = user_folder()
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text(moon_rule())
    (rule,) = [rule for rule in chosen_ruleset().rules if rule.id == "moon.down"]
    assert rule.origin == "your own rules"


def test_the_projects_folders_are_used_in_their_order(alone: Path) -> None:
    for name in ("one", "two"):
        (alone / name).mkdir()
    (alone / "one" / "a.yaml").write_text(moon_rule())
    (alone / "two" / "a.yaml").write_text(moon_rule(extra="  replaces: true\n"))
    (alone / "codexjob.toml").write_text('rules = ["one", "two"]')
    (rule,) = [rule for rule in chosen_ruleset().rules if rule.id == "moon.down"]
    assert (rule.origin, rule.replaced) == ("codexjob.toml: two", f"{alone}/one/a.yaml:2")


def test_a_folder_that_is_not_there_is_told_with_the_line_that_names_it(alone: Path) -> None:
    (alone / "codexjob.toml").write_text('rules = [\n  "nowhere",\n]')
    with pytest.raises(UsageError, match=r"codexjob\.toml:2: there is no folder of rules .*nowhere"):
        chosen_ruleset()


@pytest.mark.parametrize("name", ["x" * 5000, "~nobody-of-that-name/rules", "loop"])
def test_a_name_that_no_folder_can_have_is_told_like_any_other(alone: Path, name: str) -> None:
    (alone / "loop").symlink_to("loop")
    with pytest.raises(RuleError, match="there is no such folder of rules"):
        chosen_ruleset([name])
    (alone / "codexjob.toml").write_text(f'rules = ["{name}"]')
    with pytest.raises(UsageError, match="there is no folder of rules"):
        chosen_ruleset()


def test_a_working_folder_that_is_gone_has_no_settings(alone: Path) -> None:
    alone.rmdir()
    assert chosen_ruleset().digest == BUILT_IN.digest


def test_a_mistake_in_ones_own_rules_is_an_error(alone: Path) -> None:
    (alone / "a.yaml").write_text("ruls: []")
    with pytest.raises(RuleError, match="there is no key `ruls`"):
        chosen_ruleset([str(alone)])


@pytest.mark.parametrize("named", [("compat",), ("compat", "compat")])
def test_the_pack_of_the_earlier_wrapper_is_named_like_a_folder(named: tuple[str, ...]) -> None:
    assert "compat.no_tokens" in {rule.id for rule in chosen_ruleset(named).rules}


def test_a_folder_called_compat_is_named_by_a_path(alone: Path) -> None:
    (alone / "compat").mkdir()
    (alone / "compat" / "a.yaml").write_text(moon_rule())
    ids = {rule.id for rule in chosen_ruleset(["./compat"]).rules}
    assert ("moon.down" in ids, "compat.no_tokens" in ids) == (True, False)


def test_a_project_can_switch_the_pack_on(alone: Path) -> None:
    (alone / "codexjob.toml").write_text('rules = ["compat"]')
    assert "compat.no_tokens" in {rule.id for rule in chosen_ruleset().rules}


def test_a_folder_named_twice_counts_once(alone: Path) -> None:
    (alone / "team").mkdir()
    (alone / "team" / "a.yaml").write_text(moon_rule())
    (alone / "codexjob.toml").write_text('rules = ["team"]')
    assert len(chosen_ruleset(["team"]).rules) == len(BUILT_IN.rules) + 1


def test_commands_show_where_a_rule_comes_from_and_what_it_replaces(alone: Path) -> None:
    (alone / "team").mkdir()
    (alone / "team" / "a.yaml").write_text(moon_rule("limit.rate", "  replaces: true\n"))
    (alone / "codexjob.toml").write_text('rules = ["team"]')
    (alone / "a.jsonl").write_text(f'{{"type":"turn.started"}}\n{FAILED}\n')
    (line,) = [line for line in codexjob("rules", "list").output.splitlines() if "limit.rate " in line]
    assert "codexjob.toml: team" in line
    assert "(replaces the rule in " in line
    assert "origin: codexjob.toml: team" in codexjob("rules", "show", "limit.rate").output
    assert "[limit.rate, from codexjob.toml: team]" in codexjob("classify", "a.jsonl").output
    assert "wins  from codexjob.toml: team" in codexjob("explain", "a.jsonl").output


def test_lint_of_the_projects_own_folder_does_not_meet_it_twice(alone: Path) -> None:
    (alone / "team").mkdir()
    (alone / "team" / "a.yaml").write_text(moon_rule())
    (alone / "codexjob.toml").write_text('rules = ["team"]')
    for named in ("team", ".", "team/a.yaml"):
        assert codexjob("rules", "lint", named).output == "0 errors, 0 warnings\n"


def test_a_job_is_judged_by_the_rules_that_are_named(
    fake_codex: Callable[[str], Path], repo: Path, alone: Path
) -> None:
    codex = fake_codex("session()\nsay('turn.failed', error={'message': 'the moon is down'})\nsys.exit(1)")
    (alone / "team").mkdir()
    (alone / "team" / "a.yaml").write_text(moon_rule())
    command = ("run", "--repo", str(repo), "--task", "x", "--codex", str(codex), "--rules", "team")
    subprocess.run([sys.executable, "-m", "codexjob", *command], check=False, stdin=subprocess.DEVNULL)
    (verdict,) = (alone / "runs").glob("*.verdict.json")
    assert json.loads(verdict.read_text())["cause"] == "moon.down"
