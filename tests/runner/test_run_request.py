import io
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from codexjob.command import check_codex_args, codex_argv, names_sandbox
from codexjob.duration import parse_duration, show_duration
from codexjob.errors import CodexArgsError, UsageError
from codexjob.files import RunFiles, write_json
from codexjob.ids import is_run_id, is_session_id, new_run_id
from codexjob.request import JobRequest, read_task
from codexjob.sessions import session_to_resume

SESSION = "01a203d0-36eb-7fb2-84a4-f3daf3bd1049"
RUN = "20260101-000000-abcdefgh"


def argv(*args: str, model: str | None = None, session: str | None = None) -> tuple[str, ...]:
    return codex_argv("codex", Path("/r"), args, model=model, session_id=session)


def test_new_session_gets_the_event_stream_and_a_sandbox() -> None:
    assert argv() == ("codex", "exec", "--json", "-C", "/r", "-s", "workspace-write", "-")


def test_all_flags_stand_before_resume() -> None:
    expected = "codex exec --json -C /r -c a=b -m m1 -s workspace-write resume"
    assert argv("-c", "a=b", model="m1", session=SESSION) == (*expected.split(), SESSION, "-")


@pytest.mark.parametrize(
    "args",
    [
        "-s read-only",
        "-sread-only",
        "--sandbox=read-only",
        "--sandbox x",
        "--full-auto",
        "-p work",
        "--profile=work",
        "--dangerously-bypass-approvals-and-sandbox",
        "-c sandbox_mode=x",
        "--config=sandbox_mode=x",
        "-csandbox_mode=x",
    ],
)
def test_sandbox_of_the_user_is_kept(args: str) -> None:
    assert names_sandbox(args.split())
    assert "workspace-write" not in argv(*args.split())


@pytest.mark.parametrize("args", ["", "-c a=b", "--skip-git-repo-check", "-c", "--color never"])
def test_other_arguments_do_not_choose_a_sandbox(args: str) -> None:
    assert not names_sandbox(args.split())


@pytest.mark.parametrize(
    "args",
    ["--json", "-C /x", "-C/x", "--cd=/x", "--cd /x", "-", "-c a=b --", "resume X", "--experimental-json"],
)
def test_arguments_that_codexjob_sets_are_refused(args: str) -> None:
    with pytest.raises(UsageError):
        check_codex_args(args.split(), None)


def test_two_models_are_refused() -> None:
    check_codex_args(["-m", "a"], None)
    with pytest.raises(UsageError, match="twice"):
        check_codex_args(["-ma"], "b")
    with pytest.raises(UsageError, match="--model is empty"):
        check_codex_args([], " ")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30m", 1800), ("1h30m", 5400), ("90", 90), ("90s", 90), ("0.5s", 0.5), (" 2h ", 7200)],
)
def test_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text, "--timeout") == seconds
    assert parse_duration(show_duration(seconds), "--timeout") == seconds


@pytest.mark.parametrize("text", ["", "0", "0m", "-5s", "5 m", "m", "1m1h", "1e3", "inf", "9999999s", "x"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=re.escape("--timeout")):
        parse_duration(text, "--timeout")


def test_run_id_is_time_in_utc_and_letters() -> None:
    east = datetime(2026, 11, 22, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert new_run_id(east).startswith("20261121-230203-")
    assert is_run_id(new_run_id(datetime.now(UTC)))
    assert not is_run_id(f"{RUN}/../x")
    assert not is_session_id("latest")


def test_repo_must_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is not a folder"):
        JobRequest(tmp_path / "file", "x")
    with pytest.raises(UsageError, match="does not exist"):
        JobRequest(tmp_path / "none", "x")


@pytest.mark.parametrize("task", ["", " \n", "\udcff"])
def test_task_must_say_something_in_utf8(task: str, repo: Path) -> None:
    with pytest.raises(UsageError, match="the task is"):
        JobRequest(repo, task)


def test_maxima_are_not_negative(repo: Path) -> None:
    with pytest.raises(UsageError):
        JobRequest(repo, "x", max_retries=-1)


@pytest.mark.parametrize(
    ("task", "file", "stdin"), [(None, None, False), ("x", Path("y"), False), ("x", None, True)]
)
def test_task_is_given_once(task: str | None, file: Path | None, stdin: bool) -> None:
    with pytest.raises(UsageError, match="once"):
        read_task(task, file, from_stdin=stdin)


def test_task_file_is_read_as_utf8(tmp_path: Path) -> None:
    path = tmp_path / "task.md"
    path.write_bytes(b"\xef\xbb\xbff\xc3\xbcr")
    assert read_task(None, path, from_stdin=False) == "für"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_task(None, path, from_stdin=False)
    with pytest.raises(UsageError, match="cannot read --task-file"):
        read_task(None, tmp_path, from_stdin=False)


def test_task_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("für".encode())))
    assert read_task(None, None, from_stdin=True) == "für"
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(UsageError, match="no standard input"):
        read_task(None, None, from_stdin=True)


def test_resume_takes_a_session_or_a_run(folder: Path) -> None:
    write_json(RunFiles(folder, RUN).meta, {"session_id": SESSION.upper()})
    assert session_to_resume(SESSION.upper(), folder) == SESSION
    assert session_to_resume(RUN, folder) == SESSION


@pytest.mark.parametrize("asked", ["latest", "--last", "", "../x", SESSION[:-1], RUN])
def test_resume_of_anything_else_is_refused(asked: str, folder: Path) -> None:
    with pytest.raises(UsageError, match="--resume"):
        session_to_resume(asked, folder)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"session_id": "x"}', b"\xff", b"[" * 100_000])
def test_resume_of_a_run_without_a_session_is_refused(content: bytes, folder: Path) -> None:
    RunFiles(folder, RUN).meta.write_bytes(content)
    with pytest.raises(UsageError, match="--resume"):
        session_to_resume(RUN, folder)


@pytest.mark.parametrize(
    "args",
    [
        "resume",
        "-s read-only resume --last",
        "--skip-git-repo-check other prompt",
        "-c a=b review",
        "--last",
        "-s x y",
    ],
)
def test_a_session_or_a_prompt_cannot_be_slipped_in(args: str) -> None:
    with pytest.raises(CodexArgsError):
        check_codex_args(args.split(), None)


@pytest.mark.parametrize(
    "args", ["-s read-only", "-c a=b --add-dir /x", "-p fast --ephemeral", "--image a.png"]
)
def test_values_of_options_are_passed_on(args: str) -> None:
    check_codex_args(args.split(), None)
