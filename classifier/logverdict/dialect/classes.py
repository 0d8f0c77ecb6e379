"""The named sets of characters of the dialect."""

from functools import cache
from typing import Final

from logverdict.dialect.charset import LAST, Ranges, united

PERL: Final[dict[str, Ranges]] = {
    "d": ((0x30, 0x39),),
    "s": ((0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)),
    "w": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
}
POSIX: Final[dict[str, Ranges]] = {
    "alnum": ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)),
    "alpha": ((0x41, 0x5A), (0x61, 0x7A)),
    "ascii": ((0x00, 0x7F),),
    "blank": ((0x09, 0x09), (0x20, 0x20)),
    "cntrl": ((0x00, 0x1F), (0x7F, 0x7F)),
    "digit": ((0x30, 0x39),),
    "graph": ((0x21, 0x7E),),
    "lower": ((0x61, 0x7A),),
    "print": ((0x20, 0x7E),),
    "punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "space": ((0x09, 0x0D), (0x20, 0x20)),
    "upper": ((0x41, 0x5A),),
    "word": ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)),
    "xdigit": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
}
_CATEGORIES: Final[dict[str, str]] = {
    "L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "S": "mcko", "Z": "slp", "C": "cfos",
}  # fmt: skip


_LONGEST: Final = 2


@cache
def category(name: str) -> Ranges | None:
    """Give the characters of a general category of Unicode; null for anything else, such as a script."""
    if name == "Any":
        return ((0, LAST),)
    if len(name) > _LONGEST or name[:1] not in _CATEGORIES or name[1:] not in _CATEGORIES[name[0]]:
        return None
    from unicodedata import category as category_of

    return united((code, code) for code in range(LAST + 1) if _is_in(category_of(chr(code)), name))


def _is_in(found: str, name: str) -> bool:
    # What no character has been given to yet is in no category, as RE2 has it.
    return found.startswith(name) and found != "Cn"
