"""Text of strangers, made safe to show: it must not command the reader's terminal."""

from typing import Final

from logverdict.expression import expression

_CONTROLS: Final = expression(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Write control characters, direction marks and lone surrogates as escapes; tabs and line ends stay.

    >>> visible("\x1b[31mred")
    '\\x1b[31mred'
    """
    if text.replace("\n", "").isprintable():
        return text
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def shortened(text: str, width: int) -> str:
    r"""Put text on one line of at most `width` characters.

    >>> shortened("two\n lines", 5)
    'two …'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= width else f"{flat[: width - 1]}…"
