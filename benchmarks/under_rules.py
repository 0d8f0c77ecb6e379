"""Judge logs in one process under so many rules, and print the verdicts a CPU second.

python benchmarks/under_rules.py COUNT RULES LOGS
"""

import sys
import time
from io import BytesIO
from pathlib import Path

from logverdict.classify import classify
from logverdict.source import find_logs
from packs import ruleset

_WARM = 100


def main() -> None:
    """Judge some to warm up, then all."""
    rules = ruleset(int(sys.argv[1]), Path(sys.argv[2]) / "pack")
    names = sorted(map(str, Path(sys.argv[3]).iterdir()))
    for log in find_logs(names[:_WARM], BytesIO()):
        classify(log, rules)
    start = time.process_time()
    for log in find_logs(names, BytesIO()):
        classify(log, rules)
    print(len(names) / (time.process_time() - start))


if __name__ == "__main__":
    main()
