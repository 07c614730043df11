"""The seat microphones over time: one continuous stream of noise, with people in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator import acoustics
from simulator.acoustics import NoiseBank, Surroundings
from simulator.cabins import room
from simulator.language.sound import Sound
from simulator.loudspeakers import Loudspeakers
from simulator.media import ACTION, VOLUME
from simulator.voices import SAMPLE_RATE
from vehicle_bus.values import Scalar, Zone

Samples = NDArray[np.float32]

PLAIN_SOUND = Sound()
DROPPED = SAMPLE_RATE // 50
"""Samples that are lost at once."""


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

    def __init__(self, seed: int, sound: Sound = PLAIN_SOUND) -> None:
        self._seed = seed
        self._bank: NoiseBank | None = None
        self._room = room(sound.cabin, seed)
        self._loudspeakers = Loudspeakers(sound, self._room)
        self._chance = np.random.default_rng([seed, 4])
        self._lost: dict[Zone, float] = {}
        self._playing: list[_Playing] = []
        self._position = 0

    def play(self, speech: Samples, seat: Zone) -> None:
        """Let somebody at `seat` say `speech` from the next chunk on."""
        self._playing.append(_Playing(self._position, self._room.from_seat(speech, seat)))

    def reply(self, pcm: bytes, sample_rate: int) -> None:
        """The assistant says `pcm` through the loudspeakers, after what it is still saying."""
        self._loudspeakers.say(pcm, sample_rate, self._position)

    def lose(self, seats: Iterable[Zone], share: float) -> None:
        """From now on `share` percent more of the sound at `seats` is lost; negative: less."""
        for seat in seats:
            self._lost[seat] = self._lost.get(seat, 0.0) + share

    def listen(
        self, count: int, around: Surroundings, seats: tuple[Zone, ...]
    ) -> dict[Zone, Samples]:
        """The next `count` samples at each of `seats`."""
        if self._bank is None:
            self._bank = acoustics.noise_bank(self._seed)
        end = self._position + count
        heard = {
            seat: acoustics.noise(self._bank, self._position, count, around, seat) for seat in seats
        }
        for sound in self._playing:
            offset = self._position - sound.start
            for seat in seats:
                part = sound.channels[seat][offset : offset + count]
                heard[seat][: len(part)] += part
        for seat in seats:
            self._loudspeakers.add(heard[seat], self._position, seat, around.music)
            if self._lost.get(seat, 0.0) > 0:
                self._drop(heard[seat], self._lost[seat])
        self._playing = [sound for sound in self._playing if sound.end > end]
        self._position = end
        return heard

    def _drop(self, samples: Samples, share: float) -> None:
        """Silence some pieces, as a network or a loose plug does."""
        for start in range(0, len(samples), DROPPED):
            if self._chance.uniform(0.0, 100.0) < share:
                samples[start : start + DROPPED] = 0.0


def surroundings(values: Mapping[str, Scalar], wetness: float = 0.0) -> Surroundings:
    """What makes noise, as the car's signals tell it; `wetness` is the road's, 0..1."""

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
        wetness=wetness,
        music=number(VOLUME) / 100 if values.get(ACTION) == "PLAY" else 0.0,
    )
