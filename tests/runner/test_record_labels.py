"""Records and labels on disk."""

import tarfile
from pathlib import Path

import pytest
from codexjob.record.batch import Recorded, differences, relabel, stored
from codexjob.record.errors import RecordError
from codexjob.record.install import installed_codex
from codexjob.record.label import Label, label_of, read_labels, write_labels
from codexjob.record.record import Part, Record
from codexjob.record.scenario import Mode, RecordedScenario
from codexjob.record.store import Store
from codexjob.record.take import Played

FAILED = b'{"type":"turn.started"}\n{"type":"turn.failed","error":{"message":"say \\"no\\" at 7"}}\n'


def scenario(line: str | None = 'say "no"', family: str = "refusal") -> RecordedScenario:
    truth = {
        "verdict": "environmental",
        "success": False,
        "cause": "limit",
        "actions": ["human"],
        "line": line,
    }
    return RecordedScenario.model_validate(
        {"name": "says_no", "family": family, "replies": [{"say": "no"}], "truth": truth}
    )


def record(
    parts: dict[Part, bytes], mode: Mode = "json", version: str = "0.169.0", line: str | None = 'say "no"'
) -> Record:
    return Record(scenario(line), version, mode, parts, 1, None)


def recorded(record: Record) -> Recorded:
    return Recorded(Played(record.scenario, record.version, record.mode, Path("codex")), record)


def test_the_decisive_line_is_found_inside_json() -> None:
    label = label_of(record({"stdout": FAILED}))
    assert label.place is not None
    assert (label.place.part, label.place.line) == ("stdout", 2)


def test_the_decisive_line_is_found_through_colours() -> None:
    shown = b'a\n\x1b[31mERROR:\x1b[0m say \x1b[1m"no"\n'
    label = label_of(record({"stdout": b"", "stderr": shown}, "human"))
    assert label.place is not None
    assert (label.place.part, label.place.line) == ("stderr", 2)


def test_a_record_without_its_line_is_told_of() -> None:
    assert label_of(record({"stdout": b""})).lacks_its_line
    assert not label_of(record({"stdout": b""}, line=None)).lacks_its_line


def test_labels_are_read_as_they_were_written_in_a_fixed_order(tmp_path: Path) -> None:
    labels = [
        label_of(record({"stdout": FAILED}, mode, version))
        for version in ("0.169.0", "0.42.0")
        for mode in ("json", "human")
    ]
    write_labels(tmp_path / "labels.jsonl", labels)
    read = read_labels(tmp_path / "labels.jsonl")
    assert sorted(read, key=hash_of) == sorted(labels, key=hash_of)
    assert [(label.version, label.mode) for label in read] == [
        ("0.42.0", "human"), ("0.42.0", "json"), ("0.169.0", "human"), ("0.169.0", "json"),
    ]  # fmt: skip


def hash_of(label: Label) -> str:
    return label.file


def test_a_line_that_is_no_label_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"file": "x"}\n')
    with pytest.raises(RecordError, match=r"labels\.jsonl:1"):
        read_labels(path)
    assert read_labels(tmp_path / "none") == ()


def test_what_is_stored_again_replaces_what_was_there(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    first = record({"stdout": FAILED, "stderr": b"trace\n"})
    second = record({"stdout": b""})
    list(stored([recorded(first), recorded(second)], runs))
    assert Store(runs).parts("says_no", "0.169.0", "json") == {"stdout": b""}
    (label,) = read_labels(tmp_path / "labels.jsonl")
    assert label.parts == ("stdout",)
    assert differences(second, Store(runs)) == ()
    assert differences(first, Store(runs)) == ("stderr", "stdout")


def test_a_run_that_could_not_be_recorded_leaves_the_stored_one(tmp_path: Path) -> None:
    good = recorded(record({"stdout": FAILED}))
    list(stored([good, Recorded(good.played, None, "no git")], tmp_path / "runs"))
    assert len(read_labels(tmp_path / "labels.jsonl")) == 1


def test_a_changed_truth_needs_no_new_run(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    list(stored([recorded(record({"stdout": FAILED}))], runs))
    (label,) = relabel([scenario("at 7", family="other")], runs)
    assert (label.family, label.truth.line, label.lacks_its_line) == ("other", "at 7", False)
    assert relabel([], runs) == ()


def test_a_version_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no version of Codex"):
        installed_codex("../evil", tmp_path)


def test_a_store_has_the_same_bytes_whatever_the_order(tmp_path: Path) -> None:
    one, two = record({"stdout": FAILED}), record({"stdout": b"", "stderr": b"x"}, "human")
    archives = []
    for name, order in (("a", (one, two)), ("b", (two, one))):
        store = Store(tmp_path / name)
        for put in order:
            store.put(put)
        store.save()
        archives.append((tmp_path / name / "0.169.0.tar.xz").read_bytes())
    assert archives[0] == archives[1]


def test_runs_are_unpacked_as_plain_files(tmp_path: Path) -> None:
    list(stored([recorded(record({"stdout": FAILED, "stderr": b"x"}))], tmp_path / "runs"))
    assert Store(tmp_path / "runs").unpack(tmp_path / "plain") == 1
    assert (tmp_path / "plain" / "0.169.0" / "json" / "says_no.jsonl").read_bytes() == FAILED
    assert (tmp_path / "plain" / "0.169.0" / "json" / "says_no.stderr").read_bytes() == b"x"


def test_runs_of_a_scenario_that_is_gone_are_dropped(tmp_path: Path) -> None:
    list(stored([recorded(record({"stdout": FAILED}))], tmp_path / "runs"))
    other = scenario().model_copy(update={"name": "other"})
    list(stored([recorded(Record(other, "0.169.0", "json", {"stdout": b"x"}, 0, None))], tmp_path / "runs"))
    relabel(
        [other.model_copy(update={"truth": other.truth.model_copy(update={"line": None})})], tmp_path / "runs"
    )
    assert Store(tmp_path / "runs").parts("says_no", "0.169.0", "json") == {}
    assert Store(tmp_path / "runs").parts("other", "0.169.0", "json") == {"stdout": b"x"}


def test_a_broken_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "0.169.0.tar.xz").write_bytes(b"no archive")
    with pytest.raises(RecordError, match=r"0\.169\.0\.tar\.xz"):
        Store(tmp_path).parts("says_no", "0.169.0", "json")


def test_a_member_that_would_leave_the_folder_is_not_read(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "0.169.0.tar.xz", "w:xz") as archive:
        archive.addfile(tarfile.TarInfo("../evil.jsonl"))
        archive.addfile(tarfile.TarInfo("/evil.jsonl"))
    assert Store(tmp_path).unpack(tmp_path / "plain") == 0
    assert not (tmp_path / "evil.jsonl").exists()
