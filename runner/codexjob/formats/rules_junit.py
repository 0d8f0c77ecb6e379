"""A test of the rules as JUnit XML: a case an example, and a case a run of the dataset."""

import re
from xml.etree import ElementTree as ET

from logverdict.authoring.report import DatasetReport, RulesReport

from codexjob.formats.rules_score import missed

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rules_junit(report: RulesReport) -> str:
    """Write the whole report; of the runs of a dataset only those misjudged have a case of their own."""
    suites = ET.Element("testsuites", name="codexjob rules test")
    examples = _suite(suites, "examples", len(report.examples), len(report.failed))
    for one in report.examples:
        case = ET.SubElement(examples, "testcase", classname=one.rule.id, name=one.name)
        if not one.is_right:
            fired, why = ", ".join(one.fired) or "nothing", report.why_not.get(one.name, "")
            _failure(case, f"{one.rule.file}:{one.example.line}: fired {fired}; {why}".removesuffix("; "))
    if report.dataset:
        _dataset(suites, report.dataset)
    return ET.tostring(suites, encoding="unicode")


def _dataset(suites: ET.Element, report: DatasetReport) -> None:
    suite = _suite(suites, "dataset", report.runs, len(report.decidable.dangers))
    dangers = {one.run.name for one in report.decidable.dangers}
    for one in report.score.misses:
        case = ET.SubElement(suite, "testcase", classname=one.run.family, name=one.run.name)
        if one.run.name in dangers:
            _failure(case, missed(one))
        else:
            ET.SubElement(case, "system-out").text = _NOT_XML.sub("?", missed(one))


def _suite(suites: ET.Element, name: str, tests: int, failures: int) -> ET.Element:
    return ET.SubElement(suites, "testsuite", name=name, tests=str(tests), failures=str(failures))


def _failure(case: ET.Element, message: str) -> None:
    ET.SubElement(case, "failure", message=_NOT_XML.sub("?", message))
