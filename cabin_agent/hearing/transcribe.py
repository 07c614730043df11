"""Whole files: what the batch command hears."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
import soundfile

from cabin_agent.errors import BadRequest
from cabin_agent.hearing.frames import SAMPLE_RATE, check_samples, seconds
from cabin_agent.hearing.models import find_model
from cabin_agent.hearing.recogniser import VoskModel
from cabin_agent.turn import Language
from vehicle_bus.values import Clock

FULL_SCALE = 32767.0


@dataclass(frozen=True, slots=True)
class Transcript:
    """`ms`: what the recognition took; `real_time_factor`: its share of the audio's length.
    `confidence`: the mean of the words' confidences, 0..1."""

    text: str
    audio_s: float
    ms: float
    real_time_factor: float
    confidence: float


class Transcriber:
    """A model, loaded once for many files. `clock` measures how long the recognition takes."""

    def __init__(self, directory: Path, clock: Clock = time.perf_counter) -> None:
        self._model = VoskModel.load(directory)
        self._clock = clock

    def transcribe(self, file: Path) -> Transcript:
        """The words of `file` from its first to its last sample; raises BadRequest if unreadable.

        No voice activity detector decides what is heard.
        """
        pcm = read_pcm(file)
        recogniser = self._model.recogniser()
        began = self._clock()
        recognised = recogniser.whole(pcm)
        took_s = self._clock() - began
        audio_s = seconds(pcm)
        return Transcript(
            recognised.text, audio_s, took_s * 1000.0, took_s / audio_s, recognised.confidence
        )


def transcribe_file(file: Path, language: Language, model: Path | None = None) -> Transcript:
    """One file, with the model in `model` or the one that is found for `language`."""
    return Transcriber(find_model(language, model)).transcribe(file)


def read_pcm(file: Path) -> bytes:
    """A file that libsndfile reads (wav, flac, ogg, opus, mp3) as 16 kHz mono s16le.

    Channels are averaged. Raises BadRequest if there is no audio in it.
    """
    try:
        samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        mend = "give a wav, flac, ogg, opus or mp3 file"
        raise BadRequest(f"{file}: no readable audio ({error})", mend) from None
    mono = samples.mean(axis=1)
    if rate != SAMPLE_RATE and len(mono):
        from scipy.signal import resample_poly  # takes a second to import, and is seldom needed

        common = gcd(rate, SAMPLE_RATE)
        mono = resample_poly(mono, SAMPLE_RATE // common, rate // common)
    pcm = bytes((np.clip(mono, -1.0, 1.0) * FULL_SCALE).astype("<i2").tobytes())
    try:
        check_samples(pcm)
    except BadRequest as error:
        raise BadRequest(f"{file}: {error.cause}", "give a file with sound in it") from None
    return pcm
