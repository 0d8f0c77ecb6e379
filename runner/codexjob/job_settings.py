"""What the settings of a project say about jobs: the policy, the variables for Codex, the prompts."""

from dataclasses import dataclass
from pathlib import Path

from codexjob.errors import UsageError
from codexjob.policy.reading import read_policy
from codexjob.policy.table import Policy, default_policy
from codexjob.prompts import check_templates
from codexjob.settings import Settings, expanded, find_settings


@dataclass(frozen=True, slots=True)
class JobSettings:
    """The policy, the names of variables for Codex, and the folder of prompts, null for the usual ones."""

    policy: Policy
    env: tuple[str, ...] = ()
    prompts: Path | None = None


def job_settings(start: Path) -> JobSettings:
    """Read the settings nearest to a folder.

    Raises:
        UsageError: one of them has no meaning; it says where.
    """
    found = find_settings(start)
    return JobSettings(_policy(found), _env(found), _prompts(found))


def _policy(found: Settings) -> Policy:
    table = found.table.get("policy", {})
    if not isinstance(table, dict):
        raise found.refused("policy", "`policy` is a table", "write [policy]")
    try:
        return read_policy(table, default_policy())
    except UsageError as err:
        raise found.refused("policy", str(err)) from err


def _env(found: Settings) -> tuple[str, ...]:
    names = found.table.get("env", [])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise found.refused("env", "`env` is a list of names of variables", 'write env = ["DATABASE_URL"]')
    return tuple(names)


def _prompts(found: Settings) -> Path | None:
    name = found.table.get("prompts")
    if name is None:
        return None
    if not isinstance(name, str) or found.file is None:
        raise found.refused("prompts", "`prompts` is a folder", 'write prompts = "prompts"')
    folder = found.file.parent / expanded(name)
    try:
        check_templates(folder)
    except UsageError as err:
        raise found.refused("prompts", str(err)) from err
    return folder
