"""The defects of the earlier wrapper in what stands around a run: messages, prices, verification, secrets."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from codexjob.practice import sample_repository
from codexjob.prices import cost_of
from logverdict.facts import Tokens
from standardwebhooks import Webhook, WebhookVerificationError

ROOT = Path(__file__).resolve().parents[2]
FakeCodex = Callable[[str], Path]
GOOD = "session()\ndone()"


@pytest.fixture
def run(tmp_path: Path, fake_codex: FakeCodex) -> Callable[..., Path]:
    """Run `codexjob run` on a git repository and give the log folder."""
    repo = sample_repository(tmp_path / "git", {"a.py": "x = 1\n"})

    def go(body: str, *options: str, **variables: str) -> Path:
        words = ["run", "--repo", str(repo), "--task", "x", "--codex", str(fake_codex(body))]
        once = ["--max-reviews", "0", "--max-retries", "0"]
        done = _codexjob(*words, *once, *options, cwd=tmp_path, **variables)
        assert done.returncode in (0, 1, 75), done.stderr
        return tmp_path / "runs"

    return go


def _codexjob(*words: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "codexjob", *words], cwd=cwd, env={**os.environ, **variables},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip


def test_defect_16_a_notify_program_is_no_shell_and_cannot_hold_the_job_up(
    run: Callable[..., Path], tmp_path: Path
) -> None:
    program = tmp_path / "notify.py"
    program.write_text(
        "import os, sys, time\n"
        f"open({str(tmp_path / 'got')!r}, 'a').write(repr(sys.argv[1:]) + '\\n')\ntime.sleep(3600)\n"
    )
    command = f"{sys.executable} {program} '$(touch {tmp_path / 'shell'})'"
    run(GOOD, "--notify-cmd", command, "--notify-timeout", "1s")
    assert "$(touch" in (tmp_path / "got").read_text()
    assert not (tmp_path / "shell").exists()


def test_defect_17_every_emitted_event_is_as_the_published_schema_says(
    run: Callable[..., Path], tmp_path: Path
) -> None:
    run(GOOD, "--event-stream", str(tmp_path / "events.jsonl"))
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    schema = json.loads((ROOT / "docs" / "events.schema.json").read_text())
    assert {event["type"] for event in events} >= {"run.started", "run.finished", "job.finished"}
    for event in events:
        jsonschema.validate(event, schema)


def test_defect_18_an_unknown_price_is_null_and_never_nought() -> None:
    assert cost_of("no-such-model-of-anybody", Tokens(None, 10, 2, 3)) is None
    assert cost_of(None, Tokens(None, 10, 2, 3)) is None
    assert cost_of("gpt-5.1", Tokens()) is None


def test_defect_18_a_known_price_is_for_a_million_tokens_not_a_thousand() -> None:
    pytest.importorskip("genai_prices", reason="it comes with the extra `prices`")
    price = cost_of("gpt-5.1", Tokens(None, 1_000_000, 0, 0))
    assert price is not None
    assert 0.1 < price < 100


def test_defect_19_what_was_committed_before_the_run_is_none_of_its_changes(run: Callable[..., Path]) -> None:
    found = _verified(run(GOOD))
    assert found["changes"] == []


@pytest.mark.parametrize("name", ["broken.py", "with a space.py"])
def test_defect_20_a_broken_new_file_fails_whatever_its_name(name: str, run: Callable[..., Path]) -> None:
    body = f"repo = sys.argv[sys.argv.index('-C') + 1]\nopen(repo + '/{name}', 'w').write('def (')\n"
    found = _verified(run(f"session()\n{body}print('0 error: none')\ndone()"))
    assert [change["path"] for change in found["changes"]] == [name]
    assert found["outcome"] == "failed"


def _verified(runs: Path) -> dict[str, Any]:
    (state,) = runs.glob("*.state.json")
    run_id = json.loads(state.read_bytes())["run_id"]
    shown = _codexjob("verify", run_id, "--log-dir", str(runs), "--format", "json", cwd=runs)
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


def test_defect_24_no_secret_is_written_to_what_is_shown(run: Callable[..., Path]) -> None:
    value = "0123456789-abcdefghij"
    runs = run(f"session()\ndone('the key is {value}')", **dict.fromkeys(("MY_TOKEN",), value))
    for path in runs.iterdir():
        assert value.encode() not in path.read_bytes(), path.name


def test_defect_25_a_message_that_is_sent_again_much_later_is_refused() -> None:
    hook, body = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), '{"type":"job.finished"}'
    then = datetime.now(UTC) - timedelta(hours=1)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(then.timestamp())),
        "webhook-signature": hook.sign("msg_1", then, body),
    }
    with pytest.raises(WebhookVerificationError):
        hook.verify(body, headers)
