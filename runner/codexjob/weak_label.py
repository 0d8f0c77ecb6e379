"""A review that changed and found nothing speaks against the verdict that asked for it: a weak label."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from codexjob.errors import CodexjobError
from codexjob.secrecy.chokepoint import without_secrets
from codexjob.summary import JudgedRun
from codexjob.telling.appending import append_line

SCHEMA: Final = "codexjob.weak_label/1"
_NAME: Final = "codexjob.weak-labels"


def weak_label_file(folder: Path) -> Path:
    """Name the file of a log folder that keeps weak labels, one JSON object a line."""
    return folder / _NAME


def note_weak_label(runs: Sequence[JudgedRun], repo: Path) -> bool:
    """Note what the last run, a review, says of the verdict on the run before it; tell whether it does.

    It says nothing where it changed a file or is no success itself. It is the word of the agent on its own
    work, so it is weak: never used for a verdict, but worth a look where it piles up for one rule.
    """
    if len(runs) < 2 or not _found_nothing(runs[-1], repo):  # noqa: PLR2004  a review and what it reviews
        return False
    reviewed, review = runs[-2], runs[-1]
    label = {
        "schema": SCHEMA,
        "path": str(reviewed.files.jsonl),
        "truth": "success",
        "weight": "weak",
        "verdict": reviewed.verdict.verdict,
        "cause": reviewed.verdict.cause,
        "review": review.meta.run_id,
        "at": review.meta.ended_at,
    }
    with suppress(OSError):
        append_line(weak_label_file(review.files.folder), json.dumps(without_secrets(label)))
    return True


def _found_nothing(review: JudgedRun, repo: Path) -> bool:
    from codexjob.verify.before import read_before
    from codexjob.verify.snapshot import changes, snapshot

    if review.meta.kind != "resume_review" or not review.verdict.success:
        return False
    before = read_before(review.files, repo)
    if before is None:
        return False
    try:
        return not changes(before.state, snapshot(repo, ignoring=review.files.folder))
    except CodexjobError:
        return False
