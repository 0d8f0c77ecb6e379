"""Leave out of a rollout what is not ours to publish: OpenAI's instructions, tool descriptions, skills."""

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

LEFT_OUT: Final = "[left out]"
_KEYS: Final = frozenset(
    {
        "base_instructions",
        "developer_instructions",
        "dynamic_tools",
        "file_system_sandbox_policy",
        "host_skills",
        "instructions",
        "permission_profile",
        "tools",
        "user_instructions",
    }
)
_WHOLE: Final = ("world_state",)


def without_foreign_text(rollout: str, prompts: Collection[str]) -> str:
    """Write the rollout anew, without the texts that Codex itself adds; `prompts` are the user's own.

    A line that is not JSON, such as the last one of a run that was killed, stays as it is where it is short.
    """
    return "".join(f"{line}\n" for line in _lines(rollout, prompts))


def _lines(rollout: str, prompts: Collection[str]) -> Iterator[str]:
    for line in rollout.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            yield LEFT_OUT
            continue
        yield json.dumps(_entry(entry, prompts), ensure_ascii=False, separators=(",", ":"))


def _entry(entry: Any, prompts: Collection[str]) -> Any:
    if not isinstance(entry, dict):
        return LEFT_OUT
    payload = entry.get("payload")
    if entry.get("type") in _WHOLE:
        return {**entry, "payload": {"full": LEFT_OUT}}
    if isinstance(payload, dict) and payload.get("type") == "message":
        payload = {**payload, "content": _content(payload, prompts)}
    return {**entry, "payload": _without_keys(payload)}


def _content(message: dict[str, Any], prompts: Collection[str]) -> Any:
    content = message.get("content")
    if message.get("role") == "assistant" or not isinstance(content, list):
        return content
    return [part if _is_own(part, prompts) else {**part, "text": LEFT_OUT} for part in content]


def _is_own(part: Any, prompts: Collection[str]) -> bool:
    text = part.get("text") if isinstance(part, dict) else None
    return not isinstance(text, str) or text.strip() in prompts


def _without_keys(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_keys(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: LEFT_OUT if key in _KEYS and item else _without_keys(item) for key, item in value.items()}
