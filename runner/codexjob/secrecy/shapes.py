"""What keys look like: shapes by which a secret is known wherever it came from.

A shape is a head, bounded in length, and what may follow: every byte of `more`, however many. So a key of any
length is found in a stream that comes in pieces. What is taken away holds no line end, quote or backslash:
neither a line nor a JSON string loses its end by it.
"""

from dataclasses import dataclass
from typing import Final

# No head matches more bytes than this.
LONGEST_HEAD: Final = 640

_WORD: Final = rb"-A-Za-z0-9_"
_BASE64: Final = rb"-A-Za-z0-9+/=_"
_QUOTES: Final = rb"[\"'\\]{0,6}"
_GIVEN: Final = _QUOTES + rb"[ \t]{0,4}[=:][ \t]{0,4}" + _QUOTES
# A key begins at a word border; in JSON, and in coloured output, a letter may stand before it that is none.
_BORDER: Final = rb"(?:\b|\\[nrtbfv]|\\u[0-9a-fA-F]{4}|\[[0-9;]{0,12}m)"


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of key: patterns for what stands before it and stays, for its first bytes, for those after.

    `more` is the inside of a class of bytes. `after` is put behind what replaces the key.
    """

    name: str
    first: bytes
    more: bytes = b""
    before: bytes = _BORDER
    after: bytes = b""
    is_block: bool = False


# Most prefixes are told by their makers; the tests hold an example of each.
SHAPES: Final = (
    Shape("openai", rb"sk-(?:proj|svcacct|admin|None|ant|or|lf)-[" + _WORD + rb"]{16}", _WORD),
    Shape("openai-old", rb"sk-[A-Za-z0-9]{20}", _WORD),
    Shape("openai-refresh", rb"rt_[" + _WORD + rb".]{30}", _WORD + b"."),
    Shape("github", rb"gh[pousr]_[A-Za-z0-9]{30}", _WORD),
    Shape("github-fine", rb"github_pat_[A-Za-z0-9_]{30}", _WORD),
    Shape("gitlab", rb"gl(?:pat|ptt|dt|rt|cbt)-[" + _WORD + rb"]{16}", _WORD + b"."),
    Shape("aws", rb"(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    Shape(
        "aws-secret",
        rb"[A-Za-z0-9/+]{40}",
        _BASE64,
        before=rb"(?i:aws_?(?:secret_?access_?key|session_?token))" + _GIVEN,
    ),
    Shape("slack", rb"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10}", _WORD),
    Shape("slack-app", rb"xapp-[A-Za-z0-9-]{20}", _WORD),
    Shape(
        "slack-hook",
        rb"[A-Za-z0-9/]{20}",
        rb"A-Za-z0-9/",
        before=rb"hooks\.slack\.com/(?:services|workflows|triggers)/",
    ),
    Shape("google", rb"AIza[" + _WORD + rb"]{35}", _WORD),
    Shape("google-login", rb"ya29\.[" + _WORD + rb"]{20}", _WORD + b"."),
    Shape("stripe", rb"[rs]k_(?:live|test)_[A-Za-z0-9]{16}", _WORD),
    Shape("npm", rb"npm_[A-Za-z0-9]{36}", _WORD),
    Shape("pypi", rb"pypi-[" + _WORD + rb"]{50}", _WORD),
    Shape("hugging-face", rb"hf_[A-Za-z0-9]{30}", _WORD),
    Shape("sendgrid", rb"SG\.[" + _WORD + rb"]{20,24}\.[" + _WORD + rb"]{40}", _WORD),
    Shape("azure", rb"[A-Za-z0-9+/]{40}", _BASE64, before=rb"AccountKey="),
    Shape("telegram", rb"\d{8,10}:AA[" + _WORD + rb"]{32}", _WORD),
    Shape("digitalocean", rb"do[opr]_v1_[a-f0-9]{60}", _WORD),
    Shape("webhook", rb"whsec_[" + _BASE64 + rb"]{20}", _BASE64),
    Shape("jwt", rb"eyJ[" + _WORD + rb"]{8,500}\.eyJ[" + _WORD + rb"]{8}", _WORD + b".="),
    Shape("bearer", rb"[-A-Za-z0-9._~+/]{20}", _BASE64 + b".~", before=_BORDER + rb"(?i:bearer)[ \t]{1,4}"),
    Shape(
        "basic",
        rb"[" + _BASE64 + rb"]{8}",
        _BASE64,
        before=rb"(?i:authorization)" + _GIVEN + rb"(?i:basic)[ \t]{1,4}",
    ),
    Shape(
        "password-in-url",
        rb"[^\s/@\"'\\<>]{3,128}@",
        before=rb"://[^\s/:@\"'\\<>]{0,64}:",
        after=b"@",
    ),
    Shape(
        "private-key",
        rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
        before=b"",
        is_block=True,
    ),
)
