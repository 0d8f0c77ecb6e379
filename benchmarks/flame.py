"""Draw the hot path: a flame graph of one verdict on a big log, with what runs outside Python.

python benchmarks/flame.py [MEGABYTES] [human|json]

It is written to docs/hot-path.svg; one that is too big for a page goes to .practice/ instead.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from measured import Words

_TOP: Final = Path(__file__).parents[1]
_BIN: Final = Path(sys.executable).parent
_LARGEST: Final = 200_000
_RATE: Final = 100
_TITLE: Final = re.compile(r'(id="title"[^>]*>)[^<]*')


def drawn(log: Path, svg: Path) -> str:
    """Judge a log under the profiler, once its rules are kept, and give the graph."""
    classify: Words = [_BIN / "python", _BIN / "codexjob", "classify", "--exit-zero", log]
    subprocess.run(classify, check=True, capture_output=True)
    options: Words = [
        "--function",
        "--native",
        "--rate",
        str(_RATE),
        "--format",
        "flamegraph",
        "--output",
        svg,
    ]
    profiler: Words = [_BIN / "py-spy", "record", *options, "--", *classify]
    subprocess.run(profiler, check=True, capture_output=True)
    return svg.read_text(encoding="utf-8")


def main() -> None:
    """Make a log, draw the graph, and write it without the words of this machine."""
    megabytes, form = (*sys.argv[1:], *("256", "human")[len(sys.argv) - 1 :])
    (_TOP / ".practice").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_TOP / ".practice", prefix="flame-") as folder:
        log = Path(folder) / f"big.{'log' if form == 'human' else 'jsonl'}"
        make: Words = [sys.executable, Path(__file__).with_name("make_logs.py"), "big", form]
        subprocess.run([*make, f"{megabytes}000000", log], check=True, capture_output=True)
        graph = drawn(log, Path(folder) / "hot-path.svg")
    title = rf"\1codexjob classify, one {form} log of {megabytes} MB"
    shown = _TITLE.sub(title, graph).replace(f"{_TOP}/", "")
    place = _TOP / ("docs" if len(shown) < _LARGEST else ".practice") / "hot-path.svg"
    place.write_text(shown + "\n" * (not shown.endswith("\n")), encoding="utf-8")
    print(f"{place}: {len(shown):,} bytes")


if __name__ == "__main__":
    main()
