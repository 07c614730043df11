"""A head unit in the assistant's own process: the simulator drives it in virtual time.

It goes through the very messages of the gRPC contract, without the network.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

from cabin_agent import events
from cabin_agent.assistant import Assistant, Seat
from cabin_agent.errors import CabinError
from cabin_agent.hearing.frames import AudioFormat
from cabin_agent.pipeline import Conversation
from cabin_agent.service import translate
from cabin_agent.turn import Language, Zone
from simulator.grpc_head_unit import translate as as_simulator_events
from simulator.head_unit import Event, HeadUnitError

_LOG = logging.getLogger(__name__)


class LocalHeadUnit:
    """A `simulator.head_unit.HeadUnit`. Lines opened from it are one session."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._session = uuid.UUID(int=0).hex

    async def open(self, zone: Zone, language: str, microphone: bool = True) -> LocalSeatLine:
        audio = AudioFormat() if microphone else None
        seat = Seat("simulator", self._session, zone, Language(language), audio, spoken=False)
        line = LocalSeatLine(self._assistant, seat)
        await line.begin()
        return line


class LocalSeatLine:
    """A `simulator.head_unit.SeatLine`: every call returns when all of it has happened."""

    def __init__(self, assistant: Assistant, seat: Seat) -> None:
        self._assistant = assistant
        self._seat = seat
        self._told: list[events.Event] = []
        self._resources = AsyncExitStack()
        self._conversation: Conversation | None = None

    async def begin(self) -> None:
        """Open the conversation."""
        try:
            opening = self._assistant.open(self._seat, self._told.append)
            self._conversation = await self._resources.enter_async_context(opening)
        except CabinError as error:
            raise HeadUnitError(str(error)) from None

    async def hear(self, pcm: bytes) -> list[Event]:
        assert self._conversation is not None
        with _failing():
            if pcm:
                await self._conversation.hear(pcm)
            await self._assistant.tick()
            return self._collect()

    async def read(self, text: str) -> list[Event]:
        assert self._conversation is not None
        with _failing():
            await self._conversation.read(text)
            return self._collect()

    async def close(self) -> None:
        await self._resources.aclose()

    def _collect(self) -> list[Event]:
        told = list(self._told)
        self._told.clear()
        names, limit = self._assistant.names, self._assistant.addressed_from
        responses = [translate.response(e, self._seat.language, names, limit) for e in told]
        return [event for response in responses for event in as_simulator_events(response)]


@contextmanager
def _failing() -> Iterator[None]:
    """A mistake of the assistant's ends the run, as a service that dies would; what there was until
    then is kept."""
    try:
        yield
    except Exception as error:
        _LOG.exception("the assistant failed")
        raise HeadUnitError(f"the assistant failed: {type(error).__name__}: {error}") from error
