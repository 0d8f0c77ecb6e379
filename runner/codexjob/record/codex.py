"""The command line of a recorded run."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from codexjob.practice.model import PROVIDER
from codexjob.record.scenario import Mode, Provider, Resume, RunSettings

UNKNOWN_UUID: Final = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001"
UNKNOWN_NAME: Final = "no-such-session"
_STDIN: Final = "-"


def codex_argv(program: Path, settings: RunSettings, mode: Mode, repo: Path, url: str) -> tuple[str, ...]:
    """Write the part of the command line that both runs have; `url` is the scripted model."""
    return (
        str(program),
        "exec",
        *(("--json",) if mode == "json" else ()),
        "-C",
        str(repo),
        "-s",
        settings.sandbox,
        *_overrides(settings, url),
        *settings.args,
    )


def prompt_argv(settings: RunSettings, task: str) -> tuple[str, ...]:
    """Write the last part: the prompt, or where it comes from."""
    return {"stdin": (_STDIN,), "argument": (task,), "none": ()}[settings.prompt]


def resume_argv(resume: Resume, session: str | None) -> tuple[str, ...]:
    """Write the part that resumes; `session` is that of the first run."""
    asked = session_asked(resume, session)
    return ("resume", "--last" if asked is None else asked)


def session_asked(resume: Resume, session: str | None) -> str | None:
    """Tell which session is asked for; null where it is whichever is the last one."""
    asked = {"same": session, "unknown_uuid": UNKNOWN_UUID, "unknown_name": UNKNOWN_NAME, "last": None}
    return asked[resume.ask]


def _overrides(settings: RunSettings, url: str) -> Iterator[str]:
    table = ", ".join(f"{key} = {_toml(value)}" for key, value in _provider(settings.provider, url).items())
    values = [f"model_provider={_toml(PROVIDER)}", f"model_providers.{PROVIDER}={{{table}}}"]
    for value in (*values, *((f"model={_toml(settings.model)}",) if settings.model else ())):
        yield from ("-c", value)


def _provider(provider: Provider, url: str) -> Mapping[str, object]:
    given = provider.model_dump(exclude_none=True)
    return {"name": PROVIDER, **given, "base_url": provider.base_url or url}


def _toml(value: object) -> str:
    return json.dumps(value)
