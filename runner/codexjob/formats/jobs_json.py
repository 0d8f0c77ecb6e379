"""The states of jobs as JSON documents."""

import json
from collections.abc import Iterable

from codexjob.life.jobfiles import JobFiles
from codexjob.life.overview import overview


def jobs_json(jobs: Iterable[JobFiles]) -> str:
    """Give one JSON document a line and job; ends with a line end."""
    return "".join(f"{json.dumps(overview(files))}\n" for files in jobs)
