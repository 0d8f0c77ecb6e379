"""The usual case, known without any library: nothing but the built-in rules applies, and they are kept.

Wherever it is not plain that this is so, nothing is said here, and what knows all the sources of rules is
asked: `rule_sources`, and the library for a user's folders. They take 12 ms to load, more than a short log.
"""

import os
import sys
from typing import Final

from logverdict.rulebook import Ruleset
from logverdict.rulebook.kept import kept_ruleset, key_of
from logverdict.rulebook.pack_folder import BUILT_IN
from logverdict.rulebook.packaged import OFF_BY_DEFAULT, built_in_folder

from codexjob.installed_packs import may_be_installed

OWN_FILE: Final = "codexjob.toml"
PROJECT_FILE: Final = "pyproject.toml"
_LARGEST: Final = 1_000_000


def usual_ruleset() -> Ruleset | None:
    """Give the built-in rules as they are kept; null where other rules may apply, or none are kept."""
    cache, config = _own_folder("XDG_CACHE_HOME", ".cache"), _own_folder("XDG_CONFIG_HOME", ".config")
    built_in = built_in_folder()
    if cache is None or config is None or built_in is None:
        return None
    if os.path.lexists(os.path.join(config, "rules")) or may_be_installed() or _is_in_project():
        return None
    key = key_of([(built_in, BUILT_IN, OFF_BY_DEFAULT)])
    return kept_ruleset(cache, key) if key else None


def _own_folder(variable: str, below_home: str) -> str | None:
    """Name the program's own folder below one of the user's; null where platformdirs is to be asked."""
    if sys.platform != "linux" or "ANDROID_DATA" in os.environ:
        return None
    named, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
    if named.startswith("/"):
        return os.path.join(named, "codexjob")
    return os.path.join(home, below_home, "codexjob") if home.startswith("/") else None


def _is_in_project() -> bool:
    """Tell whether a file in or above the working folder may name rules; also where that cannot be told."""
    try:
        folder = os.getcwd()
        while not _has_settings(folder):
            above = os.path.dirname(folder)
            if above == folder:
                return False
            folder = above
    except OSError:
        return True
    return True


def _has_settings(folder: str) -> bool:
    if os.path.lexists(os.path.join(folder, OWN_FILE)):
        return True
    project = os.path.join(folder, PROJECT_FILE)
    if not os.path.lexists(project):
        return False
    with open(project, "rb") as stream:
        text = stream.read(_LARGEST + 1)
    return len(text) > _LARGEST or _may_have_table(text)


def _may_have_table(text: bytes) -> bool:
    """Tell whether `tool.codexjob` may be written somewhere in a TOML file, which takes long to parse."""
    # Nearly every pyproject.toml is about something else, or only names the program.
    if b"codexjob" not in text:
        return False
    lines = [line.translate(None, b" \t\"'") for line in text.splitlines()]
    return b"\\u" in text.lower() or any(
        line.startswith((b"[tool]", b"tool=")) or (b"tool" in line and b"codexjob" in line) for line in lines
    )
