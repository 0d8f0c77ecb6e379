import json
from typing import Any

import pytest
from codexjob.practice.steps import Call, Patch, Run
from codexjob.practice.tools import NoToolError, offered_tools, tool_call

PATCH = '*** Begin Patch\n*** Add File: a\n+it\'s "a"\n*** End Patch\n'


def offer(*tools: dict[str, Any]) -> dict[str, Any]:
    return {"tools": list(tools)}


def function(name: str) -> dict[str, Any]:
    return {"type": "function", "name": name}


def in_javascript(nested: bool) -> dict[str, Any]:
    tool = {"type": "custom", "name": "exec", "description": "tools.exec_command(), tools.apply_patch()"}
    listed = [{"type": "namespace", "name": "functions", "tools": [tool]}] if nested else [tool]
    other = {"type": "namespace", "name": "multi_agent", "tools": [function("shell")]}
    return {"input": [{"type": "additional_tools", "tools": [*listed, other]}]}


def call(step: Run | Patch | Call, request: dict[str, Any]) -> dict[str, Any]:
    return tool_call(step, offered_tools(request), "call_1")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("exec_command", {"cmd": "ls", "yield_time_ms": 30000}),
        ("shell_command", {"command": "ls"}),
        ("shell", {"command": ["bash", "-lc", "ls"]}),
        ("container.exec", {"command": ["bash", "-lc", "ls"]}),
    ],
)
def test_a_command_goes_to_whichever_shell_is_offered(name: str, arguments: dict[str, Any]) -> None:
    made = call(Run(run="ls"), offer(function("update_plan"), function(name)))
    assert (made["type"], made["name"], json.loads(made["arguments"])) == ("function_call", name, arguments)


def test_a_local_shell_has_a_call_of_its_own() -> None:
    made = call(Run(run="ls"), offer({"type": "local_shell"}))
    assert (made["type"], made["action"]["command"]) == ("local_shell_call", ["bash", "-lc", "ls"])


@pytest.mark.parametrize("nested", [True, False])
def test_a_model_that_writes_javascript_calls_tools_in_it(nested: bool) -> None:
    request = in_javascript(nested)
    run, patch = call(Run(run='echo "a"'), request), call(Patch(patch=PATCH), request)
    assert (run["type"], run["name"]) == ("custom_tool_call", "exec")
    assert 'tools.exec_command({"cmd": "echo \\"a\\""' in run["input"]
    assert f"tools.apply_patch({json.dumps(PATCH)})" in patch["input"]


def test_a_patch_goes_to_the_patch_tool_as_text_or_as_a_function() -> None:
    free = call(Patch(patch=PATCH), offer({"type": "custom", "name": "apply_patch"}))
    assert (free["type"], free["input"]) == ("custom_tool_call", PATCH)
    made = call(Patch(patch=PATCH), offer(function("apply_patch")))
    assert json.loads(made["arguments"]) == {"input": PATCH}


def test_a_patch_goes_through_the_shell_where_no_patch_tool_is_offered() -> None:
    listed = call(Patch(patch=PATCH), offer(function("shell")))
    assert json.loads(listed["arguments"]) == {"command": ["apply_patch", PATCH]}
    text = call(Patch(patch=PATCH), offer(function("exec_command")))
    assert json.loads(text["arguments"])["cmd"] == f"apply_patch <<'PATCH'\n{PATCH}PATCH\n"


def test_any_tool_can_be_called_with_text_or_with_arguments() -> None:
    assert call(Call(call="x", arguments="text"), {})["input"] == "text"
    assert json.loads(call(Call(call="x", arguments={"a": 1}), {})["arguments"]) == {"a": 1}


@pytest.mark.parametrize(
    "request_", [{}, {"tools": "no"}, {"tools": [1, {"type": "web_search"}], "input": [None]}]
)
def test_without_a_shell_tool_nothing_can_run(request_: dict[str, Any]) -> None:
    with pytest.raises(NoToolError):
        call(Run(run="ls"), request_)
