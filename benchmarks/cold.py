"""One log of 20 KB in a process of its own, its rules kept from the run before."""

from measured import Command, Words, costs
from page import Bar, Report
from peers import wrapper_over
from setting import FORMS, Setting, ms, must_succeed

_MORE_ROUNDS = 4


def measure(setting: Setting, report: Report) -> None:
    """Measure it beside the bare interpreter, the earlier wrapper's searches, and the whole command line."""
    commands = {"`python -I -c pass`": Command([setting.python, "-I", "-c", "pass"])}
    for form, name in FORMS.items():
        log = setting.folder / f"one.{'log' if form == 'human' else 'jsonl'}"
        setting.made("one", form, log)
        commands[f"`codexjob classify`, {name}"] = setting.classify(log)
        must_succeed(setting.classify(log))
    human = setting.folder / "one.log"
    commands["the earlier wrapper's rules, searched with `grep` by a shell script"] = wrapper_over(human)
    whole: Words = [setting.python, "-m", "codexjob", "classify", "--exit-zero", human]
    commands["`python -m codexjob classify`, human log, with the libraries of the command line"] = Command(
        whole
    )
    found = costs(commands, setting.rounds * _MORE_ROUNDS)
    bare, ours, events, *_ = found.values()
    report.table("One log of 20 KB, whole process", "command", "times the interpreter", "CPU ms", "wall ms")
    for name, used in found.items():
        report.row(name, f"{used.cpu / bare.cpu:.1f}", ms(used.cpu), ms(used.wall))
    for form, used in (("human log", ours), ("JSONL", events)):
        work, unit = f"one {form} of 20 KB, cold, whole process", "times `python -I -c pass`"
        report.bars.append(Bar(work, unit, 5, 2.5, used.cpu / bare.cpu, is_most=True))
