"""Speaks replies while the conversation goes on, and falls silent when the person speaks."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from cabin_agent.events import ReplyAudio
from cabin_agent.speaking.voice import Voice, VoiceError
from cabin_agent.turn import Reply

_LOG = logging.getLogger(__name__)


class Mouth:
    """One at a time: a new reply replaces the one being spoken."""

    def __init__(self, voice: Voice, emit: Callable[[ReplyAudio], None]) -> None:
        self._voice = voice
        self._emit = emit
        self._speaking: asyncio.Task[None] | None = None

    def say(self, reply: Reply) -> None:
        """Begin to speak `reply`; its audio goes out through `emit`."""
        self.stop()
        self._speaking = asyncio.create_task(self._speak(reply))

    def stop(self) -> None:
        """Barge-in: nothing more is sent of the present reply."""
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
            async for piece in self._voice.stream(reply.text, reply.language):
                self._emit(ReplyAudio(piece, self._voice.sample_rate, last=False))
            self._emit(ReplyAudio(b"", self._voice.sample_rate, last=True))
        except VoiceError as error:
            _LOG.warning("the reply stays text: %s", error)
