"""The car's loudspeakers: what is played and what the assistant says, as the microphones get it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from simulator import acoustics
from simulator.cabins import Room
from simulator.language.sound import Sound
from simulator.voices import SAMPLE_RATE, SPEECH_RMS
from vehicle_bus.values import Zone

Samples = NDArray[np.float32]

BEAT_S = 0.5
BARS = ((220.0, 277.2, 329.6), (196.0, 246.9, 293.7), (174.6, 220.0, 261.6), (196.0, 246.9, 329.6))
"""Four chords, Hz; each is played for two seconds."""


def music(seed: int) -> Samples:
    """Eight seconds of chords, bass and drum that loop without a seam, with an RMS of 1."""
    rng = np.random.default_rng([seed, 5])
    beat = int(BEAT_S * SAMPLE_RATE)
    beats = [_beat(bar, number, beat, rng) for bar in BARS for number in range(4)]
    joined = np.concatenate(beats)
    return np.asarray(joined / np.sqrt(np.mean(joined**2)), dtype=np.float32)


class Loudspeakers:
    """Nothing is heard of them unless `sound` says how loud."""

    def __init__(self, sound: Sound, room: Room) -> None:
        self._sound = sound
        self._room = room
        self._music: dict[Zone, Samples] = {}
        self._saying: list[tuple[int, dict[Zone, Samples]]] = []
        self._silent_from = 0

    def say(self, pcm: bytes, sample_rate: int, now: int) -> None:
        """The assistant says `pcm` from sample `now` on, or after what it is still saying."""
        if self._sound.assistant is None or not pcm:
            return
        dry = resample_poly(acoustics.from_pcm(pcm), SAMPLE_RATE, sample_rate).astype(np.float32)
        quiet = acoustics.scaled(dry, -self._sound.assistant)
        start = max(now, self._silent_from)
        self._silent_from = start + len(dry)
        heard = {seat: self._room.from_loudspeakers(quiet, seat) for seat in acoustics.SEATS}
        self._saying.append((start, heard))

    def add(self, samples: Samples, position: int, seat: Zone, volume: float) -> None:
        """Add what reaches the microphone at `seat` to its `samples` from `position` on; `volume`
        of the music 0..1."""
        if self._sound.music is not None and volume > 0:
            loop = self._music_at(seat)
            index = np.arange(position, position + len(samples)) % len(loop)
            samples += loop[index] * np.float32(volume)
        for start, heard in self._saying:
            offset = position - start
            part = heard[seat][max(0, offset) : max(0, offset + len(samples))]
            begin = max(0, -offset)
            samples[begin : begin + len(part)] += part
        end = position + len(samples)
        self._saying = [(at, h) for at, h in self._saying if at + len(h[seat]) > end]

    def _music_at(self, seat: Zone) -> Samples:
        """The loop as the room gives it to `seat`, at full volume."""
        if seat not in self._music:
            loop = music(1)
            wet = self._room.from_loudspeakers(np.concatenate([loop, loop]), seat)
            level = SPEECH_RMS * 10 ** (-(self._sound.music or 0.0) / 20)
            self._music[seat] = (wet[len(loop) : 2 * len(loop)] * level).astype(np.float32)
        return self._music[seat]


def _beat(
    chord: tuple[float, ...], number: int, length: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """One beat: a plucked chord, the bass on 1 and 3, a drum on 2 and 4."""
    time = np.arange(length) / SAMPLE_RATE
    fading = np.exp(-4.0 * time) * (1 - np.exp(-400.0 * time))
    sound = np.zeros(length)
    for pitch in chord:
        for harmonic in (1, 2, 3, 4):
            sound += fading * np.sin(2 * np.pi * pitch * harmonic * time) / harmonic**1.5
    if number % 2 == 0:
        sound += 1.5 * fading * np.sin(np.pi * chord[0] * time)
    else:
        sound += 0.8 * np.exp(-30.0 * time) * rng.standard_normal(length)
    return sound * np.minimum(1.0, (length - np.arange(length)) / 80)
