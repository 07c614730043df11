"""What a voice is; `espeak` is the one that the package brings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from cabin_agent.errors import NotReady
from cabin_agent.turn import Language


class VoiceError(NotReady):
    """Nothing can be spoken; replies go on as text."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Signed 16-bit little-endian mono PCM, `sample_rate` samples a second."""

    pcm: bytes
    sample_rate: int


class Voice(Protocol):
    """Safe to call from several conversations and threads at once."""

    @property
    def sample_rate(self) -> int:
        """Samples per second of everything it says."""
        ...

    def speak(self, text: str, language: Language) -> Speech:
        """The whole of `text`; blocks. Raises VoiceError."""
        ...

    def stream(self, text: str, language: Language) -> AsyncIterator[bytes]:
        """PCM in pieces of about 0.2 s, sentence by sentence, the first as early as possible.

        Pieces come as fast as they are made, not as fast as they are heard. To stop one stream,
        cancel the task or close the iterator. Raises VoiceError.
        """
        ...

    def stop(self) -> None:
        """Be silent: every stream under way ends before its next piece."""
        ...

    def close(self) -> None:
        """Let go of what speaks."""
        ...
