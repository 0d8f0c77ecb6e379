"""A supervisor without a terminal: `python -m codexjob.life.detached FOLDER RUN_ID LOCK SAYING`.

LOCK is the open lock of the job, SAYING the pipe on which its starter hears how it began.
"""

import os
import sys
from pathlib import Path


def main(argv: list[str] | None = None) -> None:
    """Leave the caller, then live the job."""
    folder, run_id, lock, saying = sys.argv[1:] if argv is None else argv
    # Its parent ends at once: so it is the child of nobody who could wait for it or end it with itself.
    if os.fork():
        os._exit(0)
    # Loaded only here, so that the fork happens before there is anything that it could break.
    from codexjob.life.service import serve

    serve(Path(folder), run_id, int(lock), int(saying))


if __name__ == "__main__":
    main()
