"""Tables of figures, and the page that they are written into, between two marks."""

import os
import platform
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Final

BEGIN: Final = "<!-- made by `make bench`: begin -->"
END: Final = "<!-- made by `make bench`: end -->"
_WHOLE: Final = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """What was to be reached in some work, and what was: at least the bar, or at most where `is_most`."""

    work: str
    unit: str
    bar: float
    goal: float
    figure: float
    is_most: bool = False

    def row(self) -> tuple[str, ...]:
        """Write it as the cells of a row."""
        word = "at most" if self.is_most else "at least"
        reached = (
            "goal met" if self._reaches(self.goal) else "met" if self._reaches(self.bar) else "**missed**"
        )
        return (
            self.work,
            f"{word} {_plain(self.bar)} {self.unit}",
            _plain(self.goal),
            _plain(self.figure),
            reached,
        )

    def _reaches(self, wanted: float) -> bool:
        return self.figure <= wanted if self.is_most else self.figure >= wanted


@dataclass(slots=True)
class Report:
    """What is found out, in the order in which it is found out, and printed as soon as it is."""

    lines: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def table(self, title: str, *columns: str) -> None:
        """Begin a table."""
        self.say(f"\n## {title}\n")
        self.row(*columns)
        self.row(*("---" for _ in columns))

    def row(self, *cells: object) -> None:
        """Add a row to the table."""
        self.say(f"| {' | '.join(map(str, cells))} |")

    def note(self, text: str) -> None:
        """Add a sentence behind a table."""
        self.say(f"\n{text}")

    def say(self, line: str) -> None:
        """Add a line, and print it."""
        self.lines.append(line)
        print(line, flush=True)

    def page(self, made_by: str) -> str:
        """Put the bars before the tables that they come from."""
        tables, self.lines = self.lines, []
        self.say(made_by)
        self.table("What was to be reached", "work", "bar", "goal", "measured", "reached")
        for bar in self.bars:
            self.row(*bar.row())
        return "\n".join([*self.lines, *tables])


def machine() -> str:
    """Describe where this was measured, without a name of the machine."""
    found = (f"{name} {_version(name)}" for name in ("hyperscan", "google-re2", "msgspec"))
    where = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    return ", ".join((where, f"Python {platform.python_version()}", *found))


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"


def put_between_marks(page: Path, text: str) -> None:
    """Replace what stands between the marks of a page."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page}: there are no marks to write between: {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def _plain(value: float) -> str:
    if value >= _WHOLE or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"
