"""What a drafted rule is made of: patterns of words, phrases of texts, logs without anything private."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logverdict.authoring.generalised import generalised
from logverdict.authoring.phrases import of_agent, of_codex, of_output
from logverdict.authoring.private import masked
from logverdict.pattern import compile_pattern
from logverdict.rulebook.grammar import parse_condition

TWINS = (
    ("no rollout found for thread id 0199aaaa-0000-7000-8000-000000000001",
     "no rollout found for thread id 0199bbbb-1111-7222-8333-444444444444"),
    ("The 'gpt-9' model is not supported here.", "The 'o4-mini' model is not supported here."),
    ("error sending request for url (https://a.example/v1)", "error sending request for url (http://b/)"),
    ("Model provider `foo` not found", "Model provider `bar_2` not found"),
    ("You\u2019ve hit your limit. Try again at Nov 23rd, 2026 2:13 AM.",
     "You've hit your limit. Try again at Dec 1st, 2027 11:03 PM."),
    ("failed to write /home/ada/x.txt after 12 tries", "failed to write C:\\Users\\bob\\y.txt after 3 tries"),
    ("I could not update src/app/calc.py", "I could not update lib/other.ts"),
    ("limit 200,000 of org-****** is used up", "limit 1,5 of org-abc123 is used up"),
)  # fmt: skip


@pytest.mark.parametrize(("here", "elsewhere"), TWINS)
def test_a_pattern_fits_the_same_line_of_another_run(here: str, elsewhere: str) -> None:
    pattern = compile_pattern(str(generalised(here)))
    assert pattern.matches(here)
    assert pattern.matches(elsewhere)


@pytest.mark.parametrize(
    ("here", "other"),
    [
        ("unexpected status 401 Unauthorized", "unexpected status 503 Unauthorized"),
        ("No such file or directory (os error 2)", "No such file or directory (os error 28)"),
        ("the command exited with 127 again", "the command exited with 1 again"),
    ],
)
def test_a_number_that_tells_causes_apart_stays(here: str, other: str) -> None:
    assert not compile_pattern(str(generalised(here))).matches(other)


@pytest.mark.parametrize("text", ["", "failed", "12:30", "'x' `y`", "https://a.example/b"])
def test_words_that_say_too_little_make_no_pattern(text: str) -> None:
    assert generalised(text) is None


def test_few_words_are_bound_to_the_beginning_of_a_line() -> None:
    assert generalised("Missing environment variable: `KEY`", anchored=True) == (
        "^Missing environment variable: `[^`]+`"
    )


@given(st.text(max_size=200))
def test_every_pattern_is_a_condition_and_matches_its_own_line(text: str) -> None:
    line = " ".join(text.split())
    pattern = generalised(f"it said {line}")
    assert pattern is not None
    parse_condition(f"any error ~ /{pattern}/")
    assert compile_pattern(pattern).matches(f"it said {line}")


def test_the_innermost_message_comes_before_what_is_wrapped_around_it() -> None:
    text = 'unexpected status 401: {\n "message": "You sent no key at all.",\n}, url: http://x/y'
    assert next(of_codex(text)) == "You sent no key at all."


def test_a_retry_and_an_address_are_taken_off() -> None:
    text = "Reconnecting... 5/5 (stream disconnected before completion: it closed early, url: http://x/y)"
    assert next(of_codex(text)) == "stream disconnected before completion: it closed early"


def test_a_message_stands_on_what_it_admits() -> None:
    text = "I changed calc.py. I could not run the tests because pytest is missing. Have a nice day."
    assert next(of_agent(text)) == "I could not run the tests"


def test_output_stands_on_the_last_line_that_tells_of_trouble() -> None:
    text = "error: one thing was wrong\nbash: line 1: foo: command not found\nall the rest is fine\n"
    assert next(of_output(text)) == "bash: line 1: foo: command not found"


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-abcdefghijklmnop", "Bearer abcdefgh.ijklmnop", "ada@example.org", "/home/ada/",
        "/Users/ada/", "api_key=abcdefghijkl", '"token": "abcdefghijkl"', "https://ada:secret99@example.org/",
        "ghp_abcdefghijklmnopqrst", "0199bbbb-1111-7222-8333-444444444444", "C:\\Users\\ada\\x",
    ],
)  # fmt: skip
def test_nothing_private_stays_in_an_example(secret: str) -> None:
    shown = masked(f"before {secret} after")
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert "ada" not in shown
    assert "abcdefgh" not in shown
    assert "444444444444" not in shown
    assert masked(shown) == shown


def test_tokens_that_were_counted_are_no_secret() -> None:
    assert masked("tokens used: 12345678") == "tokens used: 12345678"
