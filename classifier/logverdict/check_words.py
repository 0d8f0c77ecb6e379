"""Words in commands and outputs that keep a check from counting as passed, whatever the framework."""

import re
from typing import Final

from logverdict.expression import expression

# Such a call asks the runner something, or builds only: no test is run, so it clears none.
ASKS: Final = expression(
    r"\s(?:--version|--help|-h|--co|--collect-only|--fixtures|--markers|--list(?:Tests|-tests)?|--dry-run|--no-run"
    r"|--setup-plan|-DskipTests\S*|-Dmaven\.test\.skip\S*)(?:\s|$)"
    r"|^(?:\S*/)?ctest\s(?:.*\s)?-N\b|^g?make\s(?:.*\s)?-n\b|^tox\s(?:.*\s)?-l\b|^go\s+test\s(?:.*\s)?-c\b"
    r"|^(?:\S*/)?gradlew?\s.*-x\s+test\b"
)
NOTHING_RUN: Final = expression(
    r"^running 0 tests$|\[no test files\]|no tests to run|^No test files found|^No tests executed!"
    r"|^No tests were found|^# tests 0$|^No test is available|^\[INFO\] (?:No tests to run|Tests are skipped)"
    r"|:test NO-SOURCE|^make(?:\[\d+\])?: Nothing to be done for"
    r"|^=* ?(?:\d+ (?:skipped|xfailed|deselected),? ?)+in [\d.]+s",
    re.MULTILINE | re.IGNORECASE,
)
_OF_NOTHING: Final = (
    "no test", "running 0 tests", "# tests 0", "tests are skipped", ":test no-source",
    "nothing to be done for", "skipped", "xfailed", "deselected",
)  # fmt: skip
"""Words of which one stands in whatever `NOTHING_RUN` matches."""
RAN: Final = expression(
    r"^running [1-9]\d* tests?$|\b[1-9]\d* (?:passed|passing)\b|^ok\s+\S+\s+[\d.]+s$", re.MULTILINE
)
# Where the exit status is hidden, words of success count only if no word of trouble stands beside them.
HARMLESS: Final = expression(
    r"\b(?:0|no) (?:failed|failing|failures?|errors?|skipped|problems?)\b"
    r"|\b(?:failures?|errors?|failed)[:=] ?0\b|# fail 0",
    re.IGNORECASE,
)
TROUBLE: Final = expression(
    r"\berrors?\b|\bfail(?:s|ed|ing|ures?)?\b|\bpanic\b|fault\b|not found|\binterrupted\b|did not run"
    r"|\bnot met\b"
    r"|\bproblems?\b|\b(?:exit|rc|code|status)\s?[=:]?\s?[1-9]|no tests ran|✖|✗|✘|:\(",
    re.IGNORECASE,
)
# Of itself this word stands in the output of a test, too; a runner says which or how many failed.
BARE: Final = expression(r"^FAILED\s*$", re.MULTILINE)
PARTIAL: Final = expression(r"\|\s*(?:head|(?:e|f)?grep)\b")


def ran_nothing(output: str) -> bool:
    """Tell whether a runner says that it had nothing to run."""
    # The expression is tried at every character; these words are found twenty times as fast.
    lowered = output.lower()
    if output.isascii() and not any(words in lowered for words in _OF_NOTHING):
        return False
    return NOTHING_RUN.search(output) is not None
