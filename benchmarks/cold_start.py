"""Print how long `codexjob classify` takes on one 20 KB log, cold, beside the bare interpreter."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 7
TARGET_SIZE = 20_000


def write_log(path: Path) -> None:
    """Write a JSONL log of about 20 KB: a session with many commands that ends well."""
    events: list[dict[str, object]] = [
        {"type": "thread.started", "thread_id": "0199aaaa-0000-7000-8000-000000000001"},
        {"type": "turn.started"},
    ]
    size = 0
    while size < TARGET_SIZE:
        item = {
            "id": f"item_{len(events)}",
            "type": "command_execution",
            "command": f"/bin/bash -lc 'sed -n 1,{len(events)}p notes.txt'",
            "aggregated_output": "one line of output of an ordinary command\n" * 10,
            "exit_code": 0,
            "status": "completed",
        }
        events.append({"type": "item.completed", "item": item})
        size += len(json.dumps(events[-1]))
    events.append(
        {"type": "item.completed", "item": {"id": "last", "type": "agent_message", "text": "Done."}}
    )
    events.append({"type": "turn.completed", "usage": {"input_tokens": 9, "output_tokens": 3}})
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")


def seconds(command: list[str]) -> tuple[float, float]:
    """Time a command: medians of its wall seconds and of its CPU seconds."""
    walls, cpus = [], []
    for _ in range(ROUNDS):
        before = _children_cpu()
        start = time.perf_counter()
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        walls.append(time.perf_counter() - start)
        cpus.append(_children_cpu() - before)
    return statistics.median(walls), statistics.median(cpus)


def _children_cpu() -> float:
    import os

    times = os.times()
    return times.children_user + times.children_system


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "job.jsonl"
        write_log(log)
        size = log.stat().st_size
        rows = [
            ("python -I -c pass", seconds([sys.executable, "-I", "-c", "pass"])),
            ("codexjob --version", seconds([sys.executable, "-m", "codexjob", "--version"])),
            (
                "codexjob classify",
                seconds([sys.executable, "-m", "codexjob", "classify", "--exit-zero", str(log)]),
            ),
        ]
    print(f"one log of {size / 1000:.0f} KB, whole process, median of {ROUNDS}")
    print(f"{'command':<22}{'wall s':>8}{'CPU s':>8}")
    for name, (wall, cpu) in rows:
        print(f"{name:<22}{wall:>8.3f}{cpu:>8.3f}")


if __name__ == "__main__":
    main()
