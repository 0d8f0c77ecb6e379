"""What Codex is told in the runs that follow the first one: templates that the user can see and change."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from logverdict.verdict import Verdict

from codexjob.errors import UsageError

# The names that a template may use, each with what it stands for.
TEMPLATES: Final = {
    "review": ("reason", "evidence", "cause"),
    "resume": ("reason", "evidence", "cause"),
    "fresh": ("task", "reason", "evidence", "cause", "handover"),
}
_FINDINGS: Final = 5
_TEXT: Final = 400
_LARGEST: Final = 1 << 20


def review_prompt(verdict: Verdict, folder: Path | None = None) -> str:
    """Ask the session to check and finish its own work, naming what was found wrong."""
    return _filled("review", folder, verdict)


def resume_prompt(verdict: Verdict, folder: Path | None = None) -> str:
    """Ask a session that was cut to go on."""
    return _filled("resume", folder, verdict)


def fresh_prompt(task: str, verdict: Verdict, handover: str = "", folder: Path | None = None) -> str:
    """Give the task to a new session, with what it must know of the one before."""
    return _filled("fresh", folder, verdict, task=task, handover=handover)


def template(name: str, folder: Path | None = None) -> str:
    """Give a template: the user's `NAME.txt` in `folder`, else the one that codexjob comes with.

    Raises:
        UsageError: the user's cannot be read, or uses a name that is not there.
    """
    path = None if folder is None else folder / f"{name}.txt"
    if path is None or not path.exists():
        return _own(name)
    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST + 1).decode()
    except (OSError, UnicodeDecodeError) as err:
        raise UsageError(f"the template {path} cannot be read: {err}") from err
    _check(text, name, path)
    return text


def check_templates(folder: Path) -> None:
    """Read all templates of a folder, so that a mistake shows before Codex works for half an hour.

    Raises:
        UsageError: the folder is not there, or one of them cannot be used.
    """
    if not folder.is_dir():
        raise UsageError(f"the folder of prompts {folder} is not there: see codexjob prompts")
    for name in TEMPLATES:
        template(name, folder)


def _check(text: str, name: str, path: Path) -> None:
    found = Template(text)
    unknown = set(found.get_identifiers()) - set(TEMPLATES[name])
    known = ", ".join(f"${one}" for one in TEMPLATES[name])
    if unknown:
        raise UsageError(f"{path} uses ${min(unknown)}: there are {known}; write $$ for a dollar sign")
    if not found.is_valid():
        raise UsageError(f"{path} has a lone $: write $$ for a dollar sign; there are {known}")


@cache
def _own(name: str) -> str:
    return (files("codexjob") / "templates" / f"{name}.txt").read_text(encoding="utf-8")


def _filled(name: str, folder: Path | None, verdict: Verdict, **more: str) -> str:
    evidence = "\n".join(_evidence(verdict))
    words = {"reason": verdict.reason, "cause": verdict.cause, "evidence": evidence, **more}
    return Template(template(name, folder)).substitute(words).strip()


def _evidence(verdict: Verdict) -> list[str]:
    """Quote what the findings rest on, cut: it comes from this very session, so it is nothing new to it."""
    spoken = [evidence for finding in verdict.findings for evidence in finding.evidence]
    return [f"- {evidence.event}: {evidence.text[:_TEXT]}" for evidence in spoken[:_FINDINGS]]
