"""Record scenarios on the real Codex CLI, as a labelled dataset.

`scenario` is what a file says, `take` plays it once, `mask` makes the record stable, `store` writes it, and
`batch` does that for many at once.
"""

from codexjob.record.reading import find_scenarios
from codexjob.record.scenario import RecordedScenario, Truth
from codexjob.record.split import split_of

__all__ = ["RecordedScenario", "Truth", "find_scenarios", "split_of"]
