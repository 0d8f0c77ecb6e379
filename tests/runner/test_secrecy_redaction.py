"""What is known as a secret is taken away, in whatever pieces it comes, and nothing else is lost."""

import base64
import json
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import quote

import pytest
from codexjob.secrecy.chokepoint import own_redactor, without_secrets
from codexjob.secrecy.redactor import Redaction, Redactor, redactor_for
from codexjob.secrecy.shapes import SHAPES
from codexjob.secrecy.values import is_secret_name, secret_values
from hypothesis import given
from hypothesis import strategies as st

A = "abcdefghijklmnopqrstuvwxyz0123456789"
BODY = "\n".join(["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"] * 3)
PEM = f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{BODY}\n-----END RSA PRIVATE KEY-----"
JWT = f"eyJ{A}.eyJ{A}.{A}"
# One example of each shape: the text around it, and the secret in it.
EXAMPLES = {
    "openai": ("", "sk-proj-" + A, " end"),
    "openai-old": ("key=", "sk-" + A, ""),
    "openai-refresh": ("", "rt_" + A, ""),
    "github": ("", "ghp_" + A, ","),
    "github-fine": ("", "github_pat_" + A, ""),
    "gitlab": ("", "glpat-" + A, ""),
    "aws": ("", "AKIAIOSFODNN7EXAMPLE", ""),
    "aws-secret": ('aws_secret_access_key = "', "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", '"'),
    "slack": ("", "xoxb-123456789012-" + A, ""),
    "slack-app": ("", "xapp-1-" + A, ""),
    "slack-hook": ("https://hooks.slack.com/services/", "T00000000/B00000000/" + A, ""),
    "google": ("", "AIza" + A, ""),
    "google-login": ("", "ya29." + A, ""),
    "stripe": ("", "sk_live_" + A, ""),
    "npm": ("", "npm_" + A, ""),
    "pypi": ("", "pypi-AgEIcHlwaS5vcmc" + A, ""),
    "hugging-face": ("", "hf_" + A, ""),
    "sendgrid": ("", f"SG.{A[:22]}.{A}{A[:7]}", ""),
    "azure": ("AccountName=a;AccountKey=", A * 2 + "==", ";EndpointSuffix=b"),
    "telegram": ("", "123456789:AA" + A, ""),
    "digitalocean": ("", "dop_v1_" + "0123456789abcdef" * 4, ""),
    "webhook": ("", "whsec_" + A, ""),
    "jwt": ("", JWT, "\t"),
    "bearer": ("Authorization: Bearer ", A + "==", ""),
    "basic": ("authorization: basic ", "dXNlcjpwYXNzd29yZA==", ""),
    "password-in-url": ("postgres://ada:", "hunter2", "@db/x"),
    "private-key": ("", PEM, "\n"),
}
VALUES = (
    ("MY_TOKEN", 'hunter2"ä/very secret\\x'),
    ("NUMBER_KEY", "1234567890"),
    ("LONG_SECRET", "0aZ" * 300),
    ("PEM_KEY", "first-line-of-it\n  second-line-of-it\nshort"),
)
SECRETS = redactor_for(VALUES)
PLAIN = redactor_for(())


def in_pieces(redactor: Redactor, pieces: Iterable[bytes]) -> bytes:
    stream = Redaction(redactor)
    return b"".join([*map(stream.feed, pieces), stream.finish()])


def test_every_shape_has_an_example() -> None:
    assert list(EXAMPLES) == [shape.name for shape in SHAPES]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_key_of_a_known_shape_is_taken_away(name: str) -> None:
    before, secret, after = EXAMPLES[name]
    lines = "\n" * secret.count("\n")
    assert PLAIN.text(f"x {before}{secret}{after}") == f"x {before}[redacted:{name}]{lines}{after}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_key_is_found_inside_json_too(name: str) -> None:
    before, secret, after = EXAMPLES[name]
    document = {
        "text": f"one\n{before}{secret}{after}",
        "more": json.dumps({"inner": f"\n{before}{secret}{after}"}),
    }
    cleaned = json.loads(PLAIN.text(json.dumps(document)))
    assert f"[redacted:{name}]" in cleaned["text"]
    assert f"[redacted:{name}]" in json.loads(cleaned["more"])["inner"]
    assert secret not in PLAIN.text(json.dumps(document))


@pytest.mark.parametrize(
    "text",
    [
        "task-circle-" + A,
        "sk-some-class-name-of-a-style-sheet",
        "0123456789abcdef0123456789abcdef01234567",
        "Missing bearer or basic authentication in header",
        "https://example.org:8080/a@b",
        "ssh://git@example.org/x",
        "01a203d0-36eb-7fb2-84a4-f3daf3bd1049",
        "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----",
        "eyJ" + A,
    ],
)
def test_what_only_resembles_a_key_stays(text: str) -> None:
    assert PLAIN.text(text) == text


def test_a_value_is_found_in_every_way_of_writing_it() -> None:
    value = VALUES[0][1]
    twice = json.dumps(json.dumps(value))
    for text in (
        value,
        json.dumps(value),
        json.dumps(value, ensure_ascii=False),
        twice,
        quote(value, safe=""),
    ):
        assert "[redacted:MY_TOKEN]" in SECRETS.text(f"x{text}y")
        assert "hunter2" not in SECRETS.text(text)


