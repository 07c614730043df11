"""A process of its own around pyttsx3 and the espeak-ng library of the `espeakng-loader` wheel.

pyttsx3 prints to stdout, keeps its state in globals, plays through a sound card unless it writes a
file, and the library under it can crash: none of that may reach the service.

Protocol: the first answer tells whether the engine started. Then one JSON object a line on stdin
({"text", "voice"}); for each, on stdout one line of JSON ({"bytes", "rate"} or {"error"}) and that
many bytes of signed 16-bit mono PCM.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import tempfile
import wave
from pathlib import Path
from typing import Any, BinaryIO

RATE_WPM = 170

TRIES = 3
"""On a busy machine pyttsx3's loop now and then ends before anything was spoken."""


def engine() -> Any:
    """pyttsx3 on the bundled library: loaded beforehand, it is what its name leads to."""
    import espeakng_loader

    ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    import pyttsx3

    made = pyttsx3.init("espeak")
    made.setProperty("rate", RATE_WPM)
    return made


def speak(voice_engine: Any, file: Path, text: str, voice: str) -> tuple[int, bytes]:
    """(samples per second, PCM) of `text`; `file` is where pyttsx3 may write."""
    voice_engine.setProperty("voice", voice)
    for _ in range(TRIES):
        voice_engine.save_to_file(text, str(file))
        voice_engine.runAndWait()
        if file.exists():
            break
    with wave.open(str(file), "rb") as wav:
        spoken = wav.getframerate(), wav.readframes(wav.getnframes())
    file.unlink()
    return spoken


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until `requests` ends."""
    try:
        voice_engine = engine()
    except Exception as error:
        _send(answers, {"error": repr(error)})
        return
    _send(answers, {"bytes": 0, "rate": 0})
    with tempfile.TemporaryDirectory() as folder:
        while line := requests.readline():
            try:
                rate, pcm = speak(voice_engine, Path(folder) / "speech.wav", **json.loads(line))
            except Exception as error:
                _send(answers, {"error": repr(error)})
            else:
                _send(answers, {"bytes": len(pcm), "rate": rate}, pcm)


def _send(answers: BinaryIO, header: dict[str, object], pcm: bytes = b"") -> None:
    answers.write(json.dumps(header).encode() + b"\n" + pcm)
    answers.flush()


def main() -> None:
    """Keep stdout for the answers; whatever else is printed goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
