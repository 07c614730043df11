"""A recorded drive (MCAP, see `vehicle_bus.recorder`) played to a car: its sensors over time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.yaml_reader import ScenarioError
from vehicle_bus.catalogue import Catalogue, Kind, validate
from vehicle_bus.errors import InvalidValue
from vehicle_bus.recorder import Entry, RecordingError, read
from vehicle_bus.values import Scalar

FIRST_S = 0.5
"""What was told within so long after the beginning is how the car was at the beginning."""


class Playback:
    """Reads as it goes. What is not in `catalogue` or does not fit is left out; actuators are what
    they were at the beginning, since who asks for them now is the assistant that is tested."""

    def __init__(self, file: Path, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entries = self._signals(file)
        self._began: float | None = None
        try:
            self._next = next(self._entries, None)
        except RecordingError as error:
            raise ScenarioError(str(error)) from None
        if self._next is None:
            raise ScenarioError(f"{file}: no signal of this car is in it; record another drive")
        self._began = self._next.at_s

    def beginning(self) -> dict[str, Scalar]:
        """How the car was."""
        return self._until(FIRST_S, sensors_only=False)

    def until(self, now: float) -> dict[str, Scalar]:
        """What the sensors told since the last call, up to `now` seconds after the beginning."""
        return self._until(now, sensors_only=True)

    @property
    def over(self) -> bool:
        return self._next is None

    def _until(self, now: float, sensors_only: bool) -> dict[str, Scalar]:
        told: dict[str, Scalar] = {}
        while self._next is not None and self._next.at_s - (self._began or 0.0) <= now:
            path = self._next.topic
            if not sensors_only or self._catalogue[path].kind is not Kind.ACTUATOR:
                told[path] = self._next.data["value"]
            self._next = next(self._entries, None)
        return told

    def _signals(self, file: Path) -> Iterator[Entry]:
        for entry in read(file):
            if entry.is_signal and entry.topic in self._catalogue and self._fits(entry):
                yield entry

    def _fits(self, entry: Entry) -> bool:
        try:
            validate(self._catalogue[entry.topic], entry.data["value"])
        except InvalidValue:
            return False
        return True
