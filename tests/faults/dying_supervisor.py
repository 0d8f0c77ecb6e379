"""A supervisor that kills itself before its n-th change to the disk or start of a process."""

import os
import signal
import sys
from pathlib import Path

_CHANGES = ("os.rename", "os.remove", "subprocess.Popen", "fcntl.flock", "os.mkdir", "os.truncate")
_WRITING = os.O_WRONLY | os.O_RDWR


def main() -> None:
    """Leave the caller, then live the job until the instant that CODEXJOB_DIE_AT names."""
    folder, run_id, lock, saying = sys.argv[1:]
    if os.fork():
        os._exit(0)
    from codexjob.life.service import load_judge, serve

    # All is loaded before the counting begins, so that the n-th change is the same one each time.
    load_judge()
    left = int(os.environ["CODEXJOB_DIE_AT"])

    def die_in_time(event: str, details: tuple[object, ...]) -> None:
        nonlocal left
        is_write = event == "open" and isinstance(details[2], int) and details[2] & _WRITING
        if is_write or event in _CHANGES:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die_in_time)
    serve(Path(folder), run_id, int(lock), int(saying))


if __name__ == "__main__":
    main()
