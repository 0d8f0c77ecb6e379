"""A finished job as one JSON document."""

import json

from codexjob.job import JobOutcome
from codexjob.summary import summary


def job_json(outcome: JobOutcome) -> str:
    """Give the summary of the job's last run, which lists all runs; ends with a line end."""
    return json.dumps(summary(outcome.last, outcome.runs, is_done=True), indent=2) + "\n"
