"""`codexjob run`: run Codex on a task, judge the run, and do what the verdict asks for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import typer

from codexjob.duration import parse_duration
from codexjob.errors import CodexjobError, UsageError
from codexjob.exit_status import INTERRUPTED
from codexjob.job_settings import job_settings
from codexjob.life.store import Asked
from codexjob.request import JobRequest, read_task
from codexjob.rules_option import RulesOption
from codexjob.say import say
from codexjob.sessions import session_to_resume
from codexjob.telling_options import (
    CommandsOption,
    CompatOption,
    EnvOption,
    ShellOption,
    StreamOption,
    TargetsOption,
    TimeoutOption,
    UrlsOption,
    telling_of,
)

# For `app.command`: what follows `--` comes as extra arguments.
CONTEXT: Final = {"allow_extra_args": True}
_STDIN: Final = "-"


class Format(StrEnum):
    """How the end of the job is written."""

    text = "text"
    json = "json"


def run_command(
    context: typer.Context,
    *,
    repo: Annotated[Path, typer.Option(help="The folder that Codex works in.")],
    task: Annotated[
        str | None, typer.Option(help="What Codex should do; - alone reads it from stdin.")
    ] = None,
    task_file: Annotated[Path | None, typer.Option(help="A UTF-8 text file with the task.")] = None,
    resume: Annotated[str | None, typer.Option(help="A session id, or a run id of the log folder.")] = None,
    model: Annotated[str | None, typer.Option(help="The model, as Codex names it.")] = None,
    timeout: Annotated[str, typer.Option(help="End a run after this long: 90s, 30m, 1h30m.")] = "30m",
    no_progress: Annotated[str, typer.Option(help="End a run that shows nothing new for this long.")] = "10m",
    max_reviews: Annotated[
        int | None, typer.Option(min=0, help="How many reviews the job may ask for.  [default: 1]")
    ] = None,
    max_retries: Annotated[
        int | None, typer.Option(min=0, help="How many times it may retry, resume or restart.  [default: 2]")
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="End the job after this many tokens: uncached input and output.")
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            help="End the job after this many US dollars, where the model's price is known; needs [prices].",
        ),
    ] = None,
    unattended: Annotated[
        str | None, typer.Option(help="Wait for limits too, at most until this long after the begin: 12h.")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Look for itself at a run called done: syntax and tests.")
    ] = False,
    test_command: Annotated[
        str | None, typer.Option(help="Run this with --verify, instead of the tests that are found.")
    ] = None,
    rules: RulesOption = None,
    env: EnvOption = None,
    event_stream: StreamOption = None,
    notify_cmd: CommandsOption = None,
    notify_shell: ShellOption = False,
    notify_timeout: TimeoutOption = "10s",
    notify_url: UrlsOption = None,
    notify: TargetsOption = None,
    compat: CompatOption = False,
    detach: Annotated[
        bool, typer.Option("--detach", help="Return at once; the job lives on without this terminal.")
    ] = False,
    worktree: Annotated[
        bool, typer.Option("--worktree", help="Work in a git worktree of the job's own, which is kept.")
    ] = False,
    max_parallel: Annotated[
        int,
        typer.Option(
            min=1, envvar="CODEXJOB_MAX_PARALLEL", help="How many jobs of the log folder run at once."
        ),
    ] = 8,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Refuse where the repository is in use or no place is free.")
    ] = False,
    log_dir: Annotated[Path, typer.Option(help="Where the files of all runs are written.")] = Path("runs"),
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json for programs.")
    ] = Format.text,
    codex: Annotated[str, typer.Option(envvar="CODEXJOB_CODEX", help="The Codex program.")] = "codex",
) -> None:
    """Run Codex on a task, judge each run and act on the verdict; options for Codex go after --."""
    with _mistakes_as_messages():
        from_stdin = context.args[:1] == [_STDIN]
        folder = log_dir.expanduser().absolute()
        said = job_settings(Path.cwd())
        job = JobRequest(
            repo=repo.expanduser().absolute(),
            task=read_task(task, task_file, from_stdin=from_stdin),
            resume=None if resume is None else session_to_resume(resume, folder),
            model=model,
            timeout=parse_duration(timeout, "--timeout"),
            no_progress=parse_duration(no_progress, "--no-progress"),
            max_reviews=said.policy.reviews if max_reviews is None else max_reviews,
            max_retries=said.policy.retries if max_retries is None else max_retries,
            codex=codex,
            codex_args=tuple(context.args[from_stdin:]),
            verify=_verifies(verify, test_command),
            test_command=test_command,
            env=(*said.env, *(env or ())),
            policy=said.policy,
            unattended=parse_duration(unattended, "--unattended") if unattended else said.policy.unattended,
            prompts=said.prompts,
            max_tokens=max_tokens,
            max_cost=_held(max_cost),
        )
        told = telling_of(
            event_stream,
            notify_cmd,
            notify_url,
            notify,
            is_shell=notify_shell,
            is_compat=compat,
            timeout=notify_timeout,
        )
        asked = Asked(
            job,
            cwd=Path.cwd(),
            max_parallel=max_parallel,
            rules=tuple(rules or ()),
            worktree=worktree,
            wait=not no_wait,
            detached=detach,
            telling=told,
        )
        status = _run(asked, folder, is_json=output is Format.json)
    raise typer.Exit(status)


def _run(asked: Asked, folder: Path, *, is_json: bool) -> int:
    # Each loads what it needs: whoever detaches a job waits for that twice, here and in the supervisor.
    if asked.detached:
        from codexjob.life.leave import leave

        return leave(asked, folder, is_json=is_json)
    from codexjob.life.foreground import run_here

    return run_here(asked, folder, is_json=is_json)


def _held(max_cost: float | None) -> float | None:
    if max_cost is not None and find_spec("genai_prices") is None:
        raise UsageError("--max-cost needs the extra: python -m pip install 'codexjob[prices]'")
    return max_cost


def _verifies(verify: bool, test_command: str | None) -> bool:
    if verify or test_command is not None:
        from codexjob.verify.after_run import make_ready

        make_ready(test_command)
        return True
    return False


@contextmanager
def _mistakes_as_messages() -> Iterator[None]:
    try:
        yield
    except CodexjobError as err:
        say(sys.stderr, f"codexjob: {err}\n")
        raise typer.Exit(err.exit_status) from err
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
