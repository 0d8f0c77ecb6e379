"""How long the parts of a verdict on one log of 20 KB take, in a process that has judged others before.

Run by `make bench`, not by `make test`.
"""

from io import BytesIO
from pathlib import Path

import pytest
from blocks import Form
from logverdict.classify import classify, facts_of, transcript_of
from logverdict.rulebook import Ruleset, built_in_ruleset, findings
from logverdict.source import Log, find_logs
from make_logs import write
from pytest_benchmark.fixture import BenchmarkFixture
from workload import Made, one


@pytest.fixture(scope="module")
def rules() -> Ruleset:
    return built_in_ruleset()


@pytest.fixture(params=["human", "json"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Log:
    form: Form = request.param
    path = tmp_path / ("one.log" if form == "human" else "one.jsonl")
    write(path, one(form, Made()))
    (found,) = find_logs([str(path)], BytesIO())
    return found


def test_reading(benchmark: BenchmarkFixture, log: Log) -> None:
    assert benchmark(transcript_of, log).events


def test_rules(benchmark: BenchmarkFixture, log: Log, rules: Ruleset) -> None:
    transcript = transcript_of(log)
    facts = facts_of(log, transcript, rules)
    benchmark(findings, rules, transcript.events, facts)


def test_whole_verdict(benchmark: BenchmarkFixture, log: Log, rules: Ruleset) -> None:
    assert benchmark(classify, log, rules).success
