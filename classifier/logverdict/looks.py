"""Commands that change nothing: what a failed one of them means for the work."""

import re
from typing import Final

from logverdict.events import Command
from logverdict.expression import expression
from logverdict.record import replace
from logverdict.script import steps_of
from logverdict.turns import version_numbers

# Their bad exit status is an answer ("nothing found", "they differ"), or only tells that a look failed.
_LOOKING: Final = expression(
    r"(?:(?:command|sudo|env|time)\s+)*(?:[A-Za-z_]\w*=\S*\s+)*(?:/usr)?(?:/bin/)?"
    r"(?:grep|egrep|rg|ag|ack|diff|cmp|test|\[{1,2}|ls|which|type|find|fd|command -v|cat|head|tail|sed|awk"
    r"|stat|file|wc|pgrep|pkill|kill|tree|nl|less|od|xxd|jq"
    r"|git\s+(?:-\S+\s+)*(?:diff|grep|log|show|status|rev-parse|ls-files|blame|branch))(?:\s|$)"
)
# These words look, but not with these options.
_CHANGING: Final = expression(
    r"\S*sed\s(?:.*\s)?-\w*i|\S*(?:find|fd)\s.*\s-(?:delete|exec)|\S*awk\s.*inplace", re.DOTALL
)
# A line that only prints can break, misquoted as it may be, without any harm.
_PRINTING: Final = expression(r"(?:echo|printf|true|:)(?:\s[^|<>`]*)?\Z", re.DOTALL)
_LOST_STATUS_UNTIL: Final = (0, 44)


def is_look(command: Command) -> bool:
    """Tell whether the command that hands out the exit status only looked at something."""
    steps = steps_of(command.command.value)
    if not steps or command.exit_code == -1 or _CHANGING.match(steps[-1].text):
        return False
    return _LOOKING.match(steps[-1].text) is not None


def is_harmless(command: Command, version: str | None) -> bool:
    """Tell whether a failed command only looked, or only printed; up to 0.42 every failure is shown as -1."""
    is_lost = command.exit_code == -1 and version_numbers(version) < _LOST_STATUS_UNTIL
    known = replace(command, exit_code=1) if is_lost else command
    return is_look(known) or _PRINTING.match(command.command.value) is not None
