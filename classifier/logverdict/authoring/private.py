"""Take out of a log what no example may show: keys, addresses of people, names of users, ids of sessions."""

import re
from typing import Final

_ID: Final = "0199aaaa-0000-7000-8000-000000000001"
_MASKS: Final = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"\b(?:sk|pk|rk|sess)-[A-Za-z0-9_-]{8,400}", "sk-masked"),
        (r"\b(?:gh[oprsu]_|github_pat_|glpat-|xox[a-z]-|hf_|npm_|AKIA|AIza)[A-Za-z0-9_-]{10,400}", "masked"),
        (r"\beyJ[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]{1,4000}){0,3}", "masked"),
        (r"(?i)\b(bearer|basic) [A-Za-z0-9+/=._~-]{8,4000}", r"\1 masked"),
        (
            r"(?i)\b([\w-]{0,40}(?:api[_-]?key|secret|password|token)[\"']?\s?[=:]\s?[\"']?)(?!masked)[^\s\"'\\,;]{8,400}",
            r"\1masked",
        ),
        (r"^(\s{0,8}workdir: ).{1,500}$", r"\1/home/user/project"),
        (r"://[^/\s:@\"]{1,100}:[^/\s@\"]{1,200}@", "://masked@"),
        (r"\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,63}){1,5}", "someone@example.com"),
        (r"((?:/home/|/Users/|[A-Z]:\\{1,2}Users\\{1,2}))[^/\\\s\"':]{1,60}", r"\1user"),
        (r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", _ID),
        (r"(?i)\b((?:cf-ray|request id|request-id|x-request-id):? ?)[\w-]{6,80}", r"\1masked"),
    )
)


def masked(text: str) -> str:
    """Mask the private parts of a text; everything else stays as it is.

    >>> masked("/home/ada/x: key sk-abcdefghijkl of ada@example.org")
    '/home/user/x: key sk-masked of someone@example.com'
    """
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
