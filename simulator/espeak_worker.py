"""A process of its own around the espeak-ng library that the `espeakng-loader` wheel bundles.

espeak-ng keeps its state in globals and initialises once per process, so the simulator's voices
would fight with the assistant's own. Protocol: one JSON object a line on stdin
({"text", "voice", "rate", "pitch"}); on stdout a 4-byte little-endian length and that many bytes of
signed 16-bit mono PCM. The first answer (length 4) is the sample rate.
Reference: espeak-ng's speak_lib.h.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import struct
import sys
from typing import BinaryIO

import espeakng_loader

AUDIO_OUTPUT_SYNCHRONOUS = 2
CHARS_UTF8 = 1
POSITION_CHARACTER = 1
PARAMETER_RATE = 1
PARAMETER_PITCH = 3
SEED = 1

Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class Espeak:
    """The library, initialised once. `rate` is its sample rate in Hz."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate = int(self._library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data, 0))
        if self.rate <= 0:
            raise RuntimeError("espeak-ng can't start: reinstall the package espeakng-loader")
        self._pcm = bytearray()
        self._callback = Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_ng_SetRandSeed(SEED)

    def speak(self, text: str, voice: str, rate: int, pitch: int) -> bytes:
        """PCM of `text`; empty if the library does not know `voice`."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return b""
        self._library.espeak_SetParameter(PARAMETER_RATE, rate, 0)
        self._library.espeak_SetParameter(PARAMETER_PITCH, pitch, 0)
        encoded = text.encode()
        self._library.espeak_Synth(
            encoded, len(encoded) + 1, 0, POSITION_CHARACTER, 0, CHARS_UTF8, None, None
        )
        self._library.espeak_Synchronize()
        return bytes(self._pcm)

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _: int | None) -> int:
        if samples and count:
            self._pcm += ctypes.string_at(samples, 2 * count)
        return 0


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until `requests` ends, each request in a fork of this process.

    espeak-ng carries pitch flutter, echo and noise over from one utterance to the next, also
    through espeak_Terminate; only a process that has not spoken yet says the same thing the same.
    """
    espeak = Espeak()
    _send(answers, struct.pack("<I", espeak.rate))
    while line := requests.readline():
        child = os.fork()
        if child == 0:
            _send(answers, espeak.speak(**json.loads(line)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status != 0:
            raise SystemExit(f"espeak-ng failed on {line!r}")


def _send(answers: BinaryIO, payload: bytes) -> None:
    answers.write(struct.pack("<I", len(payload)) + payload)
    answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run; its end is ours too
    serve(sys.stdin.buffer, sys.stdout.buffer)
