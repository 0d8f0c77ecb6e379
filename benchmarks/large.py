"""Big logs, one run each, beside programs that know nothing of events."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from beside import Peer, peers_of
from measured import Cost, costs, once
from page import Bar, Report
from peers import ripgrep
from setting import FORMS, MEGABYTE, Rules, Setting, must_succeed

_RULES: Final = (100, 300, 1000)
_OURS: Final = "`codexjob classify`, {} rules"
_LOOP: Final = 100.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command cost over a log of so many MB."""

    cost: Cost
    megabytes: float

    @property
    def speed(self) -> float:
        """Give MB a CPU second."""
        return self.megabytes / max(self.cost.cpu, 0.001)


def measure(setting: Setting, report: Report) -> None:
    """Measure big logs of both forms, the memory for far bigger ones, and a log of nothing but matches."""
    rules = {count: setting.rules(count) for count in _RULES}
    speeds = {form: one_big_log(setting, report, form, rules) for form in FORMS}
    nothing_but_matches(setting, report, speeds["human"])
    memory(setting, report)


def one_big_log(setting: Setting, report: Report, form: str, rules: Mapping[int, Rules]) -> float:
    """Measure one form, and give its speed with the rules that are built in."""
    log = setting.folder / f"big.{'log' if form == 'human' else 'jsonl'}"
    made = setting.made("big", form, setting.megabytes * MEGABYTE, log)
    size = made["bytes"] / MEGABYTE
    peers = dict(peers_of(log, size, rules, form))
    ours = {_OURS.format(f"{rules[count].count:,}"): setting.classify(log, rules[count]) for count in _RULES}
    for command in ours.values():
        cause = must_succeed(command)
    commands = {**ours, **{name: peer.command for name, peer in peers.items() if peer.command}}
    found = costs(commands, setting.rounds)
    measured = {
        name: Measured(used, peers[name].megabytes if name in peers else size) for name, used in found.items()
    }
    columns = ("command", "we are faster by", "MB a CPU second", "CPU s", "wall s", "peak MB")
    report.table(f"One {FORMS[form]} of {size:.0f} MB, whole process", *columns)
    own = dict(zip(_RULES, ours, strict=True))
    for name in own.values():
        report.row(*_cells(name, measured[name], None))
    for name, peer in peers.items():
        ours_there = measured[own[peer.rules]]
        report.row(
            *(_loop_cells(name, peer, ours_there) if peer.speed else _cells(name, measured[name], ours_there))
        )
    _tell(report, made, cause)
    if ripgrep() is None:
        report.note(
            "**ripgrep is missing**, and with it what we are measured by: `pip install --group bench`."
        )
    report.bars += bars(form, {count: measured[own[count]] for count in _RULES}, rules, peers, measured)
    log.unlink()
    return measured[own[100]].speed


def _cells(name: str, one: Measured, ours: Measured | None) -> tuple[str, ...]:
    used = one.cost
    times = f"{ours.speed / one.speed:.2f}" if ours else ""
    return (name, times, f"{one.speed:,.0f}", f"{used.cpu:.2f}", f"{used.wall:.2f}", f"{used.memory:.0f}")


def _loop_cells(name: str, peer: Peer, ours: Measured) -> tuple[str, ...]:
    return (name, f"{ours.speed / peer.speed:,.0f}", f"{peer.speed:.2f}", "", "", "")


def _tell(report: Report, made: Mapping[str, int], cause: str) -> None:
    commands = made["looked_at"]
    report.note(
        f"One run with {made['commands']:,} commands, a block of the log every"
        f" {made['bytes'] / made['blocks'] / 1000:.1f} KB. Of the first {commands:,} commands"
        f" {made['with_match'] / commands:.0%} hold a match of a pattern that the built-in rules look for"
        f" there, {made['matches'] / commands:.1f} such patterns a command. The verdict: `{cause}`."
    )


def bars(
    form: str,
    ours: Mapping[int, Measured],
    rules: Mapping[int, Rules],
    peers: Mapping[str, Peer],
    measured: Mapping[str, Measured],
) -> Iterator[Bar]:
    """Say what was to be reached with this log."""
    what = f"{ours[100].megabytes:.0f} MB {FORMS[form]}"
    wanted = {"human": ((100, 1.3, 2), (300, 1.5, 2)), "json": ((100, 0.7, 1),)}
    for name, peer in peers.items():
        for count, bar, goal in wanted[form] if peer.is_bar else ():
            if peer.rules == count:
                times = ours[count].speed / measured[name].speed
                yield Bar(f"{what}, {rules[count].count} rules", "times tuned ripgrep", bar, goal, times)
        if peer.speed and form == "human":
            work = f"{what}, {rules[100].count} rules"
            yield Bar(work, "times the loop over lines", _LOOP, _LOOP, ours[100].speed / peer.speed)
    lost = 100 - 100 * ours[1000].speed / ours[100].speed
    yield Bar(f"from 100 to 1,000 rules, {what}", "% of the throughput lost", 50, 33, lost, is_most=True)


def nothing_but_matches(setting: Setting, report: Report, normal: float) -> None:
    """Measure a log in which all that commands print is looked for by some rule."""
    log = setting.folder / "matches.log"
    made = setting.made("matches", setting.matches * MEGABYTE, log)
    command = setting.classify(log)
    cause = must_succeed(command)
    used = costs({"ours": command}, setting.rounds)["ours"]
    one = Measured(used, made["bytes"] / MEGABYTE)
    columns = ("command", "of the normal rate", "MB a CPU second", "CPU s", "wall s", "peak MB")
    report.table(f"A human log of {one.megabytes:.0f} MB with nothing but matches", *columns)
    name, _, *cells = _cells("`codexjob classify`, the built-in rules", one, None)
    report.row(name, f"{one.speed / normal:.3f}", *cells)
    _tell(report, made, cause)
    report.bars.append(
        Bar("a log of nothing but matches", "of the normal rate", 1 / 20, 1 / 10, one.speed / normal)
    )


def memory(setting: Setting, report: Report) -> None:
    """Measure the memory for far bigger logs, once: it hardly differs from round to round."""
    columns = ("command", "peak MB", "MB a CPU second", "CPU s", "wall s")
    report.table(f"One log of {setting.large:,} MB, whole process, one round", *columns)
    for form, name in FORMS.items():
        log: Path = setting.folder / f"large.{'log' if form == 'human' else 'jsonl'}"
        size = setting.made("big", form, setting.large * MEGABYTE, log)["bytes"] / MEGABYTE
        command = setting.classify(log)
        must_succeed(command)
        used = once(command)
        speed = f"{size / used.cpu:,.0f}"
        row = (
            f"`codexjob classify`, {name}",
            f"{used.memory:.0f}",
            speed,
            f"{used.cpu:.1f}",
            f"{used.wall:.1f}",
        )
        report.row(*row)
        work = f"{size:,.0f} MB {name}"
        report.bars.append(Bar(work, "MB of memory", 150, 80, used.memory, is_most=True))
        log.unlink()
