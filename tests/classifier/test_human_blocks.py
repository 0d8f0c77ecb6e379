"""What is Codex's own in a human log, where text around it looks alike."""

import pytest
from logverdict.events import Command, Error, Message, Plan, Transcript, Turn, Usage
from transcripts import read_log


def header(version: str, prompt: str = "Fix it.") -> str:
    return (
        f"OpenAI Codex v{version}\n--------\nworkdir: /w\nmodel: m\nprovider: p\napproval: never\n"
        f"sandbox: read-only\nsession id: s-1\n--------\nuser\n{prompt}\n"
    )


NEW = header("0.169.0")
OLD = header("0.106.0 (research preview)")
END = "codex\nAll done.\ntokens used\n1,234\n"
TRACE = "2026-01-02T03:04:05Z ERROR codex_core::session: failed to record rollout items\n"


def commands(transcript: Transcript) -> list[tuple[str, int | None]]:
    found = [event for event in transcript.events if isinstance(event, Command)]
    return [(one.command.value, one.exit_code) for one in found]


def messages(transcript: Transcript) -> list[str]:
    return [event.text.value for event in transcript.events if isinstance(event, Message)]


def turns(transcript: Transcript) -> list[str]:
    return [event.status for event in transcript.events if isinstance(event, Turn)]


SIDE_BY_SIDE = "exec\n/bin/zsh -lc 'cat a' in /wexec\n/bin/zsh -lc 'cat b' in /w{first}\nx\n{second}\ny\n"


def test_commands_of_the_old_era_that_ran_side_by_side_have_their_results() -> None:
    log = SIDE_BY_SIDE.format(first=" succeeded in 52ms:", second=" succeeded in 50ms:")
    assert commands(read_log(OLD + log + END)) == [("cat a", 0), ("cat b", 0)]


def test_results_that_differ_belong_to_no_command_for_certain() -> None:
    log = SIDE_BY_SIDE.format(first=" succeeded in 52ms:", second=" exited 1 in 50ms:")
    assert commands(read_log(OLD + log + END)) == [("cat a", None), ("cat b", None)]


def test_a_result_too_many_may_be_printed_and_leaves_all_in_doubt() -> None:
    log = SIDE_BY_SIDE.format(first=" succeeded in 52ms:\n succeeded in 1ms:", second=" exited 1 in 50ms:")
    assert commands(read_log(OLD + log + END)) == [("cat a", None), ("cat b", None)]


def test_a_command_that_codex_waits_for_keeps_its_folder_and_its_result() -> None:
    log = "exec\n/bin/zsh -lc 'make' in /wWaiting for `make`\n exited 1 in 6.25s:\nno\nthinking\n**So**\n"
    assert commands(read_log(OLD + log + END)) == [("make", 1)]


@pytest.mark.parametrize("head", [NEW, header("0.117.0")])
def test_a_script_may_be_quoted_both_ways(head: str) -> None:
    log = "exec\npwsh -Command '$x='\"'Stop'; Get-Content a.md\" in C:\\work\n succeeded in 5ms:\n\n"
    transcript = read_log(head + log + END)
    assert len(commands(transcript)) == 1
    assert transcript.spoofable == ()


def test_a_plan_below_an_output_is_the_agents() -> None:
    log = "exec\n/bin/bash -lc ls in /w\n succeeded in 5ms:\na\n\nNow the rest.\n  ✓ Look\n  → Mend\n"
    transcript = read_log(NEW + log + END)
    (plan,) = [event for event in transcript.events if isinstance(event, Plan)]
    assert (plan.steps, plan.done, transcript.spoofable) == (2, 1, ())


def test_a_list_at_the_end_of_a_message_is_no_plan() -> None:
    transcript = read_log(NEW + "codex\nChanged:\n  • a.py\ntokens used\n1,234\n")
    assert messages(transcript) == ["Changed:\n  • a.py"]


def test_what_codex_says_of_a_declined_command_is_no_output_of_it() -> None:
    declined = "exec\nsh -c 'rm a' in /w\n declined in 0ms:\n`rm a` rejected: blocked by policy\n"
    after = "exec\n/bin/bash -lc ls in /w\n succeeded in 5ms:\na\n\n"
    transcript = read_log(NEW + declined + after + END)
    assert [code for _, code in commands(transcript)] == [None, 0]
    assert transcript.spoofable == ()


