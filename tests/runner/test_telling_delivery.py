"""Events reach programs and web addresses: signed, again after a failure, and never in the way of the job."""

import hashlib
import hmac
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import Any

import jsonschema
import psutil
import pytest
from codexjob.__main__ import command_app
from codexjob.errors import UsageError
from codexjob.job import JobSetting, run_job
from codexjob.launch import Surroundings
from codexjob.request import JobRequest
from codexjob.telling.dead_letters import DeadLetter, bury, dead_letter_file, dead_letters
from codexjob.telling.event_json import event_schema
from codexjob.telling.letter import Letter
from codexjob.telling.program import Program
from codexjob.telling.reporter import Reporter
from codexjob.telling.rounds import Patience
from codexjob.telling.teller import telling
from codexjob.telling.undelivered import NotDeliveredError
from codexjob.telling.wanted import Telling, check_telling
from logverdict.verdict import Verdict
from standardwebhooks import Webhook
from typer.testing import CliRunner

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
GOOD = "session()\ndone()"
SWIFT = Patience(attempts=4, first_wait=0.01, longest_wait=0.05, jitter=0.01)
Job = Callable[..., JobRequest]
FakeCodex = Callable[[str], Path]
MakeVerdict = Callable[..., Verdict]
RunTold = Callable[..., Any]


