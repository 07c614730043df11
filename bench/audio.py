"""The audio of a benchmark: commands in several voices with the noise of a moving car."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.commands import COMMANDS, VOICES
from simulator import acoustics
from simulator.acoustics import Surroundings
from simulator.microphones import Microphones
from simulator.voices import SAMPLE_RATE, Speaker, named
from vehicle_bus.values import Zone

CHUNK = SAMPLE_RATE // 50
LEAD_S = 0.6
TAIL_S = 1.8
SPEED_KMH = 50.0
AUDIBLE = 0.02


@dataclass(frozen=True, slots=True)
class Recording:
    """`chunks` of 20 ms; `last_word_s`: where in it the clean voice ends."""

    text: str
    intent: str
    voice: str
    chunks: tuple[bytes, ...]
    last_word_s: float

    @property
    def seconds(self) -> float:
        return len(self.chunks) * CHUNK / SAMPLE_RATE


def recordings() -> Iterator[Recording]:
    """Every command, the voices in turn, at the driver's microphone at `SPEED_KMH`."""
    around = Surroundings(speed=SPEED_KMH)
    with Speaker() as speaker:
        for number, (text, intent) in enumerate(COMMANDS):
            voice = named(VOICES[number % len(VOICES)])
            speech = speaker.say(text, voice)
            microphones = Microphones(number)
            lead = int(LEAD_S * SAMPLE_RATE)
            total = lead + len(speech) + int(TAIL_S * SAMPLE_RATE)
            chunks = []
            for start in range(0, total - CHUNK, CHUNK):
                if start <= lead < start + CHUNK:
                    microphones.play(speech, Zone.DRIVER)
                    lead = start
                heard = microphones.listen(CHUNK, around, (Zone.DRIVER,))[Zone.DRIVER]
                chunks.append(acoustics.to_pcm(heard))
            audible = np.nonzero(np.abs(speech) > AUDIBLE * np.abs(speech).max())[0]
            end = (lead + int(audible[-1])) / SAMPLE_RATE
            yield Recording(text, intent, voice.name, tuple(chunks), end)
