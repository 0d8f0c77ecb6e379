"""What a call of the model came to: the text that Codex gave back to the model."""

import re
from typing import Any, Final

from logverdict.expression import expression
from logverdict.record import record
from logverdict.transcript.literal import decoded, printable
from logverdict.transcript.records import table
from logverdict.transcript.source import text_of, whole_number

_HEAD: Final = expression(
    r"(?:Chunk ID: \S*\n)?(?:Exit code: (?P<code>-?\d{1,10})\n)?(?:Wall time:? [^\n]{1,40}\n)?"
    r"(?:Process exited with code (?P<exited>-?\d{1,10})\n)?"
    r"(?:Process running with session ID (?P<running>\d{1,15})\n)?"
    r"(?:Original token count: \d+\n)?(?:Total output lines: \d+\n)?(?P<output>Output:\n?)"
)
_DENIED: Final = expression(
    r"failed in sandbox \w+ with execution error: sandbox denied exec error, exit code: (-?\d{1,10}),"
    r"|(?:failed in sandbox|exec_command failed: ).{0,120}ExecToolCallOutput \{ exit_code: (-?\d{1,10}),"
)
_NOT_DONE: Final = expression(
    r"unsupported call|apply_patch verification failed|patch rejected|error: |exec_command failed"
    r"|failed |Script failed|aborted by user|execution error|Command blocked|Failed "
)
_DECLINED: Final = expression(r"Command blocked by|.{0,40}rejected by user|patch rejected")
_ABORTED: Final = expression(r"(?:Wall time: [^\n]{1,40}\n)?aborted by user")


@record(frozen=True, slots=True)
class Outcome:
    """The result of a call. `running` is the number of its process, where that still runs."""

    output: str
    exit_code: int | None = None
    running: int | None = None
    is_failed: bool = False
    is_declined: bool = False
    is_aborted: bool = False


def outcome_of(value: Any) -> Outcome:
    """Read the output of a call: plain, with a head of lines, wrapped in JSON, or a list of texts."""
    text = _text(value)
    if text.startswith('{"output":'):
        wrapped = table(decoded(text))
        code = whole_number(table(wrapped.get("metadata")).get("exit_code"))
        return Outcome(printable(text_of(wrapped.get("output")) or ""), code, is_failed=code not in (None, 0))
    if head := _HEAD.match(text):
        return _headed(text, head)
    if denied := _DENIED.match(text):
        return Outcome(printable(text), int(denied[1] or denied[2]), is_failed=True)
    is_aborted = _ABORTED.match(text) is not None
    is_failed = _NOT_DONE.match(text) is not None and not is_aborted
    is_declined = _DECLINED.match(text) is not None
    return Outcome(printable(text), None, None, is_failed, is_declined, is_aborted)


def _headed(text: str, head: re.Match[str]) -> Outcome:
    code = head["code"] or head["exited"]
    exit_code = None if code is None else int(code)
    running = None if head["running"] is None else int(head["running"])
    return Outcome(printable(text[head.end() :]), exit_code, running, is_failed=exit_code not in (None, 0))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(text_of(table(part).get("text")) or "" for part in value)
    if isinstance(value, dict):
        return _text(value.get("content"))
    return text_of(value) or ""
