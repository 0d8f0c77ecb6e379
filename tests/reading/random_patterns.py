"""Patterns of rule authors at random, and texts in which they may occur."""

from hypothesis import strategies as st

_SIGNS = [
    "a",
    "b",
    "K",
    "k",
    "s",
    "S",
    "1",
    "-",
    "_",
    " ",
    r"\n",
    "é",
    "É",
    "ß",
    "\u017f",
    "\u212a",
    "日",
    "\ufffd",
    "\u0131",
]
_ESCAPES = [
    r"\w",
    r"\W",
    r"\s",
    r"\S",
    r"\d",
    r"\D",
    r"\.",
    r"\x{e9}",
    r"\x41",
    r"\t",
    r"\v",
    r"\Qa.b\E",
    r"\pL",
    ".",
]
_SETS = [
    "[ab]",
    "[^a]",
    "[a-zé]",
    r"[^\w]",
    r"[\s\d]",
    "[[:alpha:]]",
    "[^[:^space:]]",
    "[k-s]",
    r"[^\n]",
    "[^éa]",
]
_PLACES = ["^", "$", r"\b", r"\B", r"\A", r"\z"]
_TIMES = ["*", "+", "?", "{2}", "{1,3}", "{0,20}", "{2,}", "*?", "+?", "??", "{1,2}?"]
_AROUND = [
    "(?:%s)",
    "(%s)",
    "(?P<name>%s)",
    "(?i:%s)",
    "(?s:%s)",
    "(?-i:%s)",
    "(?U:%s)",
    "(?-m:%s)",
    "(?i)%s",
    "(?:%s|)",
]


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.builds(lambda around, one: around % one, st.sampled_from(_AROUND), inner)
    return st.one_of(
        st.builds(lambda one, times: f"(?:{one}){times}", inner, st.sampled_from(_TIMES)),
        st.lists(inner, min_size=2, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        group.filter(lambda one: one.count("?P<name>") < 2),
    )


_LEAVES = st.one_of(
    st.sampled_from(_SIGNS),
    st.sampled_from(_SIGNS + _ESCAPES),
    st.sampled_from(_SETS),
    st.sampled_from(_PLACES),
)
PATTERNS = st.recursive(_LEAVES, _grown, max_leaves=8).filter(lambda one: one.count("?P<name>") < 2)
"""Sources of patterns, nearly all of which RE2 takes."""

_PIECES = st.sampled_from([
    b"a", b"b", b"aa", b"ab", b"K", b"k", b"s", b"S", b"1", b"-", b"_", b" ", b"\n", b"\t", b"\v", b".",
    *(sign.encode() for sign in "éÉßẞ日\u017f\u212a\ufffd\u0131iI\u0345😀"),
    b"\xff", b"\xc3", b"\xe6\x97", b"\xf0\x9f\x98", b"\x80", b"\x00", b"a.b",
])  # fmt: skip
RAW_TEXTS = st.lists(_PIECES, max_size=24).map(b"".join)
"""Bytes of a log, not always of UTF-8."""
