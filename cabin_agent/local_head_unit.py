"""A head unit in the assistant's own process: the simulator drives it in virtual time.

It goes through the very messages of the gRPC contract, without the network.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager

from cabin_agent import events
from cabin_agent.assistant import Assistant, Seat
from cabin_agent.errors import CabinError
from cabin_agent.hearing.frames import AudioFormat
from cabin_agent.pipeline import Conversation
from cabin_agent.sdk.registry import Registry
from cabin_agent.seeing.frames import Camera, Encoding, Frame, decode
from cabin_agent.service import translate
from cabin_agent.turn import Language, Zone
from simulator.grpc_head_unit import translate as as_simulator_events
from simulator.head_unit import CameraFrame, Event, HeadUnitError
from vehicle_bus.bus import Bus
from vehicle_bus.values import Clock

_LOG = logging.getLogger(__name__)


Again = Callable[[], tuple[Assistant, Bus]]
"""Makes the assistant and its bus anew."""

TICK_S = 0.25
"""So often skills get their time between turns, as in the service."""


class LocalHeadUnit:
    """A `simulator.head_unit.HeadUnit`. Lines opened from it are one session."""

    speaks = False

    def __init__(self, assistant: Assistant, clock: Clock) -> None:
        self.assistant = assistant
        self._clock = clock
        self._ticked_at = float("-inf")
        self._session = uuid.UUID(int=0).hex

    async def open(self, zone: Zone, language: str, microphone: bool = True) -> LocalSeatLine:
        audio = AudioFormat() if microphone else None
        seat = Seat("simulator", self._session, zone, Language(language), audio, spoken=False)
        line = LocalSeatLine(self.assistant, seat, self._tick)
        await line.begin()
        return line

    async def inform(self, topic: str, payload: Mapping[str, object]) -> None:
        with _failing():
            await self.assistant.inform(topic, payload)

    async def _tick(self) -> None:
        now = self._clock()
        if now - self._ticked_at >= TICK_S - 1e-6:
            self._ticked_at = now
            await self.assistant.tick()


class LocalService:
    """A `simulator.head_unit.Service`: the faults of an assistant in this process."""

    breakable = frozenset({"skill", "service"})

    def __init__(
        self, head_unit: LocalHeadUnit, registry: Registry, broken: set[str], again: Again
    ) -> None:
        self._head_unit = head_unit
        self._registry = registry
        self._broken = broken
        self._again = again

    @property
    def skills(self) -> tuple[str, ...]:
        return tuple(skill.manifest.name for skill in self._registry.skills)

    def break_skill(self, name: str) -> None:
        self._broken.add(name)

    def mend_skill(self, name: str) -> None:
        self._broken.discard(name)

    async def kill(self) -> None:
        """Nothing to end in this process: its lines are hung up, and nobody opens others."""

    async def start(self) -> Bus:
        self._head_unit.assistant, bus = self._again()
        return bus


class LocalSeatLine:
    """A `simulator.head_unit.SeatLine`: every call returns when all of it has happened."""

    def __init__(
        self, assistant: Assistant, seat: Seat, tick: Callable[[], Awaitable[None]]
    ) -> None:
        self._assistant = assistant
        self._seat = seat
        self._tick = tick
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
            await self._tick()
            return self._collect()

    async def read(self, text: str) -> list[Event]:
        assert self._conversation is not None
        with _failing():
            await self._conversation.read(text)
            return self._collect()

    async def see(self, frame: CameraFrame) -> list[Event]:
        assert self._conversation is not None
        with _failing():
            pixels = decode(Encoding.RGB8, frame.width, frame.height, frame.rgb)
            seen = Frame(Camera(frame.camera), pixels, self._assistant.now)
            await self._conversation.see(seen)
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
    except CabinError as error:
        raise HeadUnitError(str(error)) from None
    except Exception as error:
        _LOG.exception("the assistant failed")
        raise HeadUnitError(f"the assistant failed: {type(error).__name__}: {error}") from error