@pytest.mark.parametrize("shift", range(3))
def test_a_value_inside_base64_is_masked_and_the_rest_can_still_be_decoded(shift: int) -> None:
    secret = VALUES[0][1].encode()
    coded = base64.b64encode(b"before"[shift:] + secret + b"after")
    cleaned = base64.b64decode(SECRETS.redact(coded), validate=True)
    assert secret[1:-1] not in cleaned
    assert cleaned.startswith(b"before"[shift:][:2])
    assert len(cleaned) == len(base64.b64decode(coded))


def test_every_line_of_a_value_is_a_secret_of_its_own() -> None:
    said = "1: first-line-of-it\n2: second-line-of-it\n3: short"
    assert SECRETS.text(said) == "1: [redacted:PEM_KEY]\n2: [redacted:PEM_KEY]\n3: short"


def test_a_number_stays_a_number() -> None:
    assert json.loads(SECRETS.text('{"n": 1234567890, "text": "1234567890"}'))["n"] == 9999999999


def test_a_key_that_never_ends_costs_some_lines_of_a_text_and_no_more() -> None:
    text = "-----BEGIN PRIVATE KEY-----" + "\nx" * 400
    cleaned = PLAIN.text(text)
    assert cleaned.count("\n") == text.count("\n")
    assert cleaned.count("x") > 200


def test_a_text_that_names_the_mark_of_a_key_keeps_its_string() -> None:
    line = json.dumps(
        {"a": 'grep "-----BEGIN PRIVATE KEY-----" *', "b": "\\", "c": "-----BEGIN PRIVATE KEY-----\\"}
    )
    assert json.loads(PLAIN.text(line))["b"] == "\\"


def test_nothing_of_a_whole_line_is_held_back() -> None:
    stream = Redaction(SECRETS)
    line = json.dumps({"type": "turn.completed"}).encode() + b"\n"
    assert stream.feed(line) == line
    assert stream.feed(line[:10]) == b""
    assert stream.feed(line[10:]) == line


def test_what_is_held_back_is_bounded_and_given_in_the_end() -> None:
    stream = Redaction(SECRETS)
    given_so_far = sum(len(stream.feed(b"x y ")) for _ in range(10_000))
    assert 40_000 - SECRETS.reach <= given_so_far < 40_000
    assert len(stream.finish()) == 40_000 - given_so_far


_PARTS = st.one_of(
    st.sampled_from([before + secret + after for before, secret, after in EXAMPLES.values()]),
    st.sampled_from([value for _, value in VALUES]),
    st.text(max_size=12),
    st.sampled_from(
        ["\n", '"', "\\", "\\\\", ": ", "-----BEGIN PRIVATE KEY-----", "-----END ", "eyJ", "sk-", "\x1b[31m"]
    ),
)
_TEXTS = st.lists(_PARTS, max_size=12).map("".join)


@given(_TEXTS, st.lists(st.integers(0, 4000), max_size=12))
def test_any_pieces_give_what_the_whole_gives(text: str, cuts: list[int]) -> None:
    data = text.encode(errors="surrogatepass")
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    pieces = [data[start:end] for start, end in pairwise(places)]
    assert in_pieces(SECRETS, pieces) == SECRETS.redact(data)
    assert in_pieces(SECRETS, (data[at : at + 1] for at in range(len(data)))) == SECRETS.redact(data)


@given(_TEXTS)
def test_no_value_survives_and_no_line_is_lost(text: str) -> None:
    cleaned = SECRETS.redact(text.encode(errors="surrogatepass"))
    for _, value in VALUES:
        for line in filter(lambda one: len(one.strip()) >= 8, value.splitlines()):
            assert line.strip().encode() not in cleaned
    assert cleaned.count(b"\n") == text.count("\n")


@given(st.lists(_TEXTS, min_size=1, max_size=4))
def test_a_json_line_stays_one(texts: list[str]) -> None:
    lines = [
        json.dumps({"type": "x", "text": text, "n": 1, "deep": json.dumps(text)}, ensure_ascii=False)
        for text in texts
    ]
    data = "".join(f"{line}\n" for line in lines).encode(errors="surrogatepass")
    for line in SECRETS.redact(data).decode(errors="surrogatepass").split("\n")[:-1]:
        inner = json.loads(line)
        assert inner["type"] == "x"
        assert len(set(inner) & {"type", "text", "n", "deep"}) == 4


def test_documents_are_cleaned_all_through() -> None:
    document = {"a": ["x", {"b": f"say {VALUES[0][1]}"}], VALUES[0][1]: 1, "n": None, "t": ("1",)}
    assert without_secrets(document, SECRETS) == {
        "a": ["x", {"b": "say [redacted:MY_TOKEN]"}],
        "[redacted:MY_TOKEN]": 1,
        "n": None,
        "t": ["1"],
    }


def test_the_secrets_of_this_process_are_known_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PASSWORD", "correct horse")
    assert own_redactor().text("it is correct horse") == "it is [redacted:SOME_PASSWORD]"


def test_paths_short_values_and_ordinary_variables_are_no_secrets() -> None:
    environ = {
        "SSL_KEY": "/etc/keys/1",
        "A_TOKEN": "short",
        "EDITOR": "emacs -nw -q",
        "B_TOKEN": "long-enough",
    }
    assert secret_values(environ) == (("B_TOKEN", "long-enough"),)
    assert not any(map(is_secret_name, ("PWD", "GIT_AUTHOR_NAME", "MONKEY", "KEYBOARD", "SSH_AUTH_SOCK")))
