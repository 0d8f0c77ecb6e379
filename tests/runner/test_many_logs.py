import json
import subprocess
import sys
from pathlib import Path

import dying_worker
import pytest
from codexjob import classifying, many_logs
from codexjob.told import Request
from logverdict.engines import fallback
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


def test_logs_over_which_a_process_died_are_judged_by_another_engine(
    tmp_path: Path, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [str(tmp_path / f"{number:03}.jsonl") for number in range(70)]
    for name in names:
        Path(name).write_text(STREAM)
    monkeypatch.setattr(many_logs, "_workers", lambda: 2)
    monkeypatch.setattr(many_logs, "_begin", dying_worker.begin)
    told = list(many_logs.judged_apart(names, Request(tuple(names), "jsonl"), ruleset))
    verdicts = [json.loads(one.text) for one in told]
    assert [one["path"] for one in verdicts] == names
    assert {one["cause"] for one in verdicts} == {"network.stream_cut"}
    assert [one.trouble for one in told if one.trouble] == [
        f"codexjob: a process that judged logs died; what it had not judged is left to {fallback()}\n"
    ]


def test_what_dies_with_every_engine_is_judged_here(
    tmp_path: Path, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "a.jsonl"
    log.write_text(STREAM)
    monkeypatch.setattr(many_logs, "_workers", lambda: 2)
    monkeypatch.setattr(many_logs, "_begin", dying_worker.begin_never)
    (told,) = many_logs.judged_apart([str(log)], Request((str(log),), "jsonl"), ruleset)
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
