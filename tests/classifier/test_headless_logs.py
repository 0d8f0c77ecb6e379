"""Human logs of which a wrapper kept the last lines only."""

import pytest
from logverdict.classify import classify
from logverdict.events import Command, Message, Turn
from logverdict.meta import Meta
from logverdict.rulebook import load_ruleset, packaged_rules
from logverdict.source import Log
from logverdict.transcript import read_transcript

RULESET = load_ruleset([packaged_rules()])
TEST = "exec\n/bin/bash -lc 'pytest -q' in /w\n succeeded in 96ms:\n3 passed\n\n"
OLD_TEST = "exec\n/bin/bash -lc 'pytest -q' in /w succeeded in 96ms:\n3 passed\n"
RED = "exec\n/bin/bash -lc 'pytest -q' in /w\n exited 1 in 96ms:\n1 failed\n\n"
TWICE = "codex\nAll done.\nAll done.\n```\n"
END = "codex\nAll done.\ntokens used\n1,234\n"


@pytest.mark.parametrize(
    "log", [TEST + END, OLD_TEST + END, "of the file\n" + TEST + END + "All done.\n", TEST + TWICE]
)
def test_a_log_without_its_head_is_read_from_its_blocks(log: str) -> None:
    transcript = read_transcript({"log": log.encode()})
    assert transcript.format == "human"
    (command,) = [event for event in transcript.events if isinstance(event, Command)]
    (message,) = [event for event in transcript.events if isinstance(event, Message)]
    assert (command.exit_code, message.text.value) == (0, "All done.")
    assert [event.status for event in transcript.events if isinstance(event, Turn)] == ["completed"]


def test_it_is_no_success_since_its_head_may_hold_a_red_check() -> None:
    found = classify(Log("x", {"log": (TEST + END).encode()}, Meta(exit_code=0)), RULESET)
    assert (found.success, found.cause, found.action) == (False, "work.unverified", "verify")


def test_a_red_check_in_it_is_found() -> None:
    found = classify(Log("x", {"log": (RED + END).encode()}, Meta(exit_code=0)), RULESET)
    assert (found.verdict, found.cause) == ("real", "work.tests_failing")


@pytest.mark.parametrize(
    "text",
    [
        "codex\nis a manuscript in book form\n",
        "exec\nfork and exec are calls of Unix\n",
        "tokens used\nby the parser\n",
        "thinking\nof you\ncodex\n",
    ],
)
def test_words_alone_make_no_log(text: str) -> None:
    assert read_transcript({"log": text.encode()}).format == "unreadable"
