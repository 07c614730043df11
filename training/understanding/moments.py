"""Random moments in which given facts hold."""

from __future__ import annotations

import random
from collections.abc import Mapping

from cabin_agent.understanding.moment import Moment, own_path
from vehicle_bus.values import Scalar, Zone
from vehicle_bus.zones import DRIVER_POSITION, RIGHT

SEATS = (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)
MISSING_SHARE = 0.12


def draw_moment(when: Mapping[str, str], rng: random.Random) -> Moment:
    """A moment in which `when` holds; everything else is random, some of it missing."""
    speaker = _speaker(when, rng)
    needed = _facts(when, rng, speaker)
    signals = {**_anything(rng, speaker), **needed}
    if rng.random() < 0.15:
        signals = needed
    signals = {
        path: value
        for path, value in signals.items()
        if path in needed or rng.random() > MISSING_SHARE
    }
    pending = when.get("pending") == "confirm" or ("pending" not in when and rng.random() < 0.06)
    return Moment(speaker, signals, pending)


def _speaker(when: Mapping[str, str], rng: random.Random) -> Zone:
    if "speaker" in when:
        return Zone(when["speaker"])
    return rng.choices((*SEATS, Zone.UNKNOWN), (0.6, 0.15, 0.1, 0.1, 0.05))[0]


def _anything(rng: random.Random, speaker: Zone) -> dict[str, Scalar]:
    parked = rng.random() < 0.4
    signals: dict[str, Scalar] = {
        "Vehicle.Speed": 0.0 if parked else rng.uniform(0, 130),
        "Vehicle.Powertrain.Transmission.SelectedGear": 126 if parked else 127,
        "Vehicle.LowVoltageSystemState": "ON" if rng.random() < 0.95 else "ACC",
        "Vehicle.Body.Raindetection.Intensity": rng.choice([0, 0, 0, rng.randint(5, 100)]),
        "Vehicle.Exterior.LightIntensity": rng.uniform(0, 100),
        "Vehicle.Exterior.AirTemperature": rng.uniform(-15, 38),
        "Vehicle.Exterior.Humidity": rng.uniform(20, 90),
        "Vehicle.Cabin.HVAC.AmbientAirTemperature": rng.uniform(12, 32),
        "Vehicle.Cabin.HVAC.IsAirConditioningActive": rng.random() < 0.5,
        "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature": rng.uniform(16, 28),
        "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed": rng.randint(0, 100),
        "Vehicle.Cabin.Infotainment.Media.Volume": rng.randint(0, 80),
        "Vehicle.Cabin.Infotainment.Media.Action": rng.choice(["PLAY", "STOP"]),
        "Vehicle.Cabin.Sunroof.Position": rng.choice([0, 0, 0, 100, -100, 50]),
        "Vehicle.Body.Lights.Beam.Low.IsOn": rng.random() < 0.4,
        DRIVER_POSITION: rng.choice(["LEFT", "LEFT", RIGHT]),
    }
    for side in ("Row1.PassengerSide", "Row2.DriverSide", "Row2.PassengerSide"):
        status = rng.choice(["OCCUPIED", "EMPTY"])
        signals[f"Vehicle.Cabin.Seat.{side}.OccupancyStatus"] = status
    if window := own_path("{door}.Window.Position", speaker):
        signals[window] = rng.choice([0, 0, 0, 20, 100])
    if heating := own_path("{seat}.HeatingCooling", speaker):
        signals[heating] = rng.choice([0, 0, 0, 33, 66, 100, -50])
    return signals


def _facts(when: Mapping[str, str], rng: random.Random, speaker: Zone) -> dict[str, Scalar]:
    """Signals that make the facts of an entry true. Unknown facts are a KeyError."""
    signals: dict[str, Scalar] = {}
    for fact, state in when.items():
        if fact in ("pending", "speaker"):
            continue
        yes = state == "yes"
        match fact:
            case "cabin":
                low, high = {"hot": (25, 36), "cold": (5, 19), "ok": (19.5, 24.5)}[state]
                signals["Vehicle.Cabin.HVAC.AmbientAirTemperature"] = rng.uniform(low, high)
            case "outside":
                low, high = {"hot": (26, 40), "cold": (-20, 8)}[state]
                signals["Vehicle.Exterior.AirTemperature"] = rng.uniform(low, high)
            case "rain":
                amount = rng.randint(20, 100) if yes else 0
                signals["Vehicle.Body.Raindetection.Intensity"] = amount
            case "dark":
                light = rng.uniform(0, 15) if yes else rng.uniform(35, 100)
                signals["Vehicle.Exterior.LightIntensity"] = light
            case "fogged":
                humidity = rng.uniform(92, 100) if yes else rng.uniform(20, 80)
                signals["Vehicle.Exterior.Humidity"] = humidity
            case "moving":
                signals["Vehicle.Speed"] = rng.uniform(10, 130) if yes else 0.0
            case "fast":
                signals["Vehicle.Speed"] = rng.uniform(85, 150) if yes else rng.uniform(0, 70)
            case "music":
                signals["Vehicle.Cabin.Infotainment.Media.Action"] = "PLAY" if yes else "STOP"
            case "window":
                if path := own_path("{door}.Window.Position", speaker):
                    signals[path] = rng.choice([30, 60, 100]) if state == "open" else 0
            case _:
                raise KeyError(f"unknown fact {fact!r}")
    return signals
