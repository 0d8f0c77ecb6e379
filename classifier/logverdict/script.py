"""Split a shell script into its commands, far enough to know whose exit status it hands out."""

import re
from functools import lru_cache
from typing import Final

from logverdict.expression import expression
from logverdict.record import record
from logverdict.transcript.shell import unwrapped

_TOKEN: Final = expression(
    r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\$\(|<<-?\s*(?P<heredoc>["']?[\w.]+["']?)"""
    r"""|(?P<operator>\|\|?&?|&&|&(?!>)|;;?|\n)|(?P<comment>(?<![^\s;|&(])\#[^\n]*)|(?P<open>\()|(?P<close>\))""",
    re.DOTALL,
)
_REDIRECTS: Final = ("<", ">")
_KEYWORD: Final = expression(r"(?:(?:then|do|else|if|elif|while|until|\{|!|time)\s+)*")
_STOPS: Final = expression(r"set\s+-\w*e|errexit")
_UNSETS: Final = expression(r"\+\w*[eo]")
# A trap or a function may change the exit status in ways that the order of the commands does not show.
_HIDES: Final = expression(r"trap\s|(?:function\s+)?[\w-]+\s*\(\)")
_GIVES_UP: Final = expression(r"(?:exit|return)\s+[1-9]|false\b")
_REMEMBERED: Final = 400
_DEEPEST: Final = 3
_LONGEST: Final = 20_000


@record(frozen=True, slots=True)
class Step:
    """One simple command of a script. `is_decisive`: where the script exits 0, so did this command."""

    text: str
    is_decisive: bool


def steps_of(script: str, depth: int = 0) -> tuple[Step, ...]:
    """Split a script into its simple commands; quoted text, comments and here-documents are not searched.

    Of a very long script only the beginning is read, and nothing in it is decisive.
    """
    # Each command is asked about several times, and the same commands stand in many logs.
    return (_short_steps if len(script) <= _REMEMBERED else _steps)(script, depth)


def _steps(script: str, depth: int) -> tuple[Step, ...]:
    found = _split(script[:_LONGEST])
    options = " ".join(text for text, _ in found if text.startswith("set "))
    stops = _STOPS.search(options) is not None and not _UNSETS.search(options)
    is_hidden = any(_HIDES.match(text) for text, _ in found)
    steps: list[Step] = []
    is_decisive = len(script) <= _LONGEST and not is_hidden
    following = ""
    for position in range(len(found) - 1, -1, -1):
        text, operator = found[position]
        before = found[position - 1][1] if position else ""
        hands_on = _hands_on(
            operator, following, stops=stops, pipes="pipefail" in options and not _UNSETS.search(options)
        )
        is_decisive = is_decisive and hands_on
        steps.extend(reversed(_inner(text, depth, is_decisive and before != "||" and not _turned(text))))
        following = text
    return tuple(reversed(steps))


_short_steps: Final = lru_cache(maxsize=2048)(_steps)


def _turned(text: str) -> bool:
    return text.startswith(("! ", "if ", "while ", "until ", "elif "))


def _inner(text: str, depth: int, is_decisive: bool) -> tuple[Step, ...]:
    plain = text[_keywords(text) :]
    inner = unwrapped(plain) if depth < _DEEPEST else plain
    if inner == plain:
        return (Step(plain, is_decisive),)
    return tuple(Step(step.text, step.is_decisive and is_decisive) for step in steps_of(inner, depth + 1))


def _keywords(text: str) -> int:
    match = _KEYWORD.match(text)
    return match.end() if match else 0


def _hands_on(operator: str, following: str, *, stops: bool, pipes: bool) -> bool:
    """Tell whether a failure before this operator fails the script."""
    match operator:
        case "" | "&&":
            return True
        case "\n" | ";":
            return stops
        case "|" | "|&":
            return pipes
        case "||":
            return _GIVES_UP.match(following) is not None
    return False


class _Splitter:
    """A pass over a script: where the current command began, and how deep in parentheses it is."""

    def __init__(self, script: str) -> None:
        self.script = script
        self.found: list[tuple[str, str]] = []
        self.begin = 0
        self.depth = 0

    def take(self, token: re.Match[str]) -> int:
        """Read one token, and give where to go on."""
        if token["heredoc"]:
            return _after_heredoc(self.script, token.end(), token["heredoc"].strip("\"'"))
        if token["open"] or token[0] == "$(":
            self._open(token)
        elif token["close"]:
            self._close(token)
        elif token["comment"]:
            self.end(token.start(), token.end(), "\n")
        elif token["operator"] and self.depth == 0 and not self._is_redirect(token):
            self.end(token.start(), token.end(), token["operator"])
        return token.end()

    def end(self, until: int, begin: int, operator: str) -> None:
        """End the current command before `until`; the next begins at `begin`."""
        self.found.append((self.script[self.begin : until].strip(), operator))
        self.begin = begin

    def _is_redirect(self, token: re.Match[str]) -> bool:
        return self.script[token.start() - 1 : token.start()] in _REDIRECTS

    def _open(self, token: re.Match[str]) -> None:
        if token["open"] and not self.depth and not self.script[self.begin : token.start()].strip():
            self.begin = token.end()
        else:
            self.depth += 1

    def _close(self, token: re.Match[str]) -> None:
        if self.depth:
            self.depth -= 1
        else:
            self.end(token.start(), token.end(), "")


def _split(script: str) -> list[tuple[str, str]]:
    splitter = _Splitter(script)
    position = 0
    while (token := _TOKEN.search(script, position)) is not None:
        position = splitter.take(token)
    splitter.end(len(script), len(script), "")
    return _joined(splitter.found)


def _joined(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out empty commands; the operator of one belongs to the command before it."""
    joined: list[tuple[str, str]] = []
    for text, operator in found:
        if text:
            joined.append((text, operator))
        elif joined and operator and (not joined[-1][1] or joined[-1][1] in "\n;"):
            joined[-1] = (joined[-1][0], operator)
    if joined and joined[-1][1] in ("\n", ";"):
        joined[-1] = (joined[-1][0], "")
    return joined


def _after_heredoc(script: str, position: int, word: str) -> int:
    end = re.compile(rf"\n[\t ]*{re.escape(word)}[ \t]*(?=\n|\Z)").search(script, position)
    return position if end is None else end.end()
