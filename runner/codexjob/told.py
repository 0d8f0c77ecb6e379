"""What is said of one log after another: each judged, and its verdict as it is written."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from logverdict.classify import classify
from logverdict.record import record, replace
from logverdict.rulebook import Ruleset
from logverdict.sidecar import with_exit_code
from logverdict.source import Log
from logverdict.verdict import Verdict

if TYPE_CHECKING:
    from rich.text import Text

Format: TypeAlias = Literal["text", "json", "jsonl"]


@record(frozen=True, slots=True)
class Request:
    """What `classify` is asked. `rules` are written as the option `--rules` gives them.

    Without `engine` it is the one that the process has by itself.
    """

    paths: tuple[str, ...]
    output: Format = "text"
    exit_code: int | None = None
    rules: tuple[str, ...] = ()
    exit_zero: bool = False
    engine: str | None = None


@record(frozen=True, slots=True)
class Told:
    """What is said of one log: the verdict as written, trouble for stderr, and what the status needs."""

    text: str
    trouble: str
    verdict: str
    success: bool
    is_missing: bool


def told_of(logs: Iterable[Log], request: Request, ruleset: Ruleset) -> Iterator[Told]:
    """Judge logs one after another."""
    for log in logs:
        verdict = classify(_with_exit_code(log, request.exit_code), ruleset)
        trouble = f"codexjob: cannot read {log.trouble}\n" if log.trouble else ""
        is_missing = verdict.cause == "log.missing"
        text = _TEXTS[request.output](verdict)
        yield Told(text, trouble, verdict.verdict, verdict.success, is_missing)


def _with_exit_code(log: Log, exit_code: int | None) -> Log:
    """Use the status given by hand only where the sidecar does not know better."""
    is_known = log.meta.exit_code is not None or log.meta.signal is not None
    if exit_code is None or is_known:
        return log
    return replace(log, meta=with_exit_code(log.meta, exit_code))


def _line(verdict: Verdict) -> str:
    from codexjob.formats.verdict_json import verdict_line

    return f"{verdict_line(verdict)}\n"


def _object(verdict: Verdict) -> str:
    import json

    from codexjob.formats.verdict_json import verdict_record

    return json.dumps(verdict_record(verdict), ensure_ascii=False, indent=2)


def _text(verdict: Verdict) -> str:
    if _wants_colour():
        from codexjob.formats.verdict_text import verdict_text

        return _coloured(verdict_text(verdict))
    from codexjob.formats.verdict_lines import plain_verdict

    return f"{plain_verdict(verdict)}\n"


def _wants_colour() -> bool:
    """Tell whether anything but plain text is wanted: only then the terminal library is worth its loading."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return is_terminal or "FORCE_COLOR" in os.environ


def _coloured(text: "Text") -> str:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    with console.capture() as shown:
        console.print(text)
    return shown.get()


_TEXTS: Final[Mapping[Format, Callable[[Verdict], str]]] = {"text": _text, "json": _object, "jsonl": _line}
