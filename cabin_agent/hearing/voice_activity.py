"""Is somebody speaking? Silero VAD's probability for each frame, made into speech and silence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cabin_agent.hearing.frames import FRAME_S
from cabin_agent.hearing.silero import SileroVoiceActivityDetector

SpeechProbability = Callable[[bytes], float]
"""One frame of `FRAME_BYTES` -> 0..1; keeps state between frames."""

FULL_SCALE = 32768.0
FLOOR_DB = -96.0
LEVEL_TIME_S = 0.3
NOISE_TIME_S = 0.5
TAIL_S = 0.2
"""For so long after speech the room still carries it: a cabin's echo falls by 60 dB in 0.1 s."""
BURIED = 0.1
"""Of the power while somebody speaks, what is at least taken for speech: the noise wavers, and the
difference of two like numbers tells nothing."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Probabilities from which silence becomes speech, and below which speech becomes silence.

    The noise of a car at 0..130 km/h with rain, fan or an open window stays below 0.1, so the exit
    may be as high as it is: at 0.35 (the usual choice) speech in noise ends up to 0.3 s later.
    """

    enter: float = 0.5
    leave: float = 0.45


@dataclass(frozen=True, slots=True)
class Activity:
    """What is known after a frame.

    `speech_s`: how long the present run of speech frames is, 0.0 in silence. `silence_s`: seconds
    since the last speech frame ended, 0.0 in speech and infinity before the first one.
    `level_db`: RMS of the recent speech frames without the noise under it, in dB full scale.
    """

    speech_s: float
    silence_s: float
    level_db: float

    @property
    def speech(self) -> bool:
        return self.speech_s > 0.0


class VoiceActivity:
    """The state of one stream. `probability` is Silero VAD unless given."""

    def __init__(
        self,
        probability: SpeechProbability | None = None,
        sensitivity: Sensitivity = Sensitivity(),
    ) -> None:
        self._probability = probability or SileroVoiceActivityDetector()
        self._sensitivity = sensitivity
        self._speech_frames = 0
        self._silent_frames: int | None = None
        self._power = 0.0
        self._noise = 0.0

    def feed(self, frame: bytes) -> Activity:
        """Take one frame (16 kHz mono s16le, `FRAME_BYTES`)."""
        in_speech = self._speech_frames > 0
        needed = self._sensitivity.leave if in_speech else self._sensitivity.enter
        if self._probability(frame) >= needed:
            self._speech_frames += 1
            self._silent_frames = 0
            self._smooth(power(frame))
        else:
            self._speech_frames = 0
            if self._silent_frames is not None:
                self._silent_frames += 1
            if self._silence_s >= TAIL_S:
                self._smooth_noise(power(frame))
        speech = max(self._power - self._noise, BURIED * self._power)
        return Activity(self._speech_frames * FRAME_S, self._silence_s, decibels(speech))

    @property
    def _silence_s(self) -> float:
        return math.inf if self._silent_frames is None else self._silent_frames * FRAME_S

    def _smooth_noise(self, now: float) -> None:
        if self._noise == 0.0:
            self._noise = now
        self._noise += (now - self._noise) * FRAME_S / NOISE_TIME_S

    def _smooth(self, now: float) -> None:
        if self._speech_frames == 1:
            self._power = now
        self._power += (now - self._power) * FRAME_S / LEVEL_TIME_S


def power(pcm: bytes) -> float:
    """Mean square of s16le samples, 1.0 being a full-scale square wave."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    return float(np.mean(np.square(samples))) / FULL_SCALE**2


def decibels(mean_square: float) -> float:
    """dB full scale, not below `FLOOR_DB` (one 16-bit step)."""
    return max(FLOOR_DB, 10.0 * math.log10(mean_square)) if mean_square > 0 else FLOOR_DB
