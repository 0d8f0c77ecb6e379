"""A supervisor whose clock of the day jumps hours and days forward and back."""

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

_FAR = 3 * 24 * 3600


def main() -> None:
    """Leave the caller, then live the job by a clock that nobody can trust."""
    folder, run_id, lock, saying = sys.argv[1:]
    if os.fork():
        os._exit(0)
    from codexjob.life.service import serve

    # The seed is the run's own, so that a round that failed can be played again.
    chance = random.Random(os.environ.get("CODEXJOB_FAULT_SEED", "0"))

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=chance.uniform(-_FAR, _FAR))

    serve(Path(folder), run_id, int(lock), int(saying), now)


if __name__ == "__main__":
    main()
