"""Turn the words of a log into a pattern: what changes from run to run becomes a class, the rest stays."""

import re
from collections.abc import Mapping
from typing import Final

LONGEST_TEXT: Final = 600
_FEWEST_WORDS: Final = 2
_SHORT: Final = 3
_MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_CODE_FILES: Final = "py|js|mjs|ts|tsx|jsx|go|rs|java|kt|c|h|cc|cpp|cs|rb|php|sh|ps1|swift"
# The first that fits wins, so what is longer and more telling comes first. All repetitions are bounded.
_CHANGING: Final = re.compile(
    rf"""
      (?P<url>\b[a-z][a-z0-9+.-]{{1,15}}://[^\s"'<>()\[\]]{{1,500}})
    | (?P<email>\b[\w.+-]{{1,64}}@[\w-]{{1,64}}(?:\.[\w-]{{1,63}}){{1,5}})
    | (?P<uuid>\b[0-9a-fA-F]{{8}}-(?:[0-9a-fA-F]{{4}}-){{3}}[0-9a-fA-F]{{12}}\b)
    | (?P<time>\b\d{{4}}-\d\d-\d\d(?:[T\ ]\d\d:\d\d(?::\d\d(?:\.\d{{1,9}})?)?(?:Z|[+-]\d\d:?\d\d)?)?)
    | (?P<date>\b(?:{_MONTHS})[a-z]{{0,6}}\.?\ \d{{1,2}}(?:st|nd|rd|th)?(?:,?\ \d{{4}})?
        (?:,?\ \d{{1,2}}:\d\d(?:\ ?[AP]M)?)?)
    | (?P<clock>\b\d{{1,2}}:\d\d(?::\d\d(?:\.\d{{1,9}})?)?(?:\ ?[AP]M)?\b)
    | (?P<ticked>`[^`\n]{{1,80}}`)
    | (?P<double>"[^"\n]{{1,80}}")
    | (?P<curly>\u201c[^\u201d\n]{{1,80}}\u201d)
    | (?P<single>(?<!\w)'[^'\n]{{1,80}}'(?!\w))
    | (?P<path>(?<![\w.])(?:~|\.{{1,2}})?/[\w.@%+~-]{{1,100}}(?:/[\w.@%+~-]{{1,100}}){{0,30}}/?
        |\b[A-Za-z]:\\[^\s"':]{{1,200}}
        |\b(?:[\w.-]{{1,60}}/){{1,20}}[\w-]{{0,60}}\.\w{{1,6}}\b
        |\b[\w-]{{1,60}}\.(?:{_CODE_FILES})\b)
    | (?P<telling>\b(?i:status|code|errno|error|signal|http|exited)(?:\ code|\ with)?:?[\ /]-?\d{{1,12}}\b)
    | (?P<address>\b\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?::\d{{1,5}})?\b)
    | (?P<version>\b(?:org|sk)-[\w*-]{{3,200}}|\bv?\d{{1,6}}(?:\.\d{{1,6}}){{2,4}}(?:-[\w.]{{1,30}})?)
    | (?P<model>\bo\d-\w{{1,12}}\b|\b(?:gpt|codex|claude|gemini|llama)-(?=[\w.-]{{0,40}}\d)[\w.-]{{0,40}}\w)
    | (?P<id>\b[a-z]{{2,10}}[_-](?=[A-Za-z]{{0,40}}\d)[A-Za-z0-9]{{8,80}}\b
        |\b(?=[a-f]{{0,64}}\d)(?=\d{{0,64}}[a-f])[0-9a-f]{{8,64}}\b
        |\b(?=[A-Za-z-]{{0,64}}\d)(?=[\d-]{{0,64}}[A-Za-z])[A-Za-z0-9-]{{14,80}}\b)
    | (?P<amount>\d{{1,20}}[.,]\d[\d.,]{{0,20}})
    | (?P<number>\d{{1,40}})
    """,
    re.VERBOSE,
)
_SYNTAX: Final = re.compile(r"[\\.^$*+?{}\[\]()|/]")
_ODD: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2018\u2019\u201c\u201d]|(?<=\w)'(?=\w)")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


_CLASSES: Final[Mapping[str, str]] = {
    "url": r"\S+",
    "email": r"\S+@\S+",
    "uuid": r"[0-9a-fA-F-]+",
    "time": r"[\d:.TZ +-]+",
    "date": r"\w+ \d+[\w,: ]*",
    "clock": r"\d[\d:.]*(?: ?[AP]M)?",
    "ticked": "`[^`]+`",
    "double": '"[^"]+"',
    "curly": "\u201c[^\u201d]+\u201d",
    "single": "'[^']+'",
    "path": r"\S+",
    "address": r"[\d.:]+",
    "version": r"\S+",
    "model": r"[\w.-]+",
    "id": r"[\w-]+",
    "amount": r"\d[\d.,]*",
    "number": r"\d+",
}


def generalised(text: str, *, anchored: bool = False) -> str | None:
    r"""Write one line of a log as a pattern that also fits the same line of another run.

    A status, an error code and an exit status stay as they are: those tell one cause from another. Null where
    fewer than two words of the line would be left. With `anchored` a short pattern is bound to the beginning
    of a line, since few words stand in many places.

    >>> generalised("no rollout found for thread id 0199aaaa-0000-7000-8000-000000000001")
    'no rollout found for thread id [0-9a-fA-F-]+'
    >>> generalised("unexpected status 503 after 12 tries of gpt-5.1-codex")
    'unexpected status 503 after \\d+ tries of [\\w.-]+'
    """
    line = text[:LONGEST_TEXT]
    parts: list[str] = []
    words = at = 0
    for found in _CHANGING.finditer(line):
        plain = line[at : found.start()]
        parts += [escaped(plain), _CLASSES.get(str(found.lastgroup)) or escaped(found.group())]
        words += len(_WORD.findall(plain))
        at = found.end()
    words += len(_WORD.findall(line[at:]))
    if words < _FEWEST_WORDS:
        return None
    pattern = "".join((*parts, escaped(line[at:])))
    return f"^{pattern}" if anchored and words <= _SHORT else pattern


def plain_words(text: str) -> list[str]:
    """Give the words of a line that stay the same from run to run.

    >>> plain_words("no rollout found for thread id 0199aaaa-0000-7000-8000-000000000001")
    ['no', 'rollout', 'found', 'for', 'thread', 'id']
    """
    return _WORD.findall(_CHANGING.sub(" ", text[:LONGEST_TEXT]))


def escaped(text: str) -> str:
    r"""Write text as a pattern between slashes; apostrophes and control characters become any one character.

    >>> escaped("I don't know a/b (yet).")
    'I don.t know a\\/b \\(yet\\)\\.'
    """
    pieces = _ODD.split(text)
    return ".".join(_SYNTAX.sub(lambda found: f"\\{found[0]}", piece) for piece in pieces)
