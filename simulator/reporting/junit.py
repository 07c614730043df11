"""JUnit XML: a suite each run; a case each turn, broken `never` and aborted run."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from simulator.report import Check, Report, TurnReport

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def as_junit(*reports: Report) -> str:
    """All runs as one document. A run's time is that of its own clock."""
    top = ElementTree.Element("testsuites")
    for report in reports:
        _suite(top, report)
    for total in ("tests", "failures", "skipped"):
        top.set(total, str(sum(int(suite.get(total, "0")) for suite in top)))
    top.set("time", f"{sum(report.seconds for report in reports):.3f}")
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


def broken(turn: TurnReport) -> list[str]:
    """A line for each thing that is wrong with a turn."""
    lines = [line(check) for check in turn.checks if not check.held]
    lines += [f"{turn.place}: {path}: not decided".lstrip(": ") for path in turn.undecided]
    return lines + (["cut short"] if turn.ended is None else [])


def line(check: Check) -> str:
    """What is wrong with a check, and where it is written."""
    text = f"{check.what}: wanted {check.wanted}, got {check.got}"
    return f"{check.place}: {text}" if check.place else text


def _suite(top: ElementTree.Element, report: Report) -> None:
    seconds = f"{report.seconds:.3f}"
    suite = ElementTree.SubElement(top, "testsuite", name=report.scenario, time=seconds)
    properties = ElementTree.SubElement(suite, "properties")
    ElementTree.SubElement(properties, "property", name="seed", value=str(report.seed))
    for name, value in report.parameters.items():
        ElementTree.SubElement(properties, "property", name=_clean(name), value=_clean(str(value)))
    for check in report.checks:
        case = _case(suite, report, f"at a moment: {check.what}", check.place)
        _failure(case, [] if check.held else [line(check)])
    for turn in report.turns:
        case = _case(suite, report, f"{turn.number} {turn.seat}: {turn.text}", turn.place)
        case.set("time", f"{(turn.ended or turn.last_word) - turn.began:.3f}")
        _failure(case, broken(turn))
    for violation in report.violations:
        case = _case(suite, report, f"never {violation.condition}", violation.place)
        _failure(case, [f"held at {violation.at:.1f} s: {dict(violation.values)}"])
    for number in range(len(report.turns) + 1, report.planned_turns + 1):
        ElementTree.SubElement(_case(suite, report, f"{number}"), "skipped")
    if report.aborted:
        _failure(_case(suite, report, "the run"), [report.aborted])
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))


def _case(
    suite: ElementTree.Element, report: Report, name: str, place: str = ""
) -> ElementTree.Element:
    case = ElementTree.SubElement(suite, "testcase", classname=report.scenario, name=_clean(name))
    file, colon, line = place.rpartition(":")
    if colon:
        case.set("file", file)
        case.set("line", line)
    return case


def _failure(case: ElementTree.Element, lines: list[str]) -> None:
    if lines:
        message = _clean(lines[0])
        ElementTree.SubElement(case, "failure", message=message).text = _clean("\n".join(lines))


def _clean(text: str) -> str:
    """Without what XML 1.0 can't hold, even escaped (section 2.2)."""
    return NO_XML.sub("\ufffd", text)