@pytest.mark.parametrize("between", ["", TRACE, "hook: Stop\n"])
@pytest.mark.parametrize("head", [NEW, OLD])
def test_what_standard_output_says_again_is_one_message(head: str, between: str) -> None:
    said = "The old run ended with\n\nERROR: last status: 429\n\nexec\nso it was a limit."
    transcript = read_log(head + f"codex\n{said}\n{between}tokens used\n1,234\n{said}\n")
    assert messages(transcript) == [said]
    assert not any(isinstance(event, Error) for event in transcript.events)
    assert (turns(transcript), transcript.spoofable) == (["completed"], ())


def test_a_message_below_an_output_without_its_line_end_is_sure_if_said_again() -> None:
    log = NEW + "exec\n/bin/bash -lc 'cat a' in /w\n succeeded in 5ms:\n{}\n" + END
    assert read_log(log).spoofable
    transcript = read_log(log + "All done.\n")
    assert (messages(transcript), transcript.spoofable) == (["All done."], ())


def test_a_wrapper_may_go_on_after_the_message_was_said_again() -> None:
    transcript = read_log(NEW + END + "All done.\n```\n\n## Exit code\n0\n")
    assert (messages(transcript), turns(transcript)) == (["All done."], ["completed"])


def test_an_error_in_the_middle_of_a_message_is_quoted() -> None:
    log = "codex\nIt said\n\nERROR: cut\n\nand stopped.\ntokens used\n1,234\n"
    transcript = read_log(NEW + log)
    assert (turns(transcript), transcript.spoofable) == (["completed"], ())
    assert read_log(NEW + "codex\nIt said\n\nERROR: cut\ntokens used\n1,234\n").spoofable


QUOTED = OLD.replace("s-1", "q-1")[:200]


def test_a_banner_in_the_few_lines_shown_of_an_old_output_leaves_no_doubt_if_work_follows() -> None:
    quoting = f"exec\n/bin/zsh -lc 'cat a.log' in /w succeeded in 5ms:\n{QUOTED}\n" + "x\n" * 25
    work = "exec\n/bin/zsh -lc ls in /w succeeded in 5ms:\na\n"
    assert read_log(OLD + quoting + "thinking\n**So**\n" + work + END).spoofable == ()
    assert read_log(
        OLD + f"exec\n/bin/zsh -lc 'cat a.log' in /w succeeded in 5ms:\n{QUOTED}\n" + END
    ).spoofable


REVIEW = header("0.98.0", "changes against 'main'")
LOOK = "exec\n/bin/zsh -lc 'git diff' in /w succeeded in 5ms:\nx\n"


def test_a_review_ends_with_its_only_message_and_without_tokens() -> None:
    assert turns(read_log(REVIEW + LOOK + "codex\nNothing to flag.\n")) == ["completed"]
    assert turns(read_log(REVIEW + "codex\nI look.\n" + LOOK)) == []
    assert turns(read_log(OLD + LOOK + "codex\nNothing to flag.\n")) == []


def test_a_review_that_an_error_ended_has_failed() -> None:
    error = "ERROR: You've hit your usage limit.\n"
    said = "codex\nReview was interrupted. Please re-run.\n"
    assert turns(read_log(header("0.118.0", "current changes") + error + said + error)) == ["failed"]


def test_a_diff_of_the_turn_may_stand_below_the_message_that_is_said_again() -> None:
    diff = "file update:\ndiff --git a/a.py b/a.py\nindex 1..2\n--- a/a.py\n+++ b/a.py\n-x\n+y\n\n"
    for head in (NEW, OLD):
        transcript = read_log(f"{head}codex\nAll done.\n{diff}tokens used\n1,234\nAll done.\n")
        assert (messages(transcript), turns(transcript)) == (["All done."], ["completed"])


def test_standard_output_may_come_between_the_tokens_and_their_count() -> None:
    transcript = read_log(NEW + "codex\nAll done.\ntokens used\nAll done.\n1,234\n##[group]Run next\n")
    assert (messages(transcript), turns(transcript)) == (["All done."], ["completed"])
    (usage,) = [event for event in transcript.events if isinstance(event, Usage)]
    assert usage.total_tokens == 1234
