"""Read a scenario file; every mistake is reported with its line, all at once."""

from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from logverdict.errors import Mistake
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from codexjob.practice.errors import ScenarioError
from codexjob.practice.scenario import Scenario

LONGEST_FILE: Final = 1_000_000
AnyScenario = TypeVar("AnyScenario", bound=Scenario)


def read_scenario(path: Path) -> Scenario:
    """Read and check one scenario file.

    Raises:
        ScenarioError: The file cannot be read, is no YAML, or says something that a scenario cannot say.
    """
    return read_scenario_as(Scenario, path)


def read_scenario_as(kind: type[AnyScenario], path: Path) -> AnyScenario:
    """Read and check one scenario file of a kind that says more than a plain one.

    Raises:
        ScenarioError: The file cannot be read, is no YAML, or says something that such a scenario cannot say.
    """
    text = _text(path)
    node, given = _yaml(path, text)
    try:
        return kind.model_validate(given)
    except ValidationError as err:
        lines = text.splitlines()
        mistakes = [_mistake(path, lines, node, detail) for detail in _own(err)]
        raise ScenarioError(tuple(sorted(mistakes, key=lambda m: (m.line, m.column)))) from err


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST_FILE + 1)
        if len(raw) > LONGEST_FILE:
            raise _single(path, 1, 1, f"a scenario is at most {LONGEST_FILE} bytes long")
        return raw.decode()
    except OSError as err:
        raise _single(path, 1, 1, f"cannot read the scenario: {err.strerror or err}") from err
    except UnicodeDecodeError as err:
        raise _single(path, 1, 1, "the scenario is not UTF-8 text") from err


def _yaml(path: Path, text: str) -> tuple[yaml.Node, Any]:
    try:
        loader = yaml.SafeLoader(text)
        # An alias can make a short file as large as memory; a scenario has no use for one.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, Loader=yaml.SafeLoader)):
            raise _single(path, 1, 1, "YAML aliases (*name) are not allowed in a scenario: write it out")
        node = loader.get_single_node()
        if node is None:
            raise _single(path, 1, 1, "the scenario is empty")
        return node, loader.construct_document(node)
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _single(path, line, column, f"not YAML: {err.problem or err.context}") from err
    except (yaml.YAMLError, ValueError) as err:
        raise _single(path, 1, 1, f"not YAML: {err}") from err
    except RecursionError as err:
        raise _single(path, 1, 1, "nested too deeply") from err


def _single(path: Path, line: int, column: int, message: str) -> ScenarioError:
    return ScenarioError((Mistake(str(path), line, column, message),))


def _own(error: ValidationError) -> list[ErrorDetails]:
    """Leave out "too short" of a list with wrong items: pydantic counts only the right ones."""
    details = error.errors(include_url=False)
    places = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    return [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in places]


def _mistake(path: Path, lines: list[str], node: yaml.Node, detail: ErrorDetails) -> Mistake:
    mark = _mark(node, detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "missing":
        message = f"{detail['loc'][-1]!r} is missing here"
    if detail["type"] == "extra_forbidden":
        message = f"{detail['loc'][-1]!r} is not known here"
    source = lines[mark.line] if mark.line < len(lines) else ""
    return Mistake(str(path), mark.line + 1, mark.column + 1, message, source)


def _mark(node: yaml.Node, loc: tuple[int | str, ...]) -> yaml.Mark:
    """Find where `loc` points; parts that are only pydantic's (tags, `steps` of a short form) are skipped."""
    mark: yaml.Mark = node.start_mark
    for part in loc:
        found = _child(node, part)
        if found is not None:
            mark, node = found
    return mark


def _child(node: yaml.Node, part: int | str) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark, node.value[part]
    return None
