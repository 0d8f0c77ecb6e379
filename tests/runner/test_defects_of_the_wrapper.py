"""The defects of the earlier shell wrapper, each by its number in docs/life.md: none may come back here."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from codexjob.formats.jobs_text import jobs_text
from codexjob.ids import new_run_id
from codexjob.job import JobOutcome, JobSetting, Judge, run_job
from codexjob.judging import packaged_judge
from codexjob.launch import Surroundings, launch
from codexjob.life.ask import await_rest
from codexjob.life.create import HeldJob, create
from codexjob.life.detach import start_supervisor
from codexjob.life.identity import identity_of
from codexjob.life.jobfiles import JobFiles, jobs_in
from codexjob.life.recover import recover
from codexjob.life.store import Asked, read_state
from codexjob.life.supervisor import LifeSetting, supervise
from codexjob.request import JobRequest, RunRequest

Job = Callable[..., JobRequest]
FakeCodex = Callable[[str], Path]
Run = Callable[..., JobOutcome]
ReadJson = Callable[[Path], Any]
TOKENS_USED = "item('completed', 'agent_message', text='tokens used\\n1,234')\n"
WORKED = (
    "item('completed', 'command_execution', command='make', aggregated_output='', exit_code=0, "
    "status='completed')\n"
)
BROKEN = WORKED.replace("exit_code=0", "exit_code=2").replace("'completed')\n", "'failed')\n")
# A person who watches types nothing: the end comes from the process itself.
RATE_LIMITED = (
    "say('turn.failed', error={'message': 'exceeded retry limit, last status: 429 Too Many Requests'})\n"
    "sys.exit(1)"
)
HANGING = "session()\ntime.sleep(120)"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return packaged_judge()


@pytest.fixture
def run(around: Surroundings, job: Job, fake_codex: FakeCodex, judge: Judge) -> Run:
    """Run a job on a fake Codex, judged by the built-in rules."""

    def play(body: str, **changes: Any) -> JobOutcome:
        changes = {"max_retries": 0, "max_reviews": 0, **changes}
        return run_job(job(fake_codex(body), **changes), JobSetting(around, judge, pause=0.0))

    return play


@dataclass(frozen=True)
class HeldAsked:
    """A job that was created, and what it is asked."""

    held: HeldJob
    asked: Asked


@pytest.fixture
def ask(job: Job, fake_codex: FakeCodex, folder: Path) -> Callable[[str], HeldAsked]:
    """Create a job of one run on a fake Codex."""

    def make(body: str) -> HeldAsked:
        asked = Asked(job(fake_codex(body), max_retries=0, max_reviews=0), folder, max_parallel=8)
        return HeldAsked(create(folder, asked), asked)

    return make


@pytest.fixture
def live(around: Surroundings, judge: Judge) -> Callable[[HeldAsked], JobOutcome]:
    """Live a job in this process."""
    setting = LifeSetting(lambda: judge, around.interrupts, graces=around.graces)
    return lambda one: supervise(one.held, one.asked, setting)


def codexjob(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "codexjob", *words], cwd=cwd, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_every_defect_has_its_row_and_every_row_its_tests() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "life.md").read_text()
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", page, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 27))
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_defects_*.py"))
    for number, here in rows:
        names = re.findall(r"`(test_defect_\w+)`", here)
        assert names or "cannot occur" in here
        assert all(name.startswith(f"test_defect_{int(number):02}_") for name in names)
        assert [name for name in names if f"def {name}(" not in tests] == []


def test_defect_01_a_job_that_changes_the_program_under_way_does_not_change_the_run(
    fake_codex: FakeCodex, repo: Path
) -> None:
    # The wrapper's shell read on in a file that the job was editing. Here all that a run needs is loaded
    # before Codex starts: its own files cannot change under it.
    body = f"""session()
open({str(repo / "up")!r}, "w").close()
while not os.path.exists({str(repo / "go")!r}):
    time.sleep(0.05)
{WORKED}done("The work is done.")"""
    code = f"""
import sys, threading, time
from pathlib import Path
from codexjob.__main__ import main
late = []
def watch():
    while not Path({str(repo / "up")!r}).exists():
        time.sleep(0.02)
    before = set(sys.modules)
    open({str(repo / "go")!r}, "w").close()
    late.append(before)
threading.Thread(target=watch).start()
sys.argv = ["codexjob", "run", "--repo", {str(repo)!r}, "--task", "x", "--codex", {str(fake_codex(body))!r}]
try:
    main()
