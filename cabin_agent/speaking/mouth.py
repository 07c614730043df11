"""Speaks replies while the conversation goes on, and falls silent when the person speaks."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from cabin_agent.events import ReplyAudio
from cabin_agent.speaking.voice import Voice, VoiceError
from cabin_agent.turn import Reply
from vehicle_bus.values import Clock

SAMPLE_BYTES = 2
_LOG = logging.getLogger(__name__)


ROOM_S = 0.6
"""How long a reply may still be heard after its end: loudspeaker delay, reverberation, the
recogniser's own delay."""


class Mouth:
    """One at a time: a new reply replaces the one being spoken."""

    def __init__(self, voice: Voice, emit: Callable[[ReplyAudio], None], clock: Clock) -> None:
        self._voice = voice
        self._emit = emit
        self._clock = clock
        self._speaking: asyncio.Task[None] | None = None
        self._reply = ""
        self._heard_until = float("-inf")

    @property
    def audible(self) -> str:
        """The reply that is in the air now, if it is played as it is sent; else empty."""
        return self._reply if self._clock() < self._heard_until else ""

    def say(self, reply: Reply) -> None:
        """Begin to speak `reply`; its audio goes out through `emit`."""
        self.stop()
        self._reply = reply.text
        self._speaking = asyncio.create_task(self._speak(reply))

    def stop(self) -> None:
        """Barge-in: nothing more is sent of the present reply."""
        self._heard_until = min(self._heard_until, self._clock() + ROOM_S)
        if self._speaking:
            self._speaking.cancel()
            self._speaking = None

    async def finished(self) -> None:
        """Wait until the present reply has been spoken or stopped."""
        if self._speaking:
            with contextlib.suppress(asyncio.CancelledError):
                await self._speaking

    async def _speak(self, reply: Reply) -> None:
        try:
            ends = self._clock()
            async for piece in self._voice.stream(reply.text, reply.language):
                ends += len(piece) / SAMPLE_BYTES / self._voice.sample_rate
                self._heard_until = ends + ROOM_S
                self._emit(ReplyAudio(piece, self._voice.sample_rate, last=False))
            self._emit(ReplyAudio(b"", self._voice.sample_rate, last=True))
        except VoiceError as error:
            _LOG.warning("the reply stays text: %s", error)
