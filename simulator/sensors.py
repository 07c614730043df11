"""A car's sensors as they are: noise, resolution, and a rate of their own.

Typical of series cars: wheel speed in steps of 0.05 km/h at 20 Hz or more, which is told here at
the simulation's 10 Hz; satellite positions once a second with some metres of wandering error;
thermometers in half degrees every few seconds; the rain and light sensor twice a second.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vehicle_bus.values import Scalar

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Sensor:
    """`noise`: standard deviation; `resolution`: the least step; `period`: seconds between two
    values; `memory`: how much of the error is the one before (0: white, near 1: it wanders);
    `low`, `high`: what the sensor can tell."""

    noise: float
    resolution: float
    period: float
    memory: float = 0.0
    low: float = float("-inf")
    high: float = float("inf")


_POSITION = Sensor(2.5 / METRES_PER_DEGREE, 1e-7, 1.0, memory=0.95)
SENSORS: Mapping[str, Sensor] = {
    "Vehicle.Speed": Sensor(0.08, 0.05, 0.1, low=0.0),
    "Vehicle.Acceleration.Longitudinal": Sensor(0.05, 0.01, 0.1),
    "Vehicle.CurrentLocation.Latitude": _POSITION,
    "Vehicle.CurrentLocation.Longitude": _POSITION,
    "Vehicle.CurrentLocation.Heading": Sensor(0.8, 0.1, 1.0, memory=0.8, low=0.0, high=360.0),
    "Vehicle.Exterior.AirTemperature": Sensor(0.15, 0.5, 5.0, memory=0.9),
    "Vehicle.Exterior.Humidity": Sensor(0.5, 1.0, 5.0, memory=0.9, low=0.0, high=100.0),
    "Vehicle.Exterior.LightIntensity": Sensor(0.6, 0.5, 0.5, low=0.0, high=100.0),
    "Vehicle.Body.Raindetection.Intensity": Sensor(1.2, 1.0, 0.5, low=0.0, high=100.0),
    "Vehicle.Cabin.HVAC.AmbientAirTemperature": Sensor(0.05, 0.1, 1.0, memory=0.9),
    "Vehicle.LowVoltageBattery.CurrentVoltage": Sensor(0.02, 0.1, 1.0),
}
STANDSTILL = frozenset({"Vehicle.Speed", "Vehicle.Body.Raindetection.Intensity"})
"""A sensor of these tells exactly 0 when there is nothing to tell."""


class Sensors:
    """The sensors of one car; the same seed and calls give the same values."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng([seed, 3])
        self._errors = dict.fromkeys(SENSORS, 0.0)
        self._next = dict.fromkeys(SENSORS, 0.0)

    def due(self, truth: Mapping[str, Scalar], now: float) -> dict[str, Scalar]:
        """What the sensors whose time has come tell of `truth`."""
        told: dict[str, Scalar] = {}
        for path, sensor in SENSORS.items():
            value = truth.get(path)
            if now + 1e-6 < self._next[path] or isinstance(value, str | bool) or value is None:
                continue
            self._next[path] = now + sensor.period
            told[path] = self._read(path, sensor, value)
        return told

    def _read(self, path: str, sensor: Sensor, value: float) -> Scalar:
        fresh = float(self._random.normal(0.0, sensor.noise))
        kept = sensor.memory
        error = kept * self._errors[path] + math.sqrt(1 - kept**2) * fresh
        self._errors[path] = error
        if value == 0 and path in STANDSTILL:
            return value
        steps = round((float(value) + error) / sensor.resolution)
        read = min(sensor.high, max(sensor.low, round(steps * sensor.resolution, 7)))
        return round(read) if isinstance(value, int) else read
