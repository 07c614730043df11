"""JUnit XML as CI systems read it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from simulator.report import Check, Report, TurnReport, Violation
from simulator.reporting.junit import as_junit
from simulator.scenario import TurnScript
from simulator.turn_record import TurnRecord
from vehicle_bus.values import Zone

PLACE = "drive.scenario.yaml:7"


def turn(*checks: Check) -> TurnReport:
    script = TurnScript("open & shut", Zone.DRIVER, typed=True, place="drive.scenario.yaml:5")
    return replace(TurnRecord(1, script, 1.0, 2.0, 30.0).report(), ended=3.0, checks=checks)


def test_a_case_names_its_file_and_a_failure_its_line() -> None:
    wrong = Check("reply", "/done/", "beep \x07 & <no>", False, 2.0, PLACE)
    held = Check("heard", "/open/", "open", True, 2.0, PLACE)
    top = ElementTree.fromstring(as_junit(Report("A run", 4, 3.0, (turn(held, wrong),), 2)))
    (suite,) = top
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "1", "1")
    case = suite.findall("testcase")[0]
    assert (case.get("file"), case.get("line")) == ("drive.scenario.yaml", "5")
    assert case.get("name") == "1 driver: open & shut"
    failure = case.find("failure")
    assert failure is not None
    assert failure.text == f"{PLACE}: reply: wanted /done/, got beep \ufffd & <no>"
    assert suite.find("properties/property[@name='seed']").get("value") == "4"  # type: ignore[union-attr]


def test_several_runs_are_several_suites() -> None:
    good = Report("good", 1, 3.0, (turn(),), 1)
    bad = Report("bad", 1, 2.0, (turn(),), 1, (Violation("x >= 1", 1.5, {"x": 2}, PLACE),))
    top = ElementTree.fromstring(as_junit(good, bad))
    assert [suite.get("name") for suite in top] == ["good", "bad"]
    assert (top.get("tests"), top.get("failures"), top.get("time")) == ("3", "1", "5.000")
    never = top[1].findall("testcase")[1]
    assert (never.get("name"), never.get("line")) == ("never x >= 1", "7")


def test_an_aborted_run_is_a_failure_of_its_own() -> None:
    report = Report("died", 1, 2.0, (), 2, aborted="the assistant is gone")
    (suite,) = ElementTree.fromstring(as_junit(report))
    assert [case.get("name") for case in suite.findall("testcase")] == ["1", "2", "the run"]
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "2")
