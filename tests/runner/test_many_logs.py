import json
import subprocess
import sys
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from codexjob import classifying, many_logs
from codexjob.told import Request, Told
from logverdict.rulebook import Ruleset, built_in_ruleset

STREAM = (
    '{"type":"thread.started","thread_id":"0199aaaa-0000-7000-8000-000000000001"}\n'
    '{"type":"turn.started"}\n'
    '{"type":"turn.failed","error":{"message":"stream disconnected before completion"}}\n'
)


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return built_in_ruleset()


def test_many_logs_are_judged_in_their_order_by_several_processes(tmp_path: Path) -> None:
    count = classifying._MANY + 7
    for number in range(count):
        (tmp_path / f"{number:04}.jsonl").write_text(STREAM)
    (tmp_path / "0003.jsonl").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "codexjob", "classify", "--format", "jsonl", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(one["path"]).stem for one in verdicts] == [f"{number:04}" for number in range(count)]
    assert verdicts[3]["cause"] == "log.empty"
    assert {one["cause"] for one in verdicts if one is not verdicts[3]} == {"network.stream_cut"}
    assert (done.returncode, done.stderr) == (1, "")


def test_what_a_process_left_behind_is_judged_here(tmp_path: Path, ruleset: Ruleset) -> None:
    log = tmp_path / "a.jsonl"
    log.write_text(STREAM)
    dead: Future[list[Told]] = Future()
    dead.set_exception(BrokenProcessPool())
    (told,) = many_logs._result([str(log)], dead, Request((str(log),), "jsonl"), ruleset)
    assert json.loads(told.text)["cause"] == "network.stream_cut"


def test_with_one_processor_no_process_is_started(
    tmp_path: Path, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_text(STREAM)
    monkeypatch.setattr(many_logs, "_workers", lambda: 1)
    monkeypatch.setattr(many_logs, "ProcessPoolExecutor", None)
    names = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
    told = list(many_logs.judged_apart(names, Request(tuple(names)), ruleset))
    assert [one.is_missing for one in told] == [False, True]
    assert told[1].trouble.startswith("codexjob: cannot read ")


def test_a_document_of_verdicts_is_set_as_one_object(
    capsys: pytest.CaptureFixture[str], ruleset: Ruleset
) -> None:
    assert classifying.classify_logs(Request(("a.none", "b.none"), "json"), ruleset) == 3
    written = capsys.readouterr().out
    assert written == json.dumps(json.loads(written), ensure_ascii=False, indent=2) + "\n"
    assert len(json.loads(written)) == 2
