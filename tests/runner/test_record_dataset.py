"""The dataset that is stored: complete, up to date with its scenarios, and free of what is not ours."""

import re
from pathlib import Path

import pytest
from codexjob.record import find_scenarios
from codexjob.record.label import Label, read_labels, relabelled
from codexjob.record.record import SUFFIXES
from codexjob.record.scenario import MODES, RecordedScenario
from codexjob.record.store import Store

ROOT = Path(__file__).resolve().parents[2]
RUNS = ROOT / "datasets" / "runs"
VERSIONS = ("0.42.0", "0.63.0", "0.98.0", "0.125.0", "0.144.6", "0.155.1", "0.169.0")
# How OpenAI's instructions and descriptions begin, in any version; and folders of a machine.
FOREIGN = re.compile(
    rb"You are Codex|You are a coding agent|You are running as a|<permissions instructions>|## Skills"
    rb"|<collaboration_mode>|Run JavaScript code|<environment_context>\\n|/(?:root|work)/"
)
LARGEST = 15 * 1024 * 1024


@pytest.fixture(scope="module")
def scenarios() -> dict[str, RecordedScenario]:
    return {scenario.name: scenario for scenario in find_scenarios((), ROOT / "datasets" / "scenarios")}


@pytest.fixture(scope="module")
def labels() -> tuple[Label, ...]:
    return read_labels(ROOT / "datasets" / "labels.jsonl")


def test_every_scenario_is_recorded_for_every_version_and_mode(
    scenarios: dict[str, RecordedScenario], labels: tuple[Label, ...]
) -> None:
    assert len(scenarios) >= 120
    wanted = {
        (scenario.name, version, mode)
        for scenario in scenarios.values()
        for version in VERSIONS
        for mode in MODES
        if scenario.plays_on(version, mode)
    }
    assert {label.key for label in labels} == wanted


def test_no_record_is_older_than_its_scenario(
    scenarios: dict[str, RecordedScenario], labels: tuple[Label, ...]
) -> None:
    stale = [label.file for label in labels if label.digest != scenarios[label.scenario].digest]
    assert not stale, "record them again: codexjob record --stale"


def test_every_label_says_what_its_scenario_says_and_its_record_shows_it(
    scenarios: dict[str, RecordedScenario], labels: tuple[Label, ...]
) -> None:
    store = Store(RUNS)
    for label in labels:
        parts = store.parts(label.scenario, label.version, label.mode)
        assert relabelled(label, scenarios[label.scenario], parts) == label, "codexjob record --relabel"
        assert not label.lacks_its_line, label.file


def test_a_family_stands_in_one_split_only(labels: tuple[Label, ...]) -> None:
    splits = {(label.family, label.split) for label in labels}
    assert len(splits) == len({family for family, _ in splits})


def test_the_store_is_small() -> None:
    assert sum(path.stat().st_size for path in RUNS.parent.rglob("*") if path.is_file()) < LARGEST


def test_the_store_holds_its_labels_files_and_nothing_foreign(
    labels: tuple[Label, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain = tmp_path_factory.mktemp("plain")
    assert Store(RUNS).unpack(plain) == len(labels)
    files = {
        path.relative_to(plain).as_posix(): path.read_bytes() for path in plain.rglob("*.*") if path.is_file()
    }
    assert set(files) == {
        f"{label.file}{SUFFIXES[label.mode][part]}" for label in labels for part in label.parts
    }
    assert not [name for name, text in files.items() if FOREIGN.search(text)]
