"""The people in the car: text -> 16 kHz mono float32 samples in -1..1, by named voices.

Speech comes from espeak-ng (see `espeak_worker`). The same text and voice give the same samples;
each pair is synthesised once and kept in memory.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

SAMPLE_RATE = 16000
SPEECH_RMS = 0.08
SILENCE = 0.01

Samples = NDArray[np.float32]


class VoiceError(RuntimeError):
    """A text can't be spoken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How somebody speaks: `espeak` is the library's voice with its variant, `rate` is in words a
    minute, `pitch` is 0..99 (50 is the voice's own)."""

    name: str
    language: str
    espeak: str
    rate: int
    pitch: int
    about: str


CAST: dict[str, Voice] = {
    voice.name: voice
    for voice in (
        Voice("anna", "en", "en-us+f3", 150, 55, "American woman"),
        Voice("ben", "en", "en-us+m7", 155, 42, "American man"),
        Voice("clara", "en", "en-gb-x-rp+f4", 150, 60, "English woman, received pronunciation"),
        Voice("david", "en", "en+m2", 150, 45, "English man"),
        Voice("ella", "en", "en-us+Annie", 160, 58, "American woman, quick"),
        Voice("fergus", "en", "en-gb-scotland+m3", 145, 40, "Scottish man"),
        Voice("grace", "en", "en-us+f2", 145, 62, "American woman, calm"),
        Voice("henry", "en", "en-us+klatt4", 150, 35, "American man, deep"),
        Voice("iris", "en", "en+f1", 160, 66, "English woman, high"),
        Voice("jack", "en", "en-us+m3", 165, 50, "American man, quick"),
        Voice("kofi", "en", "en-029+m5", 150, 48, "Caribbean man"),
        Voice("leo", "en", "en-us+m1", 150, 78, "boy"),
        Voice("mei", "zh", "cmn+f3", 150, 55, "woman, Mandarin"),
        Voice("jun", "zh", "cmn+m3", 155, 42, "man, Mandarin"),
        Voice("lan", "zh", "cmn+f1", 145, 64, "woman, Mandarin, calm"),
        Voice("tao", "zh", "cmn+m7", 160, 38, "man, Mandarin, deep"),
    )
}

DEFAULT_VOICE = {"en": "anna", "zh": "mei"}


def named(name: str) -> Voice:
    """The voice of that name. Raises VoiceError that lists what there is."""
    if name in CAST:
        return CAST[name]
    near = get_close_matches(name, CAST, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(CAST)}"
    raise VoiceError(f"no voice is called {name!r}; {hint}")


class Speaker:
    """Speaks through one worker process, which starts with the first word. Close it when done."""

    def __init__(self) -> None:
        self._worker: subprocess.Popen[bytes] | None = None
        self._rate = 0
        self._spoken: dict[tuple[Voice, str], Samples] = {}

    def __enter__(self) -> Speaker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def say(self, text: str, voice: Voice) -> Samples:
        """`text` in that voice: trimmed of silence, at an RMS of `SPEECH_RMS` (-22 dB full scale).

        The array is shared between calls and read-only. Raises VoiceError for text without speech.
        """
        key = (voice, text)
        if key not in self._spoken:
            samples = self._synthesise(text, voice)
            samples.setflags(write=False)
            self._spoken[key] = samples
        return self._spoken[key]

    def close(self) -> None:
        """End the worker. The next `say` starts another."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        for stream in (worker.stdin, worker.stdout):
            if stream is not None:
                stream.close()
        worker.wait(timeout=5)

    def _synthesise(self, text: str, voice: Voice) -> Samples:
        request = {
            "text": text,
            "voice": voice.espeak,
            "rate": voice.rate,
            "pitch": voice.pitch,
        }
        source, sink = self._pipes()
        try:
            sink.write(json.dumps(request).encode() + b"\n")
            sink.flush()
            pcm = _receive(source)
        except (OSError, EOFError):
            self._worker = None
            raise VoiceError(f"espeak-ng ended while saying {text!r}; try another text") from None
        raw = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        spoken = trimmed(resample_poly(raw, SAMPLE_RATE, self._rate).astype(np.float32))
        if not len(spoken):
            raise VoiceError(f"voice {voice.name!r} has nothing to say for {text!r}; give it words")
        return levelled(spoken)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._worker is None:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "simulator.espeak_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            assert self._worker.stdout is not None
            try:
                self._rate = struct.unpack("<I", _receive(self._worker.stdout))[0]
            except EOFError:
                self._worker = None
                raise VoiceError(
                    "espeak-ng can't start; reinstall the package espeakng-loader"
                ) from None
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        return self._worker.stdout, self._worker.stdin


def trimmed(samples: Samples) -> Samples:
    """Without the silence (below 1 % of full scale) at both ends."""
    loud = np.flatnonzero(np.abs(samples) > SILENCE)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def levelled(samples: Samples, rms: float = SPEECH_RMS) -> Samples:
    """Scaled to `rms`, which is measured where there is speech; peaks are kept below 0.95."""
    speech = samples[np.abs(samples) > SILENCE]
    scaled = samples * (rms / float(np.sqrt(np.mean(np.square(speech)))))
    peak = float(np.abs(scaled).max())
    return (scaled * min(1.0, 0.95 / peak)).astype(np.float32)


def _receive(stream: IO[bytes]) -> bytes:
    header = stream.read(4)
    if len(header) < 4:
        raise EOFError
    length = struct.unpack("<I", header)[0]
    payload = stream.read(length)
    if len(payload) < length:
        raise EOFError
    return payload
