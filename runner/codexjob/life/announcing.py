"""The first lines that a job prints, by which a script follows it."""

from typing import TextIO

from codexjob.files import RunFiles
from codexjob.say import say


def announce(stream: TextIO, files: RunFiles) -> None:
    """Print where the files of a run are, as `key=value` lines."""
    lines = (
        f"codex_run_id={files.run_id}",
        f"log_file={files.log}",
        f"meta_file={files.meta}",
        f"summary_file_pending={files.summary}",
    )
    say(stream, "".join(f"{line}\n" for line in lines))
