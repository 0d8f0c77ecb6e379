"""Prepare a home for Codex that needs no account and speaks to nobody but the configured model."""

from pathlib import Path
from typing import Final

from codexjob.practice.errors import PracticeError

# Measured with strace on 0.120.0, 0.125.0 and 0.169.0: with these, nothing but loopback is connected to.
# Without them Codex looks up chatgpt.com (apps, metrics) and api.github.com (plugins) at every start.
CONFIG: Final = """\
check_for_update_on_startup = false

[analytics]
enabled = false

[otel]
exporter = "none"
metrics_exporter = "none"

[features]
apps = false
plugins = false
"""


def codex_home(folder: Path) -> Path:
    """Make `folder` an empty Codex home, to be given as CODEX_HOME; one that is there already is kept.

    It should not be below /tmp: Codex warns of that in every run.

    Raises:
        PracticeError: The folder cannot be made or written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "config.toml").write_text(CONFIG)
    except OSError as err:
        raise PracticeError(f"cannot prepare Codex's home {folder}: {err.strerror or err}") from err
    return folder.resolve()
