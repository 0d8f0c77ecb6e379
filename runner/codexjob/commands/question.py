"""The three questions, as an option names them."""

from enum import StrEnum


class Question(StrEnum):
    """The three questions that a verdict answers."""

    ending = "ending"
    work = "work"
    noise = "noise"
