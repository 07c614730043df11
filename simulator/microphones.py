"""The seat microphones over time: one continuous stream of noise, with people in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator import acoustics
from simulator.acoustics import Surroundings
from vehicle_bus.values import Scalar, Zone

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Playing:
    """A sound at every seat, from sample `start` of the run on."""

    start: int
    channels: Mapping[Zone, Samples]

    @property
    def end(self) -> int:
        return self.start + max(len(channel) for channel in self.channels.values())


class Microphones:
    """What the microphones of one car hear; the same seed and calls give the same samples."""

    def __init__(self, seed: int) -> None:
        self._bank = acoustics.noise_bank(seed)
        self._response = acoustics.impulse_response(seed)
        self._playing: list[_Playing] = []
        self._position = 0

    def play(self, speech: Samples, seat: Zone) -> None:
        """Let somebody at `seat` say `speech` from the next chunk on."""
        channels = acoustics.seat_channels(acoustics.in_cabin(speech, self._response), seat)
        self._playing.append(_Playing(self._position, channels))

    def listen(
        self, count: int, around: Surroundings, seats: tuple[Zone, ...]
    ) -> dict[Zone, Samples]:
        """The next `count` samples at each of `seats`."""
        end = self._position + count
        heard = {
            seat: acoustics.noise(self._bank, self._position, count, around, seat) for seat in seats
        }
        for sound in self._playing:
            offset = self._position - sound.start
            for seat in seats:
                part = sound.channels[seat][offset : offset + count]
                heard[seat][: len(part)] += part
        self._playing = [sound for sound in self._playing if sound.end > end]
        self._position = end
        return heard


def surroundings(values: Mapping[str, Scalar]) -> Surroundings:
    """What makes noise, as the car's signals tell it."""

    def number(path: str) -> float:
        value = values.get(path, 0)
        return float(value) if isinstance(value, int | float) else 0.0

    doors = "Vehicle.Cabin.Door"
    windows = (
        number(f"{doors}.{row}.{side}.Window.Position")
        for row in ("Row1", "Row2")
        for side in ("DriverSide", "PassengerSide")
    )
    station = "Vehicle.Cabin.HVAC.Station.Row1"
    return Surroundings(
        speed=number("Vehicle.Speed"),
        rain=number("Vehicle.Body.Raindetection.Intensity"),
        fan=max(number(f"{station}.{seat}.FanSpeed") for seat in ("Driver", "Passenger")),
        window=max(windows),
    )
