"""The short way to a verdict: `codexjob classify PATH [flags]` without the libraries of the command line.

They take several times as long to load as one log takes to be judged. Whatever is not plainly understood here
(help, a mistake, any other command) is left to them, so that there is nothing on which the two could differ.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from logverdict.engines import Engine, choose, exact
from logverdict.errors import LogverdictError
from logverdict.expression import expression
from logverdict.rulebook import Ruleset

from codexjob.classifying import classify_logs
from codexjob.errors import CodexjobError
from codexjob.exit_status import INTERRUPTED
from codexjob.told import Format, Request
from codexjob.usual_rules import usual_ruleset

_WHOLE: Final = expression(r"-?\d{1,9}")
_COMPLETION: Final = "_CODEXJOB_COMPLETE"


def quick_status(arguments: Sequence[str]) -> int | None:
    """Run `classify` if that is plainly what is asked, and give its exit status; null where it is not."""
    request = asked(arguments) if _COMPLETION not in os.environ else None
    if request is None or not _has_engine(request):
        return None
    ruleset = (None if request.rules else usual_ruleset()) or _ruleset(request)
    return None if ruleset is None else _told(request, ruleset)


def _has_engine(request: Request) -> bool:
    """Take the engine; false where there is none of that name, or it is not installed."""
    try:
        if request.engine is not None:
            choose(request.engine)
        return bool(exact())
    except LogverdictError:
        return False


def _ruleset(request: Request) -> Ruleset | None:
    """Take the rules from all their sources; null where something is to be said of them."""
    from logverdict.rulebook.packaged import built_in_packs
    from logverdict.rulebook.prepared import prepared_ruleset
    from platformdirs import user_cache_path

    from codexjob.rule_sources import rule_sources

    try:
        found = rule_sources(request.rules)
        if found.troubles:
            return None
        return prepared_ruleset([built_in_packs(), *found.folders], user_cache_path("codexjob"))
    except (LogverdictError, CodexjobError):
        return None


def _told(request: Request, ruleset: Ruleset) -> int:
    try:
        return classify_logs(request, ruleset)
    except CodexjobError as err:
        from codexjob.visible import visible

        sys.stderr.write(f"codexjob: {visible(str(err))}\n")
        return err.exit_status
    except BrokenPipeError:
        # Whoever read the output has gone (`| head`): nothing more can be said there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED


def asked(arguments: Sequence[str]) -> Request | None:
    """Read the arguments of the program; null for anything but a plain `classify`."""
    if arguments[:1] != ["classify"]:
        return None
    paths: list[str] = []
    given: dict[str, Any] = {}
    left = iter(arguments[1:])
    for word in left:
        if not word.startswith("-") or word == "-":
            paths.append(word)
        elif not _take(word, left, given):
            return None
    if not paths:
        if sys.stdin is None or sys.stdin.isatty():
            return None
        paths = ["-"]
    return Request(tuple(paths), **given)


def _take(word: str, left: Iterator[str], given: dict[str, Any]) -> bool:
    """Read one option; tell whether it is understood."""
    if word == "--exit-zero":
        given["exit_zero"] = True
        return True
    name, is_joined, joined = word.partition("=")
    read = _VALUES.get(name)
    value = joined if is_joined else next(left, None)
    return read is not None and value is not None and read(value, given)


def _format(value: str, given: dict[str, Any]) -> bool:
    given["output"] = value
    return value in get_args(Format)


def _exit_code(value: str, given: dict[str, Any]) -> bool:
    is_whole = _WHOLE.fullmatch(value) is not None
    given["exit_code"] = int(value) if is_whole else None
    return is_whole


def _engine(value: str, given: dict[str, Any]) -> bool:
    given["engine"] = value
    return value in get_args(Engine)


def _rules(value: str, given: dict[str, Any]) -> bool:
    given["rules"] = (*given.get("rules", ()), value)
    return not value.startswith("-")


_VALUES: Final[Mapping[str, Callable[[str, dict[str, Any]], bool]]] = {
    "--format": _format,
    "--exit-code": _exit_code,
    "--rules": _rules,
    "--engine": _engine,
}
