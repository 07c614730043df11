"""A run with one of everything, made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.acoustics import to_pcm
from simulator.head_unit import Action, Refused
from simulator.report import (
    Check,
    Happening,
    HeardText,
    Moment,
    Report,
    SignalChange,
    Span,
    TurnReport,
    Violation,
)
from simulator.scenario import TurnScript
from simulator.turn_record import TurnRecord
from simulator.voices import SAMPLE_RATE
from vehicle_bus.values import Zone

WINDOW = "Vehicle.Cabin.Door.Row1.PassengerSide.Window.Position"
LAMP = "Vehicle.Cabin.Light.AmbientLight.{}.{}.IsLightOn"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
LAMPS = tuple(LAMP.format(row, side) for row in ("Row1", "Row2") for side in ("DriverSide",))
PLACE = "drive.scenario.yaml:12"


def tone(seconds: float, rate: int = SAMPLE_RATE) -> bytes:
    time = np.arange(int(seconds * rate)) / rate
    return to_pcm((0.3 * np.sin(2 * np.pi * 220 * time)).astype(np.float32))


@pytest.fixture
def spoken() -> TurnReport:
    """A passenger opens a window; one word is misheard, the reply is not what was wanted."""
    script = TurnScript(
        "open ... my window, <b>please</b>", Zone.PASSENGER, voice="anna", place=PLACE
    )
    return replace(
        TurnRecord(1, script, 1.0, 2.9, 42.0).report(),
        ended=4.0,
        heard="open the window please",
        partials=(HeardText("open", 1.6), HeardText("open the", 2.0), HeardText("open the", 2.1)),
        route="act",
        addressed=True,
        actions=(Action("windows.open", "own", "none", {"value": "half"}, 0.97),),
        changes=(SignalChange(WINDOW, 0, 50, 3.2, 300.0),),
        reply="Opening.",
        latency_ms=300.0,
        service_latency_ms=250.0,
        checks=(
            Check(WINDOW, "50", "50", True, 3.9, PLACE),
            Check("reply", "/half/", "Opening.", False, 4.0, "drive.scenario.yaml:13"),
        ),
        reply_pcm=tone(0.5, 22050),
        reply_rate=22050,
        microphone_pcm=tone(2.5),
        speech=(Span(0.9, 2.9),),
        moments=(Moment("end noticed", 3.1), Moment("understood", 3.2), Moment("reply", 3.3)),
        stamps_ms={"speech_start": -1900.0, "last_word": 0.0, "first_actuation": 250.0},
        place=PLACE,
    )


@pytest.fixture
def typed() -> TurnReport:
    """A refused line in Mandarin."""
    script = TurnScript("打开后备箱", Zone.DRIVER, "zh", typed=True, place="drive.scenario.yaml:20")
    return replace(
        TurnRecord(2, script, 5.0, 5.0, 60.0).report(),
        ended=5.0,
        heard="打开后备箱",
        route="act",
        refusals=(Refused("openings_only_in_park", "只能在驻车时打开"),),
        reply="只能在驻车时打开",
        checks=(Check("refused", "true", "openings_only_in_park", True, 5.0, PLACE),),
    )


@pytest.fixture
def report(spoken: TurnReport, typed: TurnReport) -> Report:
    """Ten seconds of driving with both turns, a flag, and a condition that was violated."""
    return Report(
        scenario="Windows & flaps",
        about="One of everything.",
        seed=7,
        seconds=10.0,
        turns=(spoken, typed),
        planned_turns=2,
        never=("Vehicle.Speed >= 55", "Vehicle.Speed >= 200"),
        violations=(Violation("Vehicle.Speed >= 55", 4.6, {"Vehicle.Speed": 55.2}, PLACE),),
        happenings=(Happening(0.0, "drive", "60 km/h, rain 30 %"),),
        signals={
            WINDOW: ((0.0, 0), (3.2, 0), (3.9, 50), (10.0, 50)),
            **dict.fromkeys(LAMPS, ((0.0, False), (6.0, True), (10.0, True))),
            GEAR: ((0.0, 126), (0.1, 127), (10.0, 127)),
            "Vehicle.Speed": ((0.0, 0.0), (5.0, 60.0), (10.0, 60.0)),
        },
    )
