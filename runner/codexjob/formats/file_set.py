"""The files of a run in one line, as a shell's braces."""

import os

from codexjob.files import RunFiles


def file_set(files: RunFiles) -> str:
    """Write the files of a run that are there as `FOLDER/codex-run-<id>.{log,jsonl,…}`.

    The path is relative where it lies below the current folder.
    """
    stem = files.log.with_suffix("")
    paths = (files.log, files.jsonl, files.stderr, files.meta, files.verdict, files.summary)
    endings = [path.name.removeprefix(f"{stem.name}.") for path in paths if path.is_file()]
    below = os.path.relpath(stem)
    return f"{stem if below.startswith('..') else below}.{{{','.join(endings)}}}"