except SystemExit as ended:
    print(ended.code, [n for n in set(sys.modules) - late[0] if n.startswith(("codexjob", "logverdict"))])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repo.parent, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines()[-1].partition(" ")[2] == "[]"


def test_defect_02_a_failed_inner_command_is_no_failure_of_codex(run: Run) -> None:
    outcome = run(f"session()\n{BROKEN}{WORKED}done('The build was broken; it is repaired.')")
    assert (outcome.last.meta.exit_code, outcome.last.meta.ended_by) == (0, "codex")
    assert outcome.last.verdict.finished
    failed = run(f"session()\n{TOKENS_USED}say('turn.failed', error={{'message': 'boom'}})\nsys.exit(1)")
    assert not failed.last.verdict.success


@pytest.mark.parametrize(
    ("body", "task", "limit"),
    [
        (f"session()\n{TOKENS_USED}{RATE_LIMITED}", "do it", 30.0),
        (f"session()\n{TOKENS_USED}time.sleep(60)", "do it", 1.0),
        ("sys.exit(1)", "print the words tokens used", 30.0),
    ],
    ids=["rate limit", "time limit", "prompt"],
)
def test_defect_03_tokens_used_makes_no_success(body: str, task: str, limit: float, run: Run) -> None:
    outcome = run(body, task=task, timeout=limit)
    assert not outcome.last.verdict.success
    assert outcome.exit_status != 0


def test_defect_04_a_review_is_made_and_its_end_is_the_jobs(run: Run) -> None:
    red = WORKED.replace("'make'", "'pytest'").replace("exit_code=0", "exit_code=1")
    green = WORKED.replace("'make'", "'pytest'")
    body = f"session()\nif resumed:\n    {green}else:\n    {red}done('All tests pass.')"
    outcome = run(body, max_reviews=1)
    assert [one.meta.kind for one in outcome.runs] == ["first", "resume_review"]
    assert outcome.exit_status == (0 if outcome.last.verdict.success else 1)
    assert outcome.last.meta.exit_code == 0


def test_defect_05_exactly_the_model_that_was_named_is_passed(run: Run) -> None:
    argv = run("session()\ndone()", model="gpt-5.2").last.meta.argv
    assert [argv[place + 1] for place, word in enumerate(argv) if word == "-m"] == ["gpt-5.2"]


