"""Judge logs and write the verdicts: all that `codexjob classify` does once it knows what it is asked."""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from logverdict.rulebook import Ruleset
from logverdict.source import STDIN, find_logs, name_logs

from codexjob.errors import OutputError
from codexjob.exit_status import NO_INPUT, SUCCESS, status_of
from codexjob.say import say
from codexjob.standard_input import standard_input
from codexjob.told import Request, Told, told_of

_MANY: Final = 400
"""Starting processes takes about as long as judging this many logs of 20 KB."""


def classify_logs(request: Request, ruleset: Ruleset) -> int:
    """Judge the logs, write each verdict as soon as it is there, and give the exit status."""
    seen: dict[tuple[str, bool, bool], Told] = {}
    texts: list[str] = []
    for told in _told(request, ruleset):
        # Of a hundred thousand verdicts only what the status needs is kept.
        seen.setdefault((told.verdict, told.success, told.is_missing), told)
        if told.trouble:
            say(sys.stderr, told.trouble)
        if request.output == "json":
            texts.append(told.text)
        else:
            _say_all(told.text)
    if request.output == "json":
        _say_all(_document(texts))
    if all(told.is_missing for told in seen.values()):
        say(sys.stderr, "codexjob: no log was found; name a log, or a folder that holds *.jsonl or *.log\n")
        return NO_INPUT
    return SUCCESS if request.exit_zero else status_of(seen.values())


def _told(request: Request, ruleset: Ruleset) -> Iterator[Told]:
    is_many = len(request.paths) >= _MANY or any(map(os.path.isdir, request.paths))
    if is_many and STDIN not in request.paths:
        names = list(name_logs(request.paths))
        if len(names) >= _MANY:
            from codexjob.counted import counted
            from codexjob.many_logs import judged_apart

            return counted(judged_apart(names, request, ruleset), len(names))
    return told_of(find_logs(request.paths, standard_input()), request, ruleset)


def _document(objects: Sequence[str]) -> str:
    """Put JSON objects into a list, set as `json.dumps` sets it: a text in JSON has no line end."""
    listed = ",\n".join(objects).replace("\n", "\n  ")
    return f"[\n  {listed}\n]\n" if objects else "[]\n"


def _say_all(text: str) -> None:
    if not say(sys.stdout, text):
        raise OutputError("standard output cannot be written (is a disk full?): the verdicts are incomplete")
