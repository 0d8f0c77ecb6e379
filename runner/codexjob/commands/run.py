"""`codexjob run`: run Codex on a task, judge the run, and do what the verdict asks for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Final, NoReturn, TextIO

import typer

from codexjob.duration import parse_duration
from codexjob.errors import CodexjobError
from codexjob.exit_status import INTERRUPTED
from codexjob.files import RunFiles, make_folder
from codexjob.formats.job_json import job_json
from codexjob.formats.job_text import job_text
from codexjob.interrupt import noting_signals
from codexjob.job import JobOutcome, JobSetting, run_job
from codexjob.judging import packaged_judge
from codexjob.launch import Surroundings
from codexjob.request import JobRequest, read_task
from codexjob.say import say
from codexjob.sessions import session_to_resume

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
    max_reviews: Annotated[int, typer.Option(min=0, help="How many reviews the job may ask for.")] = 1,
    max_retries: Annotated[
        int, typer.Option(min=0, help="How many times it may retry, resume or restart.")
    ] = 2,
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
        job = JobRequest(
            repo=repo.expanduser().absolute(),
            task=read_task(task, task_file, from_stdin=from_stdin),
            resume=None if resume is None else session_to_resume(resume, folder),
            model=model,
            timeout=parse_duration(timeout, "--timeout"),
            no_progress=parse_duration(no_progress, "--no-progress"),
            max_reviews=max_reviews,
            max_retries=max_retries,
            codex=codex,
            codex_args=tuple(context.args[from_stdin:]),
        )
        outcome = _run(job, folder, sys.stdout if output is Format.text else sys.stderr)
    _show(outcome, output)


@contextmanager
def _mistakes_as_messages() -> Iterator[None]:
    try:
        yield
    except CodexjobError as err:
        say(sys.stderr, f"codexjob: {err}\n")
        raise typer.Exit(err.exit_status) from err
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _run(job: JobRequest, folder: Path, announced: TextIO) -> JobOutcome:
    judge = packaged_judge()
    with noting_signals() as interrupts:
        around = Surroundings(make_folder(folder), interrupts, announce=partial(_announce, announced))
        return run_job(job, JobSetting(around, judge, tell=_tell))


def _show(outcome: JobOutcome, output: Format) -> NoReturn:
    say(sys.stdout, job_text(outcome) if output is Format.text else job_json(outcome))
    raise typer.Exit(outcome.exit_status)


def _announce(stream: TextIO, files: RunFiles) -> None:
    lines = (
        f"codex_run_id={files.run_id}",
        f"log_file={files.log}",
        f"meta_file={files.meta}",
        f"summary_file_pending={files.summary}",
    )
    say(stream, "".join(f"{line}\n" for line in lines))


def _tell(line: str) -> None:
    say(sys.stderr, f"codexjob: {line}\n")