def test_defect_06_every_option_that_the_documents_name_is_there(repo: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    pages = [root / "README.md", root / "docs" / "life.md"]
    for name, *options in _commands("".join(page.read_text() for page in pages)):
        shown = codexjob(repo, name, "--help").stdout
        assert [option for option in options if option not in shown] == [], name


def _commands(text: str) -> list[list[str]]:
    """Take the commands of a page, each sub-command's options together, without what is for Codex."""
    found: dict[str, set[str]] = {}
    for piece in text.split("codexjob ")[1:]:
        line = piece.splitlines()[0].split("`")[0].split(" -- ")[0]
        words = [word.strip("\"'[]`,.;:)|…").partition("=")[0] for word in line.split()]
        if words and words[0] in ("run", "list", "show", "tail", "wait", "cancel", "recover", "classify"):
            found.setdefault(words[0], set()).update(word for word in words if word.startswith("--"))
    return [[name, *sorted(options - {"--"})] for name, options in found.items()]


@pytest.mark.parametrize("ending", ["done()", "sys.exit(1)"], ids=["success", "failure"])
def test_defect_07_only_what_the_run_started_is_ended(ending: str, run: Run, tmp_path: Path) -> None:
    bystander = subprocess.Popen(["sleep", "120"], env={**os.environ, "CODEXJOB_RUN_ID": "another"})
    pid = tmp_path / "pid"
    leave = f"open({str(pid)!r}, 'w').write(str(subprocess.Popen(['sleep', '120']).pid))\n"
    try:
        run(f"session()\n{leave}{ending}")
        assert bystander.poll() is None
        assert not psutil.pid_exists(int(pid.read_text()))
    finally:
        bystander.kill()
        bystander.wait()


def test_defect_09_codex_waits_for_no_input(run: Run) -> None:
    outcome = run("assert sys.stdin.buffer.read() == b''\nsession()\ndone()", timeout=60.0)
    assert outcome.last.meta.exit_code == 0


def test_defect_10_a_grandchild_cannot_hold_up_the_end(run: Run) -> None:
    stubborn = "import signal, time\nsignal.signal(15, signal.SIG_IGN)\ntime.sleep(600)"
    body = f"session()\nsubprocess.Popen([sys.executable, '-c', {stubborn!r}], start_new_session=True)\n"
    deaf = "for number in (2, 15):\n    signal.signal(number, signal.SIG_IGN)\ntime.sleep(600)"
    outcome = run(body + deaf, timeout=1.0)
    assert (outcome.last.meta.ended_by, outcome.last.meta.leftovers) == ("timeout", ())
    assert outcome.last.meta.leftovers_ended == 1


def test_defect_11_a_signal_is_handed_on_at_once(run: Run, around: Surroundings) -> None:
    timer = threading.Timer(1.0, around.interrupts.note, (signal.SIGTERM,))
    timer.start()
    outcome = run(HANGING)
    assert outcome.last.meta.ended_by == "cancelled"
    assert outcome.exit_status == 128 + signal.SIGTERM


@pytest.fixture
def detached(folder: Path, job: Job, fake_codex: FakeCodex) -> Iterator[Callable[[str], JobFiles]]:
    """Start a detached job on a fake Codex and wait until it shows a session."""

    def start(body: str) -> JobFiles:
        asked = job(fake_codex(body))
        held = create(folder, Asked(asked, asked.repo, max_parallel=8, detached=True))
        start_supervisor(held, asked.repo)
        until = time.monotonic() + 60
        while not held.files.first.jsonl.read_bytes():
            assert time.monotonic() < until
            time.sleep(0.02)
        return held.files

    yield start
    reap_supervisors()


def reap_supervisors() -> None:
    """Take the exit status of supervisors: the orphans below this process may come to it."""
    for child in psutil.Process().children():
        if child.status() == psutil.STATUS_ZOMBIE or "codexjob.life.detached" in child.cmdline():
            child.wait(60)


def kill(files: JobFiles) -> None:
    os.kill(json.loads(files.heartbeat.read_bytes())["supervisor"]["pid"], signal.SIGKILL)


def test_defect_11_a_killed_supervisor_leaves_no_running_codex_and_a_full_account(
    detached: Callable[[str], JobFiles], judge: Judge, read_json: ReadJson
) -> None:
    files = detached(HANGING)
    kill(files)
    state = await_rest(files, lambda _: judge)
    assert (state.state, state.cause) == ("lost", "interrupted")
    meta = read_json(files.first.meta)
    assert identity_of(meta["pid"]) is None
    assert meta["ended_at"] is not None
    assert read_json(files.first.summary)["job_done"] is True
    assert recover(files.folder, lambda _: judge) == ()


def test_defect_12_session_and_tokens_come_from_codex_not_from_what_it_prints(run: Run) -> None:
    other = "00000000-0000-7000-8000-000000000000"
    printed = f"session id: {other}\\ninput_tokens = 7\\ncost = 42\\n"
    loud = WORKED.replace("aggregated_output=''", f"aggregated_output='{printed}'")
    outcome = run(f"session()\n{loud}print('session id: {other}')\ndone()")
    assert outcome.last.meta.session_id != other
    assert outcome.last.verdict.tokens.input == 10


def test_defect_13_the_run_can_be_followed_while_it_goes_on(
    detached: Callable[[str], JobFiles], judge: Judge
) -> None:
    files = detached(HANGING)
    state = read_state(files)
    assert state is not None
    assert state.state == "running"
    assert "session: " in files.first.log.read_text()
    kill(files)
    await_rest(files, lambda _: judge)


@pytest.mark.parametrize(
    "body", ["session()\ndone()", "sys.exit(1)", f"session()\n{WORKED}done('It is done.')"]
)
def test_defect_14_state_summary_verdict_and_exit_status_agree(
    body: str, ask: Callable[[str], HeldAsked], live: Callable[[HeldAsked], JobOutcome], read_json: ReadJson
) -> None:
    asked = ask(body)
    outcome = live(asked)
    state, summary = read_state(asked.held.files), read_json(outcome.last.files.summary)
    verdict = read_json(outcome.last.files.verdict)
    assert state is not None
    assert (state.state == "finished") == (state.exit_status == 0) == summary["job_success"]
    assert summary["success"] == verdict["success"] == summary["job_success"]
    known = (verdict["verdict"], verdict["cause"], outcome.exit_status)
    assert (state.verdict, state.cause, state.exit_status) == known


def test_defect_14_who_ended_a_run_reaches_the_summary(run: Run, read_json: ReadJson) -> None:
    outcome = run(HANGING, timeout=0.5)
    assert read_json(outcome.last.files.summary)["ended_by"] == "timeout"


def test_defect_15_wrong_arguments_are_status_2_and_leave_nothing(repo: Path) -> None:
    for words in (["--wrong"], ["--repo", "none", "--task", "x"], ["--repo", "repo"]):
        done = codexjob(repo.parent, "run", "--detach", *words)
        assert (done.returncode, done.stdout) == (2, "")
    assert not (repo.parent / "runs").exists()


def test_defect_21_a_job_is_listed_with_its_task(folder: Path, job: Job) -> None:
    held = create(folder, Asked(job("codex", task="Repair the parser\nand its tests."), folder, 8))
    assert "Repair the parser and its tests." in jobs_text(jobs_in(folder))
    held.lock.finish()


@pytest.mark.parametrize("task", ["--help", "-m", "x" * 300_000])
def test_defect_22_a_task_is_never_an_argument(
    task: str, fake_codex: FakeCodex, job: Job, around: Surroundings
) -> None:
    asked = job(fake_codex("session()\nsay('argv', argv=sys.argv, task=prompt)\ndone()"), task=task)
    outcome = launch(RunRequest(asked, "first", task, codex_version="0.169.0"), around)
    (said,) = [
        event for line in outcome.files.jsonl.read_text().splitlines()
        if (event := json.loads(line))["type"] == "argv"
    ]  # fmt: skip
    assert said["task"] == task
    assert task not in said["argv"]


def test_defect_22_a_model_given_twice_is_refused(repo: Path) -> None:
    words = ["run", "--repo", "repo", "--task", "x", "--model", "a", "--", "-m", "b"]
    done = codexjob(repo.parent, *words)
    assert (done.returncode, "given twice" in done.stderr) == (2, True)


def test_defect_23_latest_is_no_session_and_a_resumed_run_counts_its_own_tokens(run: Run, repo: Path) -> None:
    done = codexjob(repo.parent, "run", "--repo", "repo", "--task", "x", "--resume", "latest")
    assert (done.returncode, "neither a session id" in done.stderr) == (2, True)
    body = (
        "session()\nif not resumed:\n    say('error', message='stream disconnected before completion')\n"
        "used = 25 if resumed else 10\nsay('turn.completed' if resumed else 'turn.failed', "
        "usage={'input_tokens': used, 'cached_input_tokens': 0, 'output_tokens': 1}, "
        "error={'message': 'stream disconnected before completion'})\nsys.exit(0 if resumed else 1)"
    )
    outcome = run(body, max_retries=1)
    assert [one.meta.kind for one in outcome.runs][:2] == ["first", "resume"]


def test_defect_24_run_ids_do_not_meet_and_tell_the_same_time_everywhere() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    ids = {new_run_id(moment) for _ in range(10_000)}
    assert len(ids) == 10_000
    assert all(run_id.startswith("20260102-030405-") for run_id in ids)


def test_defect_24_two_jobs_never_write_to_one_repository_at_once(
    ask: Callable[[str], HeldAsked], live: Callable[[HeldAsked], JobOutcome], repo: Path, judge: Judge
) -> None:
    mark = repo / "writing"
    body = f"session()\nos.mkdir({str(mark)!r})\ntime.sleep(0.4)\nos.rmdir({str(mark)!r})\n{WORKED}done()"
    first, second = ask(body), ask(body)
    start_supervisor(first.held, repo)
    assert live(second).last.meta.exit_code == 0
    await_rest(first.held.files, lambda _: judge)
    reap_supervisors()
    assert json.loads(first.held.files.first.meta.read_bytes())["exit_code"] == 0


def test_defect_26_a_session_is_known_from_the_first_event_on(run: Run) -> None:
    outcome = run("session()\nos.kill(os.getpid(), 9)")
    assert outcome.last.meta.session_id is not None


def test_defect_26_a_review_needs_a_reason_more_than_an_exit_status(run: Run) -> None:
    outcome = run("session()\nsay('turn.failed', error={'message': 'boom'})\nsys.exit(1)", max_reviews=1)
    assert "resume_review" not in [one.meta.kind for one in outcome.runs]
