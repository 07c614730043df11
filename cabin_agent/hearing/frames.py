"""The sound that comes in: its one format, and chunks of any length cut into equal frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cabin_agent.errors import BadRequest

SAMPLE_RATE = 16000
SAMPLE_BYTES = 2
FRAME_SAMPLES = 512
"""32 ms: the window of Silero VAD version 5 and later at 16 kHz."""

FRAME_BYTES = FRAME_SAMPLES * SAMPLE_BYTES
FRAME_S = FRAME_SAMPLES / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """What a client declares. Anything but 16 kHz mono s16le is a `BadRequest` at construction."""

    sample_rate_hz: int = SAMPLE_RATE
    channels: int = 1
    encoding: str = "pcm_s16le"

    def __post_init__(self) -> None:
        if self.sample_rate_hz != SAMPLE_RATE:
            raise BadRequest(
                f"audio.sample_rate_hz: {self.sample_rate_hz} Hz", f"resample to {SAMPLE_RATE} Hz"
            )
        if self.channels != 1:
            raise BadRequest(
                f"audio.channels: {self.channels}", "send one channel for each seat microphone"
            )
        if self.encoding != "pcm_s16le":
            raise BadRequest(
                f"audio.encoding: {self.encoding!r}", "send 'pcm_s16le' (signed 16-bit samples)"
            )


def check_samples(pcm: bytes) -> None:
    """Raise `BadRequest` unless `pcm` holds whole 16-bit samples, at least one."""
    if not pcm:
        raise BadRequest("audio: empty", "send samples, or close the stream")
    if len(pcm) % SAMPLE_BYTES:
        raise BadRequest(
            f"audio: {len(pcm)} bytes, an odd number", "send whole 16-bit samples in every chunk"
        )


def seconds(pcm: bytes | bytearray) -> float:
    """How long `pcm` (16 kHz mono s16le) lasts."""
    return len(pcm) / (SAMPLE_BYTES * SAMPLE_RATE)


class Framer:
    """Cuts a stream of chunks into frames of `FRAME_BYTES`; what is left waits for the next."""

    def __init__(self) -> None:
        self._rest = b""

    def frames(self, pcm: bytes) -> Iterator[bytes]:
        """The frames that `pcm` completes. A frame that is not taken is not lost."""
        self._rest += pcm
        while len(self._rest) >= FRAME_BYTES:
            frame, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            yield frame

    def take_rest(self) -> bytes:
        """The begun frame, which is then forgotten."""
        rest, self._rest = self._rest, b""
        return rest