@dataclass
class Receiver:
    """A web address on loopback: it checks each signature, and refuses the first tries of each event."""

    refused: int = 0
    status: int = 503
    tries: dict[str, int] = field(default_factory=dict)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Give the address."""
        return f"http://127.0.0.1:{self.port}/hook"

    def answer(self, body: bytes, headers: dict[str, str]) -> int:
        """Give the status of the answer."""
        event = Webhook(KEY).verify(body, headers)
        name = headers["webhook-id"]
        self.headers.append(headers)
        self.tries[name] = self.tries.get(name, 0) + 1
        if self.tries[name] <= self.refused:
            return self.status
        self.taken.append((name, event))
        return 204


@dataclass
class HangingReceiver(Receiver):
    """A web address that does not answer until it is released."""

    is_released: threading.Event = field(default_factory=threading.Event)

    def answer(self, body: bytes, headers: dict[str, str]) -> int:
        """Wait, then refuse."""
        assert body
        assert headers
        self.is_released.wait(120)
        return 503


@dataclass
class PlainReceiver(Receiver):
    """A web address that takes whatever comes."""

    bodies: list[bytes] = field(default_factory=list)

    def answer(self, body: bytes, headers: dict[str, str]) -> int:
        """Take it."""
        assert headers
        self.bodies.append(body)
        return 200


@contextmanager
def listening(receiver: Receiver) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = receiver.answer(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            self.send_header("location", receiver.url)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEXJOB_WEBHOOK_SECRET", KEY)


@pytest.fixture
def run_told(around: Surroundings, job: Job, fake_codex: FakeCodex, make_verdict: MakeVerdict) -> RunTold:
    """Run an accepted job and tell of it; give what was complained of."""

    def run(wanted: Telling, grace: float = 60.0, body: str = GOOD) -> list[str]:
        said: list[str] = []
        with telling(check_telling(wanted), around.folder, said.append, grace, SWIFT) as tell:
            setting = JobSetting(
                replace(around, reporter=Reporter(tell)), lambda _: make_verdict(), pause=0.0
            )
            assert run_job(job(fake_codex(body)), setting).exit_status == 0
        return said

    return run


def test_each_event_is_accepted_once_by_its_id_after_two_refusals(run_told: RunTold) -> None:
    with listening(Receiver(refused=2)) as receiver:
        assert run_told(Telling(urls=(receiver.url,))) == []
    assert [event["type"] for _, event in receiver.taken] == [
        "run.started",
        "run.finished",
        "verdict",
        "action",
        "job.finished",
    ]
    assert set(receiver.tries.values()) == {3}
    assert len({name for name, _ in receiver.taken}) == 5
    for name, event in receiver.taken:
        jsonschema.validate(event, event_schema())
        assert event["id"] == name


@pytest.mark.parametrize("status", [500, 302, 401])
def test_what_is_never_accepted_is_kept_and_sent_again_with_its_id(
    status: int, run_told: RunTold, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with listening(Receiver(refused=99, status=status)) as receiver:
        run_told(Telling(urls=(receiver.url,)))
        kept = dead_letters(dead_letter_file(folder))
        assert [dead.letter.id for dead in kept] == list(receiver.tries)
        assert set(receiver.tries.values()) == {SWIFT.attempts}
        assert f"it answered {status}" in kept[0].error
        assert f"was not delivered to {receiver.url}" in capfd.readouterr().err
        receiver.refused = 0
        done = CliRunner().invoke(command_app(["notify"]), ["notify", "resend", "--log-dir", str(folder)])
    assert done.exit_code == 0, done.output
    assert [name for name, _ in receiver.taken] == [dead.letter.id for dead in kept]
    assert dead_letters(dead_letter_file(folder)) == ()


def test_a_receiver_that_is_gone_for_good_is_asked_once(run_told: RunTold, folder: Path) -> None:
    with listening(Receiver(refused=99, status=410)) as receiver:
        run_told(Telling(urls=(receiver.url,)))
    assert set(receiver.tries.values()) == {1}
    assert len(dead_letters(dead_letter_file(folder))) == 5


def test_a_receiver_that_hangs_does_not_hold_the_job_up_beyond_the_grace(
    run_told: RunTold, folder: Path
) -> None:
    receiver = HangingReceiver()
    with listening(receiver):
        run_told(Telling(urls=(receiver.url,)), grace=0.5)
        receiver.is_released.set()
    kept = dead_letters(dead_letter_file(folder))
    assert {"job.finished", "verdict"} <= {dead.letter.type for dead in kept}
    assert len(kept) == 5


def test_a_program_gets_each_event_on_its_input_and_no_shell_reads_its_command(
    run_told: RunTold, tmp_path: Path
) -> None:
    script = tmp_path / "note it.py"
    script.write_text(f"import sys; open({str(tmp_path / 'seen')!r}, 'ab').write(sys.stdin.buffer.read())")
    run_told(Telling(commands=(f"{sys.executable} '{script}' $(touch {tmp_path / 'shell'})",)))
    seen = [json.loads(line) for line in (tmp_path / "seen").read_bytes().splitlines()]
    assert [event["type"] for event in seen][::4] == ["run.started", "job.finished"]
    assert not (tmp_path / "shell").exists()


def test_a_shell_reads_the_command_where_it_was_asked_for(run_told: RunTold, tmp_path: Path) -> None:
    run_told(Telling(commands=(f"cat >> '{tmp_path}/a b'",), is_shell=True))
    assert len((tmp_path / "a b").read_text().splitlines()) == 5


def test_a_program_that_hangs_is_ended_with_its_children_and_delays_nothing(
    run_told: RunTold, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = f"sleep 3001 & echo $! >> {tmp_path}/pids; sleep 3002"
    began = monotonic()
    run_told(Telling(commands=(command,), is_shell=True, command_timeout=0.3))
    assert monotonic() - began < 120
    assert "took longer than 0.3s and was ended" in capfd.readouterr().err
    for pid in (tmp_path / "pids").read_text().split():
        assert not psutil.pid_exists(int(pid)) or psutil.Process(int(pid)).status() == psutil.STATUS_ZOMBIE


def test_a_program_that_lives_while_codex_ends_is_not_swept_away_with_it(
    run_told: RunTold, tmp_path: Path
) -> None:
    command = f"sleep 0.5; cat >> {tmp_path}/seen"
    run_told(Telling(commands=(command,), is_shell=True))
    assert len((tmp_path / "seen").read_text().splitlines()) == 5


@pytest.mark.parametrize(
    ("command", "reason"), [("false", "status 1"), ("no-such-program", "cannot be started")]
)
def test_a_program_that_fails_says_so(command: str, reason: str) -> None:
    with pytest.raises(NotDeliveredError, match=reason):
        Program(command, 60.0).deliver(Letter("evt_1", "verdict", "{}"))


def test_the_earlier_wrappers_events_and_header_are_there_on_request(run_told: RunTold) -> None:
    with listening(Receiver()) as receiver:
        run_told(Telling(urls=(receiver.url,), is_compat=True))
    first, last = (event for _, event in receiver.taken)
    assert (first["event"], first["status"], first["mode"], first["exit_code"]) == (
        "run_started",
        "running",
        "new",
        None,
    )
    assert (last["event"], last["status"], last["exit_code"]) == ("run_completed", "success", 0)
    assert set(first) == set(last) == {
        "event", "status", "run_id", "session_id", "repo", "mode", "exit_code", "log_file", "meta_file",
        "summary_file", "started_at", "ended_at", "elapsed_seconds", "source", "ts",
    }  # fmt: skip
    assert last["elapsed_seconds"] > 0
    body = json.dumps(last, separators=(",", ":")).encode()
    code = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    assert receiver.headers[-1]["x-signature"] == f"sha256={code}"


def test_a_dead_letters_address_loses_its_password_and_must_be_given_again(tmp_path: Path) -> None:
    path = dead_letter_file(tmp_path)
    bury(
        path, DeadLetter(Letter("evt_1", "verdict", "{}"), "https://ada:hunter22@example.org/x", "no", "now")
    )
    assert "hunter22" not in path.read_text()
    app = command_app(["notify"])
    with pytest.raises(UsageError, match="give the address with --notify-url"):
        CliRunner().invoke(app, ["notify", "resend", "--log-dir", str(tmp_path)], catch_exceptions=False)
    with listening(Receiver()) as receiver:
        arguments = ["notify", "resend", "--log-dir", str(tmp_path), "--notify-url", receiver.url]
        assert CliRunner().invoke(app, arguments).exit_code == 0
    assert [name for name, _ in receiver.taken] == ["evt_1"]


def test_everybody_named_can_be_tried_out() -> None:
    with listening(Receiver()) as receiver:
        arguments = ["notify", "test", "--notify-cmd", "false", "--notify-url", receiver.url]
        done = CliRunner().invoke(command_app(["notify"]), arguments)
    assert done.exit_code == 75
    assert f"{receiver.url}\n" in done.output
    assert "false: ended with status 1" in done.output
    assert [event["type"] for _, event in receiver.taken] == ["job.finished"]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (Telling(urls=("ftp://example.org",)), "no web address"),
        (Telling(urls=("http://",)), "no web address"),
        (Telling(urls=("http://a b/",)), "no web address"),
        (Telling(commands=("",)), "is empty"),
        (Telling(commands=("'open",)), "cannot be split"),
        (Telling(targets=("slack",)), "no address of Apprise"),
    ],
)
def test_what_could_never_be_told_is_refused_before_the_job(wanted: Telling, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        check_telling(wanted, {"CODEXJOB_WEBHOOK_SECRET": KEY})


@pytest.mark.parametrize(
    ("environ", "reason"), [({}, "needs a key"), ({"WEBHOOK_SECRET": "a"}, "not a key in base64")]
)
def test_webhooks_are_never_sent_unsigned(environ: dict[str, str], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        check_telling(Telling(urls=("https://example.org/x",)), environ)


def test_a_job_is_told_in_words_through_apprise(run_told: RunTold) -> None:
    receiver = PlainReceiver()
    with listening(receiver):
        run_told(Telling(targets=(f"json://127.0.0.1:{receiver.port}/hook",)))
    (said,) = map(json.loads, receiver.bodies)
    assert said["title"] == "codexjob: success (work.done)"
    assert "next: Nothing is left to do." in said["message"]
