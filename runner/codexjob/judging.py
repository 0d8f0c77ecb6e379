"""The runner's one call to the classifier."""

from collections.abc import Sequence
from typing import Final

from logverdict.classify import classify_run
from logverdict.transcript import read_transcript
from logverdict.verdict import Verdict

from codexjob.files import RunFiles
from codexjob.job import Judge
from codexjob.rule_sources import chosen_ruleset

_SMALL_RECORD: Final = b'{"type":"thread.started","thread_id":"x"}\n{"type":"turn.started"}\n'


def packaged_judge(rules: Sequence[str] | None = ()) -> Judge:
    """Load the rules, those named by `rules` too, and give the function that judges a run by them.

    Raises:
        RuleError: a pack is wrong: shown before Codex works for half an hour, not after.
    """
    ruleset = chosen_ruleset(rules)
    # The classifier loads its readers when it needs them. Here that is before Codex works: a job may change
    # this very program, and what was judged half by the old and half by the new one was not judged.
    read_transcript({"jsonl": _SMALL_RECORD, "stderr": b""})

    def judge(files: RunFiles) -> Verdict:
        return classify_run(files.jsonl, ruleset)

    return judge
