"""A real service on a free port, with a simulated car on its bus."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import grpc
import pytest

from cabin.v1 import cabin_pb2 as pb
from cabin.v1 import cabin_pb2_grpc
from cabin_agent.assembly import load_eyes, load_registry, load_understander, make_bus, make_ears
from cabin_agent.assistant import Assistant, Ears
from cabin_agent.config import Config
from cabin_agent.sdk.registry import Registry
from cabin_agent.service.server import serving
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.turn import Language
from cabin_agent.understanding.session import Understander
from simulator.world import Vehicle
from vehicle_bus.broker import Broker

CONFIG = Config(max_utterance_s=3.0, max_streams=3)
FORMAT = pb.AudioFormat(sample_rate_hz=16000, channels=1, encoding="pcm_s16le")


@dataclass(frozen=True)
class Loaded:
    """What takes time to load, once for all tests."""

    registry: Registry
    understander: Understander
    ears: Ears
    voice: EspeakVoice


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    registry = load_registry(CONFIG)
    clock = time.monotonic
    understander = load_understander(CONFIG, registry, clock)
    return Loaded(registry, understander, make_ears(CONFIG, clock), EspeakVoice())


@dataclass
class Service:
    stub: cabin_pb2_grpc.CabinServiceStub
    channel: grpc.aio.Channel
    assistant: Assistant
    bus: Broker
    vehicle: Vehicle

    async def value(self, path: str) -> object:
        point = (await self.bus.get(path))[path]
        return point.value if point else None


@pytest.fixture
async def service(loaded: Loaded) -> AsyncIterator[Service]:
    clock = time.monotonic
    bus = make_bus(CONFIG, clock)
    vehicle = Vehicle(bus, clock, bus.catalogue)
    await vehicle.start({})
    assistant = Assistant(
        CONFIG,
        bus,
        clock,
        loaded.understander,
        loaded.registry,
        loaded.ears,
        loaded.voice,
        eyes=load_eyes(CONFIG),
    )
    async with (
        serving(assistant, "127.0.0.1", 0) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        stub = cabin_pb2_grpc.CabinServiceStub(channel)
        yield Service(stub, channel, assistant, bus, vehicle)
    await vehicle.stop()


def opening(**fields: object) -> pb.ConverseRequest:
    """An `Open` that is right but for `fields`."""
    known: dict[str, object] = {"client": "test", "zone": pb.ZONE_DRIVER, "language": "en"}
    return pb.ConverseRequest(open=pb.Open(**{**known, **fields}))  # type: ignore[arg-type]


def spoken(voice: EspeakVoice, text: str, tail_s: float = 1.5) -> list[bytes]:
    """`text` in chunks of 100 ms, with silence around it."""
    pcm = (
        bytes(9600) + voice.speak(text, Language.ENGLISH).pcm + bytes(int(32000 * tail_s) // 2 * 2)
    )
    return [pcm[start : start + 3200] for start in range(0, len(pcm), 3200)]
