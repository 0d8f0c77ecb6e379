"""Write logs for the benchmarks, and print what they consist of, as one line of JSON.

python benchmarks/make_logs.py big FORM CHARACTERS PATH
python benchmarks/make_logs.py one FORM PATH
python benchmarks/make_logs.py matches CHARACTERS PATH
python benchmarks/make_logs.py small FORM COUNT FOLDER [zstd]

FORM is human or json.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from blocks import Form
from hot import hot
from workload import Made, big, one, small


def write(path: Path, pieces: Iterable[str]) -> int:
    """Write a log, and give its size in bytes."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
    return path.stat().st_size


def write_small(form: Form, logs: int, folder: Path, made: Made, is_packed: bool) -> int:
    """Write many small logs, each of them another one, and give their size in bytes before packing."""
    folder.mkdir()
    size = 0
    for number in range(logs):
        content = "".join(small(form, made, number)).encode()
        name = f"{number:06}.{'log' if form == 'human' else 'jsonl'}"
        (folder / (name + ".zst" * is_packed)).write_bytes(_packed(content) if is_packed else content)
        size += len(content)
    return size


def _packed(content: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.compress(content)


def main() -> None:
    """Write what is asked for."""
    kind, *words = sys.argv[1:]
    made = Made()
    match kind, words:
        case "big", ("human" | "json" as form, size, path):
            made.bytes = write(Path(path), big(form, int(size), made))
        case "one", ("human" | "json" as form, path):
            made.bytes = write(Path(path), one(form, made))
        case "matches", (size, path):
            made.bytes = write(Path(path), hot(int(size), made))
        case "small", ("human" | "json" as form, logs, folder, *packed):
            made.bytes = write_small(form, int(logs), Path(folder), made, packed == ["zstd"])
        case _:
            raise SystemExit(__doc__)
    print(json.dumps(asdict(made)))


if __name__ == "__main__":
    main()
