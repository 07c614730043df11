"""What people read of a run."""

from __future__ import annotations

import io

from rich.console import Console

from simulator import head_unit, trace
from simulator.report import Check, Report, Violation
from simulator.runner import Actuated, Checked, Told, TurnBegan, TurnFinished
from simulator.scenario import TurnScript
from simulator.trace import LiveTrace
from simulator.turn_record import TurnRecord
from simulator.world import Actuation
from vehicle_bus.values import Zone

LAMP = "Vehicle.Cabin.Light.AmbientLight.{}.{}.IsLightOn"
SCRIPT = TurnScript("[all] lights on", Zone.PASSENGER, voice="anna")


def paper() -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, width=140, highlight=False), file


def turned() -> TurnRecord:
    """A turn in which four lamps changed and a fifth did not."""
    record = TurnRecord(1, SCRIPT, 1.0, 2.0, 30.0)
    for row in ("Row1", "Row2"):
        for side in ("DriverSide", "PassengerSide"):
            path = LAMP.format(row, side)
            record.take_actuation(Actuation(path, False, True, 2.4), 2.4)
    record.take_actuation(Actuation("Vehicle.Cabin.Light.IsDomeOn", True, True, 2.4), 2.4)
    record.take(
        head_unit.TurnEnded("all lights on", True, True, "act", reply="Lights on."), now=2.5
    )
    list(record.end(2.5))
    return record


def test_live_trace_shows_the_turn_as_it_goes() -> None:
    console, file = paper()
    live = LiveTrace(console)
    action = head_unit.Action("lights.ambient_on", "all", "none", {"value": "ten"}, 0.91)
    lamp = LAMP.format("Row1", "DriverSide")
    for event in (
        TurnBegan(1, SCRIPT, 1.0, 30.0),
        Told(1, head_unit.Partial("all"), 1.5),
        Told(1, head_unit.Partial("all"), 1.6),
        Actuated(1, Actuation(lamp, False, True, 2.4), 2.4),
        Actuated(1, Actuation("Vehicle.Cabin.Light.IsDomeOn", True, True, 2.4), 2.4),
        Told(1, head_unit.Understood("all lights on", "act", (action,), 1, 1, True), 2.4),
        Told(1, head_unit.ActionDone("lights.ambient_on", "done"), 2.4),
        Told(1, head_unit.Refused("child_lock", "The child lock is on."), 2.4),
        Told(1, head_unit.ReplyText("Lights [on]."), 2.5),
        Checked(1, Check(lamp, "true", "true", True, 2.5)),
        Checked(1, Check("reply", "/off/", "Lights on.", False, 2.5)),
        TurnFinished(turned().report()),
        Violation("Vehicle.Speed >= 60", 3.0, {}),
    ):
        live(event)
    shown = file.getvalue()
    assert "1 passenger (anna) at 1.0 s, 30 km/h: “[all] lights on”" in shown
    assert shown.count("partial  all") == 1
    assert "Light.AmbientLight.Row1.DriverSide.IsLightOn false → true" in shown
    assert "IsDomeOn" not in shown
    assert "act: lights.ambient_on all value=ten (0.91)" in shown
    assert "The child lock is on. (child_lock)" in shown
    assert "“Lights [on].”" in shown
    assert "✘ reply: wanted /off/, got Lights on." in shown
    assert "last word to signal 400 ms" in shown
    assert "✘ Vehicle.Speed >= 60 at 3.0 s" in shown


def test_table_joins_the_same_change_at_several_places() -> None:
    console, file = paper()
    record = turned()
    report = Report("A run", 1, 9.0, (record.report(),), planned_turns=1)
    trace.closing(report, console)
    shown = file.getvalue()
    assert "IsLightOn false → true ×4" in shown
    assert "IsDomeOn" not in shown
    assert "PASSED: 1 of 1 turns, 1 of 1 expectations held" in shown
    assert "median 400 ms" in shown


def test_an_aborted_run_has_failed() -> None:
    console, file = paper()
    report = Report("A run", 1, 9.0, (turned().report(),), planned_turns=2, aborted="it [left]")
    trace.closing(report, console)
    assert "aborted: it [left]" in file.getvalue()
    assert "FAILED: 1 of 2 turns" in file.getvalue()
