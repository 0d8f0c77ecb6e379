"""Datasets are read in both forms, and what is wrong in one is told with its place."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from logverdict.authoring.dataset import read_dataset, session_asked
from logverdict.errors import SourceError

SESSION = "0199c0de-0000-7000-8000-000000000001"
STREAM = (
    f'{{"type":"thread.started","thread_id":"{SESSION}"}}\n{{"type":"turn.started"}}\n'
    '{"type":"item.completed","item":{"id":"i","type":"agent_message","text":"Done."}}\n'
    '{"type":"turn.completed","usage":{"input_tokens":1,"cached_input_tokens":0,"output_tokens":1}}\n'
)


def simple(folder: Path, name: str = "a", **fields: object) -> None:
    row = {
        "file": name, "version": "0.169.0", "scenario": "s", "mode": "json", "rc": 0, "truth": "success",
        "cmd": "codex exec --json go",
    }  # fmt: skip
    with (folder / "index.jsonl").open("a") as index:
        index.write(json.dumps({**row, **fields}) + "\n")
    (folder / f"{name}.out").write_text(STREAM)
    (folder / f"{name}.err").write_text("a line\n")


def own(folder: Path) -> None:
    truth = {"verdict": "real", "success": False, "cause": "work", "actions": ["human"], "line": "Done."}
    row = {
        "file": "0.169.0/human/s", "version": "0.169.0", "scenario": "s", "family": "f", "split": "train",
        "mode": "human", "truth": truth,
    }  # fmt: skip
    (folder / "labels.jsonl").write_text(json.dumps(row) + "\n")


FILES = {
    "0.169.0/human/s.stdout": b"out\n",
    "0.169.0/human/s.stderr": b"err\n",
    "0.169.0/human/s.meta.json": b'{"exit_code": 7}',
}


def test_the_simple_form_gives_streams_status_and_label(tmp_path: Path) -> None:
    simple(tmp_path, rc=-15, truth="needs_human", cmd=f"codex exec resume {SESSION} go on")
    (run,) = read_dataset(tmp_path)
    assert {part: content[:] for part, content in run.log.parts.items()} == {
        "jsonl": STREAM.encode(),
        "stderr": b"a line\n",
    }
    assert (run.log.meta.signal, run.log.meta.session_asked) == (15, SESSION)
    assert (run.truth.label, run.truth.actions, run.split) == ("needs_human", ("human",), "all")


def test_a_run_that_the_recorder_had_to_end_counts_as_timed_out(tmp_path: Path) -> None:
    simple(tmp_path, rc="timeout")
    (run,) = read_dataset(tmp_path)
    assert run.log.meta.ended_by == "timeout"


def test_the_own_form_is_read_from_plain_files(tmp_path: Path) -> None:
    own(tmp_path)
    for name, content in FILES.items():
        path = tmp_path / "runs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (run,) = read_dataset(tmp_path)
    assert run.log.parts["log"][:] == b"err\nout\n"
    assert (run.log.meta.exit_code, run.truth.line, run.family) == (7, "Done.", "f")


def test_the_own_form_is_read_from_an_archive_a_version(tmp_path: Path) -> None:
    own(tmp_path)
    (tmp_path / "runs").mkdir()
    with tarfile.open(tmp_path / "runs" / "0.169.0.tar.xz", "w:xz") as archive:
        for name, content in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    (run,) = read_dataset(tmp_path)
    assert run.log.parts["log"][:] == b"err\nout\n"


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("codex exec --json resume --last go on", "--last"),
        ("codex exec resume -s read-only my-thread go", "my-thread"),
        (f"codex exec resume {SESSION}", SESSION),
        ("codex exec 'resume the work", None),
        ("codex exec go", None),
    ],
)
def test_the_session_asked_is_read_from_the_command_line(command: str, asked: str | None) -> None:
    assert session_asked(command) == asked or "'" in command


@pytest.mark.parametrize("line", ["{", "[]", '{"truth": "sure"}', '{"truth": {"success": 1}}', '"x"'])
def test_a_line_that_is_no_label_is_told_with_its_place(tmp_path: Path, line: str) -> None:
    (tmp_path / "index.jsonl").write_text(f"\n{line}\n")
    with pytest.raises(SourceError, match=r"index\.jsonl:2: this is no labelled run"):
        list(read_dataset(tmp_path))


def test_a_folder_without_an_index_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no dataset"):
        list(read_dataset(tmp_path))


def test_a_name_that_leads_out_of_the_dataset_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "set"
    inside.mkdir()
    simple(inside, "../a")
    with pytest.raises(SourceError, match="outside"):
        list(read_dataset(inside))


def test_a_broken_archive_is_told(tmp_path: Path) -> None:
    own(tmp_path)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "0.169.0.tar.xz").write_bytes(b"no archive")
    with pytest.raises(SourceError, match="cannot be read"):
        list(read_dataset(tmp_path))
