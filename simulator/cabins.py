"""Rooms of cars: how a voice at a seat, or a loudspeaker, reaches each seat's microphone.

`plain` is statistics alone: direct sound, some reflections, a tail, the same everywhere, and a
table of cross-talk. The others are impulse responses from a geometric model of a cabin, made once
by `python -m simulator.cabin_model` and shipped in `cabins.npz`. Either way a speaker is as loud at
their own microphone. Plain functions of their arguments: training uses the same rooms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from simulator import acoustics
from simulator.acoustics import SEATS
from vehicle_bus.values import Zone

Samples = NDArray[np.float32]

FILE = Path(__file__).parent / "cabins.npz"
CABINS = ("compact", "saloon", "van")
PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Room:
    """`responses`: (seat of the voice, seat of the microphone) -> impulse response; `loudspeakers`:
    seat of the microphone -> that of the door loudspeakers together, with an energy of 1."""

    responses: Mapping[tuple[Zone, Zone], Samples]
    loudspeakers: Mapping[Zone, Samples]

    def from_seat(self, speech: Samples, seat: Zone) -> dict[Zone, Samples]:
        """What each seat's microphone gets of somebody who speaks at `seat`."""
        return {other: _through(speech, self.responses[seat, other]) for other in SEATS}

    def from_loudspeakers(self, sound: Samples, seat: Zone) -> Samples:
        """What the microphone at `seat` gets of what is played; longer by the room's echo."""
        return _through(sound, self.loudspeakers[seat])


def room(name: str, seed: int) -> Room:
    """The room of that name, of `CABINS` or `plain`; the seed makes the plain one's echo."""
    return _plain(seed) if name == PLAIN else _modelled(name)


def _plain(seed: int) -> Room:
    response = acoustics.impulse_response(seed)
    pairs = ((seat, other) for seat in SEATS for other in SEATS)
    return Room(
        {pair: acoustics.scaled(response, acoustics.cross_talk_db(*pair)) for pair in pairs},
        dict.fromkeys(SEATS, (response / np.sqrt(np.sum(response**2))).astype(np.float32)),
    )


@cache
def _modelled(name: str) -> Room:
    with np.load(FILE) as shipped:
        voices = shipped[f"{name}_seats"].astype(np.float32)
        speakers = shipped[f"{name}_loudspeakers"].astype(np.float32)
    return Room(
        {(a, b): voices[i, j] for i, a in enumerate(SEATS) for j, b in enumerate(SEATS)},
        {seat: speakers[i] for i, seat in enumerate(SEATS)},
    )


def _through(sound: Samples, response: Samples) -> Samples:
    return fftconvolve(sound, response).astype(np.float32)
