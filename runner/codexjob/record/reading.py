"""Find and read the scenarios that are to be recorded."""

from collections.abc import Iterable
from pathlib import Path

from codexjob.practice.reading import read_scenario_as
from codexjob.record.errors import RecordError
from codexjob.record.scenario import RecordedScenario


def find_scenarios(named: Iterable[str], folder: Path) -> tuple[RecordedScenario, ...]:
    """Read the scenarios that are named: files, folders, or names of files in `folder`; by default all of it.

    Raises:
        ScenarioError: A file is wrong.
        RecordError: There is no such scenario, or two have the same name.
    """
    found = [path for name in named for path in _paths(name, folder)] or _all_in(folder)
    paths = tuple(dict.fromkeys(found))
    scenarios = tuple(read_scenario_as(RecordedScenario, path) for path in paths)
    seen: dict[str, Path] = {}
    for path, scenario in zip(paths, scenarios, strict=True):
        if scenario.name in seen:
            raise RecordError(
                f"{path}: {seen[scenario.name]} has the name {scenario.name} already: rename one"
            )
        seen[scenario.name] = path
    return scenarios


def _paths(name: str, folder: Path) -> list[Path]:
    given = Path(name)
    if given.is_dir():
        return _all_in(given)
    if given.is_file():
        return [given]
    known = folder / f"{name}.yaml"
    if not known.is_file():
        raise RecordError(f"there is no scenario {name}: name a file, a folder, or one of {folder}")
    return [known]


def _all_in(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.yaml"))
    if not found:
        raise RecordError(f"there are no scenarios in {folder}: name files, or start this in a checkout")
    return found
