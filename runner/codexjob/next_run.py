"""From one run of a job to the request of the next."""

from collections.abc import Sequence
from dataclasses import replace

from logverdict.facts import Tokens
from logverdict.verdict import Verdict

from codexjob.action import Again, Budget
from codexjob.command import keeps_sessions
from codexjob.handover import handover
from codexjob.prompts import fresh_prompt, resume_prompt, review_prompt
from codexjob.request import JobRequest, RunRequest
from codexjob.runmeta import RunMeta
from codexjob.summary import JudgedRun


def first_request(job: JobRequest) -> RunRequest:
    """Give what a job begins with."""
    return RunRequest(job, "first", job.task, session_asked=job.resume)


def request_of(job: JobRequest, run: JudgedRun) -> RunRequest:
    """Give the request that led to a run, as far as its files tell: for a job that is taken up again."""
    return replace(
        first_request(job), session_asked=run.meta.session_asked, thread_tokens=_tokens_before(run.meta)
    )


def next_request(step: Again, before: RunRequest, last: JudgedRun) -> RunRequest:
    """Give the request of the run that a step asks for; `before` is the request of the last run."""
    meta, verdict, folder = last.meta, last.verdict, before.job.prompts
    same = replace(before, job_id=meta.job_id, codex_version=meta.codex_version, kind=step.kind)
    match step.kind:
        case "resume_review":
            same = replace(same, prompt=review_prompt(verdict, folder), session_asked=step.session_id)
        case "resume":
            same = replace(same, prompt=resume_prompt(verdict, folder), session_asked=step.session_id)
        case "fresh_session":
            brief = handover(last.files, before.job.repo)
            prompt = fresh_prompt(before.job.task, verdict, brief, folder)
            return replace(same, prompt=prompt, session_asked=None, thread_tokens=None)
        case _:
            return same
    return replace(same, thread_tokens=_used(before.thread_tokens, verdict.tokens))


def known_session(meta: RunMeta) -> tuple[str | None, str]:
    """Give the session that may be resumed, or null and why: never one that answered in place of another."""
    if not keeps_sessions(meta.argv):
        return None, "--ephemeral keeps no session"
    if meta.session_asked not in (None, meta.session_id):
        return None, "Codex did not open the session that was asked for"
    return meta.session_id, "Codex never began a session"


def budget_left(job: JobRequest, runs: Sequence[JudgedRun]) -> Budget:
    """Tell what a job may still do; a run after a wait for a limit or a lost supervisor is not charged."""
    budget = Budget(job.max_reviews, job.max_retries)
    befores: list[Verdict | None] = [None, *(run.verdict for run in runs)]
    for before, run in zip(befores, runs, strict=False):
        if before is None or before.action_taken not in (None, "retry_later"):
            budget = budget.after(run.meta.kind)
    return budget


def _tokens_before(meta: RunMeta) -> Tokens | None:
    if meta.input_tokens_before is None:
        return None
    return Tokens(
        input=meta.input_tokens_before,
        cached_input=meta.cached_input_tokens_before or 0,
        output=meta.output_tokens_before or 0,
    )


def _used(before: Tokens | None, own: Tokens) -> Tokens | None:
    """Add up what a session has used; unknown where one of its runs does not say."""
    if own.input is None or own.output is None:
        return before if own == Tokens() else None
    had = before or Tokens(0, 0, 0, 0)
    return Tokens(
        input=(had.input or 0) + own.input,
        cached_input=(had.cached_input or 0) + (own.cached_input or 0),
        output=(had.output or 0) + own.output,
    )
