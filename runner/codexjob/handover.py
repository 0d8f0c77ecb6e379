"""What a fresh session must know of the one before: what was changed, its plan, the command that failed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from codexjob.files import RunFiles

_LINES: Final = 40
_OUTPUT: Final = 1500
_COMMAND: Final = 400


def handover(files: RunFiles, repo: Path) -> str:
    """Write the brief, in the words of the record and of git; empty where neither says anything."""
    parts = (_section("Changed so far, by git", _changed(repo)), *_of_record(files))
    return "\n\n".join(filter(None, parts))


def _of_record(files: RunFiles) -> Iterator[str]:
    from logverdict.classify import transcript_of
    from logverdict.events import Command, Plan
    from logverdict.source import read_run

    events = transcript_of(read_run(files.jsonl)).events
    plan = _last(event for event in events if isinstance(event, Plan))
    failed = _last(event for event in events if isinstance(event, Command) and event.exit_code)
    if isinstance(plan, Plan):
        yield _section("The last plan of the earlier session", plan.text.value)
    if isinstance(failed, Command):
        output = failed.output.value[-_OUTPUT:] if failed.output else ""
        shown = f"$ {failed.command.value[:_COMMAND]}\n{output}"
        yield _section(f"Its last command that failed, with exit status {failed.exit_code}", shown)


def _changed(repo: Path) -> str:
    from codexjob.verify.errors import GitFailed
    from codexjob.verify.git import git

    try:
        tracked = git(repo, "diff", "--stat", "--no-ext-diff", "--no-textconv", "HEAD").decode(
            errors="replace"
        )
        new = git(repo, "ls-files", "-z", "--others", "--exclude-standard").decode(errors="replace")
    except GitFailed:
        return ""
    return "\n".join([tracked.rstrip(), *(f" {name} | new" for name in new.split("\0") if name)]).strip("\n")


def _section(title: str, text: str) -> str:
    lines = text.strip("\n").splitlines()
    if not lines:
        return ""
    cut = [f"… ({len(lines) - _LINES} more lines)"] if len(lines) > _LINES else []
    return "\n".join([f"{title}:", *lines[:_LINES], *cut])


def _last(events: Iterable[object]) -> object:
    found = None
    for found in events:  # noqa: B007  the last one is wanted
        pass
    return found
