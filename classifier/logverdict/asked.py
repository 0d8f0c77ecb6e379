"""What the task asked for, as far as its first words tell: a change of files, or only words."""

import re
from collections.abc import Sequence
from typing import Final

from logverdict.events import Command, Event, Patch, Prompt, Tool
from logverdict.expression import expression
from logverdict.looks import is_look

_READ: Final = 2_000
# Verbs that can only be obeyed by changing something; "write" and "add" alone can ask for words.
_ASKS: Final = expression(
    r"\A(?:[\s#*>\"'-]|(?:task|issue|goal|please|now|you must|your task is to|(?:can|could) you)\b[:,]?)*"
    r"(?:fix|implement|repair|refactor|rename|migrate|replace|remove|delete|update|upgrade|change|modify|edit"
    r"|correct|resolve|convert|port|move|rewrite|extend|wire|integrate|close|merge|apply|bump|patch|create|add"
    r"|behebe|repariere|implementiere|ändere|entferne|corrige|arregla|implementa|corrija|corrigez|ajoute|исправь)\b"
    r"|\A\W*(?:修复|实现|修正|実装|수정)",
    re.IGNORECASE,
)
_FORBIDS: Final = expression(
    r"\b(?:do not|don.t|never|without) (?:\w+ ){0,2}?(?:modify|edit|chang|touch|writ)"
    r"|\bread[- ]only\b|\bno (?:code )?(?:changes|edits)\b",
    re.IGNORECASE,
)
_WRITES: Final = expression(r"[^<>0-9&=-]>{1,2}(?!&|\s*/dev/null)|\btee\b")
# A bare word of completion is a claim, if a poor one; anything longer can say why nothing was changed.
_SAYS_DONE: Final = expression(r"\W*(?:all )?(?:done|completed?|finished|ok|okay)\W*\Z", re.IGNORECASE)


def asks_for_a_change(events: Sequence[Event], task: str | None = None) -> bool:
    """Tell whether the first words of a task order a change and no word forbids one.

    `task` is what the sidecar names; without it the prompt counts that the log repeats, if it does.
    """
    prompts = (event.text.opening for event in reversed(events) if isinstance(event, Prompt))
    words = (task or next(prompts, ""))[:_READ]
    return bool(words) and _ASKS.match(words) is not None and not _FORBIDS.search(words)


def says_only_done(answer: str) -> bool:
    """Tell whether an answer is nothing but "Done." or the like."""
    return _SAYS_DONE.match(answer) is not None


def may_have_changed(events: Sequence[Event]) -> bool:
    """Tell whether a patch, a tool or a command on record can have changed a file."""
    return any(isinstance(event, Patch | Tool) or _may_change(event) for event in events)


def _may_change(event: Event) -> bool:
    if not isinstance(event, Command):
        return False
    return not is_look(event) or _WRITES.search(event.command.value) is not None
