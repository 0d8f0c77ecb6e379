"""What a job does next: its verdicts, its totals and its clock laid before the policy."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from codexjob.action import CONTINUE, Situation, Step, Stop, decide, parse_time
from codexjob.next_run import budget_left, known_session
from codexjob.policy.table import Policy, default_policy
from codexjob.request import JobRequest
from codexjob.spending import Limits, passed_limit
from codexjob.summary import JudgedRun


def decided(job: JobRequest, runs: Sequence[JudgedRun], now: datetime) -> Step:
    """Choose what follows the last run of a job."""
    last = runs[-1]
    session, why = known_session(last.meta)
    at = Situation(
        budget=budget_left(job, runs),
        session_id=session,
        no_session=why,
        past=[run.verdict for run in runs[:-1]],
        policy=policy_of(job),
        now=now,
        deadline=deadline_of(job, runs),
    )
    step = decide(last.verdict, at)
    passed = passed_limit(Limits(job.max_tokens, job.max_cost), runs)
    is_over = passed is not None and (not isinstance(step, Stop) or last.meta.ended_by == "budget")
    return Stop("stop", f"It stops here: {passed}. {CONTINUE}") if is_over else step


def policy_of(job: JobRequest) -> Policy:
    """Give the policy that a job goes by."""
    return job.policy or default_policy()


def deadline_of(job: JobRequest, runs: Sequence[JudgedRun]) -> datetime | None:
    """Tell until when the job may wait by itself: so long after the begin of its first run."""
    if not job.unattended or not runs:
        return None
    return parse_time(runs[0].meta.started_at) + timedelta(seconds=job.unattended)
