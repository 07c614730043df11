"""The moment: what the car knows while somebody speaks, as one vector.

Every signal gives two numbers: its value scaled to about -1..1, and 1 if it is known (0 if missing,
its value then 0). Then the speaker's zone, one of five, whether a question of ours is open, how
much is on the screen and how near the words are to one of its labels. What the cameras saw is a
vector of its own (`sight`). Training uses this very table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from cabin_agent.seen import NOTHING_SEEN, Seen
from vehicle_bus.values import Scalar, Zone
from vehicle_bus.zones import branch

PARK = 126


@dataclass(frozen=True, slots=True)
class Moment:
    """`signals` holds what is known; an absent path is missing knowledge. `before`: the words of
    the turn before, while they still matter. `on_screen`: the labels that can be tapped."""

    speaker: Zone = Zone.UNKNOWN
    signals: Mapping[str, Scalar] = field(default_factory=dict)
    pending_question: bool = False
    before: str = ""
    on_screen: tuple[str, ...] = ()
    seen: Seen = NOTHING_SEEN


def _linear(middle: float, half_range: float) -> Callable[[Scalar], float]:
    def scale(value: Scalar) -> float:
        if isinstance(value, str):
            return 0.0
        return float(np.clip((float(value) - middle) / half_range, -2.0, 2.0))

    return scale


def _is(*words: Scalar) -> Callable[[Scalar], float]:
    return lambda value: 1.0 if value in words else -1.0


_PERCENT = _linear(50.0, 50.0)
SIGNALS: tuple[tuple[str, Callable[[Scalar], float]], ...] = (
    ("Vehicle.Speed", _linear(60.0, 60.0)),
    ("Vehicle.Powertrain.Transmission.SelectedGear", _is(PARK)),
    ("Vehicle.LowVoltageSystemState", _is("ON", "START")),
    ("Vehicle.Body.Raindetection.Intensity", _PERCENT),
    ("Vehicle.Exterior.LightIntensity", _PERCENT),
    ("Vehicle.Exterior.AirTemperature", _linear(15.0, 20.0)),
    ("Vehicle.Exterior.Humidity", _PERCENT),
    ("Vehicle.Cabin.HVAC.AmbientAirTemperature", _linear(22.0, 10.0)),
    ("Vehicle.Cabin.HVAC.IsAirConditioningActive", _is(True)),
    ("Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature", _linear(22.0, 7.0)),
    ("Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed", _PERCENT),
    ("Vehicle.Cabin.Infotainment.Media.Volume", _PERCENT),
    ("Vehicle.Cabin.Infotainment.Media.Action", _is("PLAY")),
    ("Vehicle.Cabin.Sunroof.Position", _linear(0.0, 100.0)),
    ("Vehicle.Body.Lights.Beam.Low.IsOn", _is(True)),
    ("Vehicle.Cabin.Seat.Row1.PassengerSide.OccupancyStatus", _is("OCCUPIED")),
    ("Vehicle.Cabin.Seat.Row2.DriverSide.OccupancyStatus", _is("OCCUPIED")),
    ("Vehicle.Cabin.Seat.Row2.PassengerSide.OccupancyStatus", _is("OCCUPIED")),
)
SPEAKERS_OWN: tuple[tuple[str, Callable[[Scalar], float]], ...] = (
    ("{door}.Window.Position", _PERCENT),
    ("{seat}.HeatingCooling", _linear(0.0, 100.0)),
)
ZONES = tuple(Zone)
SIZE = 2 * (len(SIGNALS) + len(SPEAKERS_OWN)) + len(ZONES) + 3
MANY_LABELS = 10


def own_path(template: str, speaker: Zone) -> str | None:
    """The path of the speaker's own window, seat, ...; None when nobody knows who speaks."""
    if speaker is Zone.UNKNOWN:
        return None
    paths = branch(speaker)
    return template.format(door=paths.door, seat=paths.seat)


def encode(moment: Moment, words: str) -> NDArray[np.float32]:
    """The vector of `SIZE` numbers, while `words` are being said."""
    numbers: list[float] = []
    for path, scale in SIGNALS:
        numbers += _pair(moment.signals.get(path), scale)
    for template, scale in SPEAKERS_OWN:
        own = own_path(template, moment.speaker)
        numbers += _pair(moment.signals.get(own) if own else None, scale)
    numbers += [float(moment.speaker is zone) for zone in ZONES]
    numbers.append(float(moment.pending_question))
    numbers.append(min(1.0, len(moment.on_screen) / MANY_LABELS))
    numbers.append(max((nearness(words, label) for label in moment.on_screen), default=0.0))
    return np.array(numbers, np.float32)


def nearness(words: str, label: str) -> float:
    """0..1: 1 if `words` are the label or contain it."""
    words, label = words.lower(), label.lower()
    if len(label) < len(words):
        return float(fuzz.partial_ratio(label, words)) / 100.0
    return float(fuzz.ratio(label, words)) / 100.0


def _pair(value: Scalar | None, scale: Callable[[Scalar], float]) -> tuple[float, float]:
    return (0.0, 0.0) if value is None else (scale(value), 1.0)
