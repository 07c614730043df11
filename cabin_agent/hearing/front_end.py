"""What is done to a microphone's sound before anybody listens to it.

    microphone -> echo of our own voice taken out -> voice activity, level
                                                  -> gain and noise suppression -> recogniser

WebRTC's audio processing, 10 ms at a time: gain and noise suppression by webrtc-noise-gain, echo
cancellation by the extra `echo` (livekit). All are off unless the configuration asks for them: the
shipped models were trained in noise and at many levels (docs/hearing.md has the measurements).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from webrtc_noise_gain import AudioProcessor

from cabin_agent.errors import BadRequest, NotReady
from cabin_agent.hearing.frames import SAMPLE_BYTES, SAMPLE_RATE
from cabin_agent.speaking.resampling import resample

BLOCK_BYTES = SAMPLE_RATE // 100 * SAMPLE_BYTES
"""10 ms, the unit of WebRTC's processing."""

MOST_GAIN_DB, MOST_SUPPRESSION = 31, 4

Process = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class FrontEndSettings:
    """`gain_db`: how far below full scale speech is brought by automatic gain (0: off, at most 31).
    `noise_suppression`: 0 (off) to 4. `echo_cancellation`: take our own voice out."""

    gain_db: int = 0
    noise_suppression: int = 0
    echo_cancellation: bool = False

    def __post_init__(self) -> None:
        for name, most in (("gain_db", MOST_GAIN_DB), ("noise_suppression", MOST_SUPPRESSION)):
            given = getattr(self, name)
            if not 0 <= given <= most:
                raise BadRequest(f"{name}: {given}", f"give a number from 0 to {most}")


UNTOUCHED = FrontEndSettings()


class Blocks:
    """Runs `process` on blocks of 10 ms over a stream that is cut otherwise. As many bytes come out
    as go in, up to 10 ms late."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._waiting = b""
        self._done = bytes(BLOCK_BYTES - SAMPLE_BYTES)

    def __call__(self, pcm: bytes) -> bytes:
        self._waiting += pcm
        while len(self._waiting) >= BLOCK_BYTES:
            self._done += self._process(self._waiting[:BLOCK_BYTES])
            self._waiting = self._waiting[BLOCK_BYTES:]
        ready, self._done = self._done[: len(pcm)], self._done[len(pcm) :]
        return ready


class FrontEnd:
    """Of one microphone. Raises NotReady for an echo canceller that is not installed."""

    def __init__(self, settings: FrontEndSettings = UNTOUCHED) -> None:
        self._echo = EchoCanceller() if settings.echo_cancellation else None
        self._enhance: Process = _unchanged
        if settings.gain_db or settings.noise_suppression:
            webrtc = AudioProcessor(settings.gain_db, settings.noise_suppression)
            self._enhance = Blocks(lambda block: bytes(webrtc.Process10ms(block).audio))

    @property
    def cancels_echo(self) -> bool:
        return self._echo is not None

    def played(self, pcm: bytes, sample_rate: int) -> None:
        """Our own voice, as it goes to the loudspeakers from now on."""
        if self._echo:
            self._echo.played(resample(pcm, sample_rate, SAMPLE_RATE))

    def silenced(self) -> None:
        """Our own voice was stopped."""
        if self._echo:
            self._echo.silenced()

    def without_echo(self, pcm: bytes) -> bytes:
        """The microphone without our own voice."""
        return self._echo.without_echo(pcm) if self._echo else pcm

    def enhanced(self, pcm: bytes) -> bytes:
        """What the recogniser gets of it."""
        return self._enhance(pcm)


class EchoCanceller:
    """WebRTC's AEC3. It finds the delay of the loudspeakers by itself, up to half a second."""

    def __init__(self) -> None:
        try:
            from livekit import rtc
        except ImportError as error:
            mend = "install it: pip install 'cabin-agent[echo]'"
            raise NotReady(f"echo_cancellation: livekit is missing ({error})", mend) from None
        self._frame: Callable[[bytes], Any] = lambda block: rtc.AudioFrame(
            bytearray(block), SAMPLE_RATE, 1, len(block) // SAMPLE_BYTES
        )
        self._processing = rtc.AudioProcessingModule(echo_cancellation=True)
        self._blocks = Blocks(self._cancel)
        self._playing: deque[bytes] = deque()

    def played(self, pcm: bytes) -> None:
        padded = pcm + bytes(-len(pcm) % BLOCK_BYTES)
        starts = range(0, len(padded), BLOCK_BYTES)
        self._playing.extend(padded[start : start + BLOCK_BYTES] for start in starts)

    def silenced(self) -> None:
        self._playing.clear()

    def without_echo(self, pcm: bytes) -> bytes:
        return self._blocks(pcm)

    def _cancel(self, block: bytes) -> bytes:
        playing = self._playing.popleft() if self._playing else bytes(BLOCK_BYTES)
        self._processing.process_reverse_stream(self._frame(playing))
        heard = self._frame(block)
        self._processing.process_stream(heard)
        return bytes(heard.data)


def _unchanged(pcm: bytes) -> bytes:
    return pcm
