"""What Codex is known to do, and which rule answers it: rows, each with a log that proves it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from logverdict.errors import SourceError
from logverdict.events import Part
from logverdict.meta import Meta
from logverdict.rulebook.schema import Filled, MetaItem
from logverdict.rulebook.yaml_tree import YamlError, parse_yaml, plain
from logverdict.source import Log
from logverdict.stored import Content
from logverdict.verdict import Action, Verdict

_SESSION: Final = "0199aaaa-0000-7000-8000-000000000001"
_BEGIN: Final = (
    f'{{"type":"thread.started","thread_id":"{_SESSION}"}}',
    '{"type":"turn.started"}',
)
_GOOD_END: Final = (
    '{"type":"item.completed","item":{"id":"z","type":"agent_message","text":"The list has three entries."}}',
    '{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":0,"output_tokens":5}}',
)
_BANNER: Final = (
    "OpenAI Codex v0.169.0", "--------", "workdir: /repo", "model: gpt-6", "provider: openai",
    "approval: never", "sandbox: workspace-write", f"session id: {_SESSION}", "--------",
    "user", "Make the tests pass.",
)  # fmt: skip
_NOTED: Final = '{"timestamp":"2026-11-22T15:09:22.118Z","type":'
_NEW_WORDS: Final = "Words that no rule knows."
_LOGS: Final = ("error", "start", "within", "log", "code")
_ANSWERS: Final = ("rule", "structure")


class CoverageRow(BaseModel):
    """One thing that Codex does. `outside` says why no log can show it; else a log proves what answers it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Filled
    versions: Filled = "all"
    shows: Filled | None = None
    error: Filled | None = None
    start: str | None = None
    within: str | None = None
    log: Filled | None = None
    code: Filled | None = None
    meta: MetaItem | None = None  # type: ignore[valid-type]
    rule: Filled | None = None
    structure: Filled | None = None
    action: Action | None = None
    outside: Filled | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "CoverageRow":
        logs, answers = self._given(_LOGS), self._given(_ANSWERS)
        wanted = (0, 0, False) if self.outside else (1, 1, True)
        if (len(logs), len(answers), self.action is not None) != wanted:
            raise ValueError(
                f"`{self.name}` needs one of {', '.join(_LOGS)}, one of {', '.join(_ANSWERS)}, "
                "and an action; or `outside` alone"
            )
        return self

    def _given(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if getattr(self, name) is not None]


class CoverageTable(BaseModel):
    """Rows of one kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Filled
    rows: tuple[CoverageRow, ...]


def read_coverage(file: Path) -> tuple[CoverageTable, ...]:
    """Read the tables.

    Raises:
        SourceError: the file cannot be read, or a row is not whole.
    """
    try:
        tree = plain(parse_yaml(file.read_text(encoding="utf-8")))
        return TypeAdapter(tuple[CoverageTable, ...]).validate_python(tree)
    except OSError as err:
        raise SourceError(f"{file} cannot be read: {err.strerror}") from err
    except YamlError as err:
        raise SourceError(f"{file}:{err.line}:{err.column}: {err}") from err
    except ValidationError as err:
        first = err.errors(include_url=False)[0]
        raise SourceError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from err


def proofs(row: CoverageRow) -> Iterator[Log]:
    """Make the logs that prove a row: of an error both the stream and the log for people."""
    if row.error is not None:
        said = json.dumps(row.error, ensure_ascii=False)
        failed = (
            f'{{"type":"error","message":{said}}}',
            f'{{"type":"turn.failed","error":{{"message":{said}}}}}',
        )
        yield _log(row, (*_BEGIN, *failed), 1)
        yield _log(row, (*_BANNER, *2 * (f"ERROR: {row.error}",)), 1)
    elif row.start is not None:
        yield _log(row, (row.start,), 1)
    elif row.within is not None:
        yield _log(row, (*_BEGIN, *row.within.splitlines(), *_GOOD_END), 0)
    elif row.code is not None:
        yield _log(row, _rollout(row.code), None)
    elif row.log is not None:
        yield _log(row, (row.log,), None)


def is_answered(row: CoverageRow, verdict: Verdict) -> bool:
    """Tell whether the verdict on a log of a row is what the row says."""
    fired = {one.rule for one in (*verdict.findings, *verdict.noise)}
    by_structure = verdict.decided_by == "default" and verdict.cause == row.structure
    return verdict.action == row.action and (row.rule in fired or by_structure)


def shape(row: CoverageRow) -> str:
    """Give what Codex prints, as far as one line shows it."""
    written = row.shows or row.error or row.start or row.within or row.code or row.log or ""
    return next((line for line in written.splitlines() if line.strip()), "")


def _rollout(code: str) -> tuple[str, ...]:
    error = json.dumps({"message": _NEW_WORDS, "codex_error_info": code})
    return (
        f'{_NOTED}"session_meta","payload":{{"id":"{_SESSION}","cwd":"/repo","cli_version":"0.169.0"}}}}',
        f'{_NOTED}"event_msg","payload":{{"type":"task_started","turn_id":"t"}}}}',
        f'{_NOTED}"event_msg","payload":{{"type":"task_complete","turn_id":"t","error":{error}}}}}',
    )


def _log(row: CoverageRow, lines: tuple[str, ...], exit_code: int | None) -> Log:
    given: BaseModel | None = row.meta
    known: Mapping[str, Any] = given.model_dump(exclude_unset=True) if given else {}
    parts: dict[Part, Content] = {"log": "".join(f"{line}\n" for line in lines).encode()}
    return Log(row.name, parts, Meta(**{"exit_code": exit_code, **known}))
