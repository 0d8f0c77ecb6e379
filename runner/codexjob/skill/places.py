"""Where Claude Code and Codex look for skills.

Codex 0.120.0, 0.125.0 and 0.169.0 were seen to read `~/.agents/skills`, and `.agents/skills` of a repository.
Claude Code, by its documentation, reads `skills` in its settings folder and `.claude/skills` of the project.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

Tool: TypeAlias = Literal["claude", "codex"]
TOOLS: Final[tuple[Tool, ...]] = ("claude", "codex")
NAME: Final = "codexjob"


@dataclass(frozen=True, slots=True)
class Place:
    """The folder that a tool reads this skill from."""

    tool: Tool
    folder: Path


def user_place(tool: Tool, environ: Mapping[str, str], home: Path) -> Place:
    """Name the folder for all of a user's projects."""
    if tool == "codex":
        return Place(tool, home / ".agents" / "skills" / NAME)
    given = environ.get("CLAUDE_CONFIG_DIR")
    return Place(tool, (Path(given) if given else home / ".claude") / "skills" / NAME)


def project_place(tool: Tool, project: Path) -> Place:
    """Name the folder for one project."""
    return Place(tool, project / {"claude": ".claude", "codex": ".agents"}[tool] / "skills" / NAME)
