"""Measure how long verdicts take, beside other programs on the same machine, and write docs/performance.md.

With --short everything is small, three rounds instead of five, and only printed.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import cold
import large
import many
from page import Report, machine, put_between_marks
from peers import ripgrep_version
from setting import Setting

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
PLACE = Path(__file__).parents[1] / ".practice"
PARTS = {"cold": cold.measure, "large": large.measure, "many": many.measure}
SHORT = {"rounds": 3, "logs": 400, "megabytes": 24, "large": 64, "matches": 6}
FULL = {"rounds": 5, "logs": 20_000, "megabytes": 256, "large": 1024, "matches": 64}
MADE_BY = (
    "Made by `make bench` on {machine}, {ripgrep}: medians of {rounds} rounds, everything in one run. CPU"
    " time counts, of a command with all its children; wall time stands beside it. MB are 10^6 bytes."
)


def asked() -> argparse.Namespace:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--logs", type=int, help="how many logs of 20 KB")
    parser.add_argument("--megabytes", type=int, help="size of the big logs")
    parser.add_argument("--large", type=int, help="size in MB of the logs whose memory is measured")
    parser.add_argument("--matches", type=int, help="size in MB of the log of nothing but matches")
    parser.add_argument("--only", choices=PARTS, nargs="+", help="only print some parts")
    parser.add_argument("--page", type=Path, default=PAGE)
    return parser.parse_args()


def main() -> None:
    """Measure, and write the page."""
    chosen = asked()
    standard = SHORT if chosen.short else FULL
    sizes = {name: getattr(chosen, name) or value for name, value in standard.items()}
    report = Report()
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE, prefix="bench-") as folder:
        # Away from any project whose settings name rules, and with nothing of the user's own.
        os.chdir(folder)
        os.environ.update({f"XDG_{kind}_HOME": f"{folder}/{kind}" for kind in ("CACHE", "CONFIG", "DATA")})
        setting = Setting(folder=Path(folder), python=sys.executable, **sizes)
        for name in chosen.only or PARTS:
            PARTS[name](setting, report)
    text = report.page(MADE_BY.format(machine=machine(), ripgrep=ripgrep_version(), rounds=setting.rounds))
    if not chosen.short and not chosen.only:
        put_between_marks(chosen.page, text)


if __name__ == "__main__":
    main()
