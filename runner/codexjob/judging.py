"""The runner's one call to the classifier."""

from logverdict.classify import classify_run
from logverdict.rulebook import built_in_ruleset
from logverdict.verdict import Verdict

from codexjob.files import RunFiles
from codexjob.job import Judge


def packaged_judge() -> Judge:
    """Load the built-in rules and give the function that judges a run by them.

    Raises:
        RuleError: a pack is wrong: shown before Codex works for half an hour, not after.
    """
    ruleset = built_in_ruleset()

    def judge(files: RunFiles) -> Verdict:
        return classify_run(files.jsonl, ruleset)

    return judge
