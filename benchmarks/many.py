"""Many logs of 20 KB: in one process, in as many as there are processors, packed, and under more rules."""

import os
import statistics
from collections import Counter
from pathlib import Path

from measured import Command, costs
from page import Bar, Report
from setting import FORMS, Setting, verdicts

_RULES = (30, 100, 300, 1000)
_UNDER_RULES = 1000
_KINDS = (("human", "plain"), ("json", "plain"), ("human", "zstd"))


def measure(setting: Setting, report: Report) -> None:
    """Measure both."""
    many_logs(setting, report)
    under_rules(setting, report)


def many_logs(setting: Setting, report: Report) -> None:
    """Measure whole processes over folders of logs, plain and packed."""
    title = f"{setting.logs:,} logs of 20 KB, whole process"
    columns = ("verdicts a CPU second", "gain in wall time", "CPU s", "wall s", "peak MB")
    report.table(title, "logs", *columns)
    judged: Counter[bool] = Counter()
    for form, packing in _KINDS:
        folder = setting.folder / f"{form}-{packing}"
        size = setting.made("small", form, setting.logs, folder, *["zstd"] * (packing == "zstd"))["bytes"]
        judged.update(one["success"] for one in verdicts(setting.classify(folder)))
        _rows(setting, report, f"{FORMS[form]}, {packing}", folder)
    mean = size / setting.logs / 1000
    report.note(
        f"Each log is another one, {mean:.0f} KB on average: the beginning and the end of some recorded run,"
        f" more commands between them. {judged[True] / judged.total():.0%} of them are judged a success."
    )


def _rows(setting: Setting, report: Report, name: str, folder: Path) -> None:
    alone: Command = setting.classify(folder, processors=1)
    found = costs(
        {"one processor": alone, f"{os.cpu_count()} processors": setting.classify(folder)}, setting.rounds
    )
    first = next(iter(found.values()))
    for how, used in found.items():
        gain = "" if used is first else f"{first.wall / used.wall:.2f}"
        rate = f"{setting.logs / used.cpu:,.0f}"
        report.row(f"{name}, {how}", rate, gain, f"{used.cpu:.1f}", f"{used.wall:.1f}", f"{used.memory:.0f}")
    work = f"{setting.logs:,} logs of 20 KB, {name}, one process"
    report.bars.append(Bar(work, "verdicts a CPU second", 3000, 8000, setting.logs / first.cpu))


def under_rules(setting: Setting, report: Report) -> None:
    """Measure the same logs under more and more rules, without the start of the process."""
    logs = setting.folder / "under-rules"
    setting.made("small", "human", min(setting.logs, _UNDER_RULES), logs)
    report.table(
        "More rules, logs of 20 KB in one process", "rules", "of the speed with 100", "verdicts a CPU second"
    )
    packs = {count: setting.rules(count) for count in _RULES}
    measured: dict[int, list[float]] = {count: [] for count in _RULES}
    for _ in range(setting.rounds):
        for count, rules in packs.items():
            measured[count].append(float(setting.script("under_rules.py", count, rules.folder, logs)))
    speeds = {count: statistics.median(found) for count, found in measured.items()}
    for count, speed in speeds.items():
        report.row(f"{count:,}", f"{speed / speeds[100]:.0%}", f"{speed:,.0f}")
    lost = 100 - 100 * speeds[1000] / speeds[100]
    work = "from 100 to 1,000 rules, logs of 20 KB"
    report.bars.append(Bar(work, "% of the throughput lost", 50, 33, lost, is_most=True))
