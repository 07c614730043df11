"""The broker in another process, over gRPC: what a client sees of it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import grpc

from bench.bus.inprocess import leaves
from bench.bus.order import Order
from cabin.v1 import vehicle_bus_pb2 as pb
from cabin.v1 import vehicle_bus_pb2_grpc
from vehicle_bus.bus import Registration, Subscription
from vehicle_bus.publications import until_none
from vehicle_bus.remote import RemoteBus
from vehicle_bus.translate import to_values
from vehicle_bus.values import ActuationRequest, Requester, Scalar, Zone

SPEED = "Vehicle.Speed"
FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
DRIVER = Requester("bench", Zone.DRIVER, ("Vehicle.*",))
BATCH = tuple(leaves(100))
WARM_UP = 200
ROUNDS = 2_000
SECONDS = 2.0
BUFFER = 1_024
PATIENCE_S = 60.0

Publish = Callable[[Mapping[str, Scalar]], Coroutine[Any, Any, None]]


@contextmanager
def server(name: str) -> Iterator[int]:
    """A broker in a process of its own, on the cores that this one may use; yields its port."""
    command = [sys.executable, "-m", "bench.bus.server", name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.stdin.close()


@contextmanager
def one_core() -> Iterator[None]:
    """This process, and those that it starts meanwhile, on a single core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@asynccontextmanager
async def client(port: int) -> AsyncIterator[RemoteBus]:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield RemoteBus(channel)


class Reader:
    """Remembers when each value of a signal came."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription
        self._task = asyncio.create_task(self._read())
        self._awaited: float | None = None
        self._came = asyncio.Event()
        self.at = 0.0
        self.order = Order()

    def expect(self, value: float) -> None:
        self._awaited = value
        self._came.clear()

    async def came(self) -> float:
        """The moment at which what was expected came."""
        async with asyncio.timeout(PATIENCE_S):
            await self._came.wait()
        return self.at

    async def close(self) -> None:
        self._task.cancel()
        await self._subscription.aclose()

    async def _read(self) -> None:
        async for update in self._subscription:
            self.order.see(update)
            if update.datapoint.value == self._awaited:
                self.at = time.perf_counter()
                self._came.set()


@dataclass(frozen=True, slots=True)
class Published:
    """From publishing until the subscriber holds the value, in milliseconds."""

    streamed: list[float]
    called: list[float]
    order: Order


async def publish_ms(port: int) -> Published:
    """On an open stream, and with a call for each value."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        bus, stub = RemoteBus(channel), vehicle_bus_pb2_grpc.VehicleBusStub(channel)

        async def call(values: Mapping[str, Scalar]) -> None:
            await stub.Publish(pb.PublishRequest(values=to_values(values)))

        await bus.publish({SPEED: 0.0})
        reader = Reader(bus.subscribe(SPEED, buffer=BUFFER))
        streamed = await _until_held(reader, bus.publish, 1)
        called = await _until_held(reader, call, 1 + len(streamed))
        await reader.close()
    reader.order.end((SPEED,), len(streamed) + len(called))
    return Published(streamed[WARM_UP:], called[WARM_UP:], reader.order)


async def _until_held(reader: Reader, publish: Publish, first: int) -> list[float]:
    samples = []
    for number in range(first, first + WARM_UP + ROUNDS):
        reader.expect(number)
        began = time.perf_counter()
        publishing = asyncio.create_task(publish({SPEED: float(number)}))
        samples.append((await reader.came() - began) * 1e3)
        await publishing
    return samples


async def call_ms(port: int) -> list[float]:
    """A call with one signal, there and back."""
    samples = []
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = vehicle_bus_pb2_grpc.VehicleBusStub(channel)
        for number in range(WARM_UP + ROUNDS):
            began = time.perf_counter()
            await stub.Publish(pb.PublishRequest(values=to_values({SPEED: float(number)})))
            samples.append((time.perf_counter() - began) * 1e3)
    return samples[WARM_UP:]


async def stream_ms(port: int) -> list[float]:
    """A message with one signal on an open stream, until its answer is there."""
    samples = []
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        outbox: asyncio.Queue[pb.PublishValues | None] = asyncio.Queue()
        stub = vehicle_bus_pb2_grpc.VehicleBusStub(channel)
        stream = stub.PublishStream(until_none(outbox))
        for number in range(WARM_UP + ROUNDS):
            began = time.perf_counter()
            values = to_values({SPEED: float(number)})
            outbox.put_nowait(pb.PublishValues(id=number, values=values))
            await stream.read()
            samples.append((time.perf_counter() - began) * 1e3)
        stream.cancel()
    return samples[WARM_UP:]


async def actuate_ms(port: int) -> list[float]:
    """From the call of `actuate` until the subscriber holds the value that the provider published
    when it was asked."""
    samples = []
    async with client(port) as asking, client(port) as providing:
        registration: Registration | None = None

        async def move(values: Mapping[str, Scalar]) -> None:
            assert registration is not None
            published.append(asyncio.create_task(registration.publish(values)))

        published: list[asyncio.Task[None]] = []
        registration = await providing.provide((FAN,), move)
        reader = Reader(asking.subscribe(FAN, buffer=BUFFER))
        for number in range(WARM_UP + ROUNDS):
            target = 1 + number % 100
            reader.expect(target)
            began = time.perf_counter()
            await asking.actuate(ActuationRequest({FAN: target}, DRIVER))
            samples.append((await reader.came() - began) * 1e3)
            await published.pop()
        await reader.close()
        await registration.close()
    return samples[WARM_UP:]


@dataclass(frozen=True, slots=True)
class Throughput:
    """`signals`: updates that all subscribers together held, a second."""

    signals: float
    order: Order


async def throughput(port: int, subscribers: int) -> Throughput:
    """Batches of 100 signals, each awaited by all subscribers before the next."""
    async with client(port) as bus:
        await bus.publish(dict.fromkeys(BATCH, 0))
        readers = [bus.subscribe(*BATCH, buffer=BUFFER) for _ in range(subscribers)]
        order = Order()
        for reader in readers:
            await _read(reader, len(BATCH), Order())
        number, began = 0, time.perf_counter()
        while time.perf_counter() - began < SECONDS:
            number += 1
            reading = [_read(reader, len(BATCH), order) for reader in readers[:1]]
            reading += [_read(reader, len(BATCH), Order()) for reader in readers[1:]]
            await asyncio.gather(bus.publish(dict.fromkeys(BATCH, number)), *reading)
        seconds = time.perf_counter() - began
        order.end(BATCH, number)
        for reader in readers:
            await reader.aclose()
    return Throughput(number * len(BATCH) * subscribers / seconds, order)


async def _read(subscription: Subscription, count: int, order: Order) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while count > 0:
            updates = await subscription.batch()
            count -= len(updates)
            for update in updates:
                order.see(update)
