"""The voice that needs no system package: pyttsx3 with the espeak-ng library of a wheel."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from typing import IO

from cabin_agent.speaking.resampling import resample
from cabin_agent.speaking.sentences import sentences
from cabin_agent.speaking.voice import Speech, VoiceError
from cabin_agent.turn import Language

SAMPLE_RATE = 16_000
PIECE_BYTES = SAMPLE_RATE * 2 // 5
"""0.2 s."""

VOICES = {Language.ENGLISH: "gmw/en-us", Language.MANDARIN: "sit/cmn"}
WORKER = (sys.executable, "-m", "cabin_agent.speaking.worker")
MEND = "reinstall the packages pyttsx3 and espeakng-loader, or set voice: false"
GRACE_S = 1.0


class EspeakVoice:
    """One worker process; it is started at once, and again if it has died or been too slow.

    Raises VoiceError if it does not start. `timeout_s`: what one sentence may take.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, timeout_s: float = 10.0, command: tuple[str, ...] = WORKER) -> None:
        self._timeout_s = timeout_s
        self._command = command
        self._lock = threading.Lock()
        self._stops = 0
        self._worker: subprocess.Popen[bytes] | None = None
        with self._lock:
            self._worker = self._start()

    def speak(self, text: str, language: Language) -> Speech:
        spoken = b"".join(self._say(sentence, language) for sentence in sentences(text))
        return Speech(spoken, SAMPLE_RATE)

    async def stream(self, text: str, language: Language) -> AsyncIterator[bytes]:
        stops = self._stops
        for sentence in sentences(text):
            pcm = await asyncio.to_thread(self._say, sentence, language)
            for start in range(0, len(pcm), PIECE_BYTES):
                await asyncio.sleep(0)
                if self._stops != stops:
                    return
                yield pcm[start : start + PIECE_BYTES]

    def stop(self) -> None:
        self._stops += 1

    def close(self) -> None:
        self.stop()
        with self._lock:
            self._end()

    def _say(self, sentence: str, language: Language) -> bytes:
        with self._lock:
            worker = self._worker
            if worker is None or worker.poll() is not None:
                worker = self._worker = self._start()
            request = {"text": sentence, "voice": VOICES[language]}
            rate, pcm = self._ask(worker, json.dumps(request).encode() + b"\n")
        return resample(pcm, rate, SAMPLE_RATE)

    def _start(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._worker = worker
        try:
            self._ask(worker, b"")
        except VoiceError:
            self._end()
            raise
        return worker

    def _ask(self, worker: subprocess.Popen[bytes], request: bytes) -> tuple[int, bytes]:
        """(samples per second, PCM); the worker is ended if it does not answer in time."""
        assert worker.stdin is not None
        assert worker.stdout is not None
        alarm = threading.Timer(self._timeout_s, worker.kill)
        alarm.start()
        try:
            worker.stdin.write(request)
            worker.stdin.flush()
            return _answer(worker.stdout)
        except (OSError, EOFError):
            self._end()
            late = f"the voice died or said nothing for {self._timeout_s:g} s"
            raise VoiceError(late, MEND) from None
        finally:
            alarm.cancel()

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        for pipe in (worker.stdin, worker.stdout):
            if pipe:
                pipe.close()
        try:
            worker.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _answer(source: IO[bytes]) -> tuple[int, bytes]:
    line = source.readline()
    if not line:
        raise EOFError
    header: Mapping[str, object] = json.loads(line)
    if "error" in header:
        raise VoiceError(f"the voice: {header['error']}", MEND)
    size, rate = int(str(header["bytes"])), int(str(header["rate"]))
    pcm = source.read(size)
    if len(pcm) < size:
        raise EOFError
    return rate, pcm
