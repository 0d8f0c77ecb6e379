"""The values of secret variables, in every form in which a program may write them."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final
from urllib.parse import quote

# Shorter ones stand in ordinary words: taking them away would spoil the record and hide little.
SHORTEST: Final = 8
_PIECE: Final = 256
_WORDS: Final = frozenset({
    "KEY", "KEYS", "TOKEN", "TOKENS", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASSPHRASE", "PASS", "PAT",
    "CREDENTIAL", "CREDENTIALS", "COOKIE", "DSN", "APIKEY", "AUTHORIZATION",
})  # fmt: skip
_ENDS: Final = ("TOKEN", "SECRET", "PASSWORD", "APIKEY", "ACCESSKEY", "PASSPHRASE")
_PATH_STARTS: Final = ("/", "~/", "./", "../", "$")
_MASK: Final = b"REDACTED"


@dataclass(frozen=True, slots=True)
class Literal:
    """Bytes that must not be written, and what is written instead."""

    found: bytes
    instead: bytes


def is_secret_name(name: str) -> bool:
    """Tell whether a variable of this name holds a secret, by the words of the name.

    >>> [name for name in ("OPENAI_API_KEY", "GH_TOKEN", "PWD", "GIT_AUTHOR_NAME") if is_secret_name(name)]
    ['OPENAI_API_KEY', 'GH_TOKEN']
    """
    words = name.upper().split("_")
    return any(word in _WORDS or word.endswith(_ENDS) for word in words)


def secret_values(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give the names and values of the secret variables, sorted; paths and short values are none."""
    return tuple(
        sorted(
            (name, value)
            for name, value in environ.items()
            if is_secret_name(name) and len(value) >= SHORTEST and not value.startswith(_PATH_STARTS)
        )
    )


def literals(name: str, value: str) -> Iterator[Literal]:
    """Give all forms of one value: as it is, escaped for JSON once and twice, for a URL, inside base64.

    A value of several lines is looked for line by line, since a log may indent or number its lines; a very
    long line is looked for in pieces.
    """
    for line in value.splitlines():
        for piece in _pieces(line.strip()):
            raw = piece.encode(errors="surrogateescape")
            yield from _plain_forms(name, piece, raw)
            yield from _base64_forms(raw)


def _pieces(line: str) -> Iterator[str]:
    for start in range(0, len(line), _PIECE):
        piece = line[start : start + _PIECE]
        if len(piece) >= SHORTEST:
            yield piece


def _plain_forms(name: str, piece: str, raw: bytes) -> Iterator[Literal]:
    # A number in place of a JSON number must stay one, or the line could not be read any more.
    label = b"9" * len(raw) if raw.isdigit() else f"[redacted:{name}]".encode(errors="replace")
    once = [_escaped(piece, ascii_only=ascii_only) for ascii_only in (False, True)]
    twice = [_escaped(form, ascii_only=False) for form in once]
    texts = {quote(raw, safe=""), *once, *twice}
    yield Literal(raw, label)
    yield from (Literal(text.encode(errors="surrogateescape"), label) for text in texts)


def _escaped(text: str, *, ascii_only: bool) -> str:
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


def _base64_forms(raw: bytes) -> Iterator[Literal]:
    """Give what is the same in every base64 text that holds the value, for each place it can begin at.

    What stands instead is as long and is base64 too, so the text around it can still be decoded.
    """
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + raw + bytes(-(shift + len(raw)) % 3))
        first, last = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
        core = coded[first:last]
        mask = bytes(islice(cycle(_MASK), len(core)))
        yield Literal(core, mask)
        yield Literal(core.translate(bytes.maketrans(b"+/", b"-_")), mask)
