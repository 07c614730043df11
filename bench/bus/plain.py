"""The peer: a broker of the same shape in plain Python, with none of what ours checks.

A dictionary of values and a queue for each subscriber; no types, ranges, policy, bounds or
ownership of actuators. It speaks the same protocol, so that the same client measures both.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from itertools import count
from typing import Any

from cabin.v1 import vehicle_bus_pb2 as pb
from cabin.v1 import vehicle_bus_pb2_grpc
from vehicle_bus import translate
from vehicle_bus.values import Datapoint, Scalar


class PlainBroker:
    """Values, and who waits for them."""

    def __init__(self) -> None:
        self._values: dict[str, Datapoint] = {}
        self._readers: dict[str, list[asyncio.Queue[tuple[str, Datapoint]]]] = {}

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        at = time.monotonic()
        for path, value in values.items():
            point = self._values[path] = Datapoint(value, at)
            for queue in self._readers.get(path, ()):
                queue.put_nowait((path, point))

    def get(self, *paths: str) -> dict[str, Datapoint]:
        return {path: self._values[path] for path in paths if path in self._values}

    def subscribe(self, *paths: str) -> asyncio.Queue[tuple[str, Datapoint]]:
        queue: asyncio.Queue[tuple[str, Datapoint]] = asyncio.Queue()
        for path in paths:
            self._readers.setdefault(path, []).append(queue)
            if path in self._values:
                queue.put_nowait((path, self._values[path]))
        return queue


class PlainServicer(vehicle_bus_pb2_grpc.VehicleBusServicer):
    """`cabin.v1.VehicleBus` over a `PlainBroker`; it knows no signals to list."""

    def __init__(self) -> None:
        self._broker = PlainBroker()
        self._ids = count(1)
        self._provider: asyncio.Queue[pb.ProvideResponse] = asyncio.Queue()
        self._answers: dict[int, asyncio.Future[None]] = {}

    async def Get(  # noqa: N802 - the contract's name
        self, request: pb.GetRequest, context: Any
    ) -> pb.GetResponse:
        known = self._broker.get(*request.paths)
        return pb.GetResponse(
            datapoints={path: translate.to_datapoint(point) for path, point in known.items()}
        )

    async def ListSignals(  # noqa: N802 - the contract's name
        self, request: pb.ListSignalsRequest, context: Any
    ) -> pb.ListSignalsResponse:
        return pb.ListSignalsResponse()

    async def Publish(  # noqa: N802 - the contract's name
        self, request: pb.PublishRequest, context: Any
    ) -> pb.PublishResponse:
        await self._broker.publish(translate.from_values(request.values))
        return pb.PublishResponse()

    async def PublishStream(  # noqa: N802 - the contract's name
        self, request_iterator: AsyncIterator[pb.PublishValues], context: Any
    ) -> AsyncIterator[pb.PublishResult]:
        async for message in request_iterator:
            await self._broker.publish(translate.from_values(message.values))
            yield pb.PublishResult(id=message.id)

    async def Subscribe(  # noqa: N802 - the contract's name
        self, request: pb.SubscribeRequest, context: Any
    ) -> AsyncIterator[pb.SubscribeResponse]:
        queue = self._broker.subscribe(*request.patterns)
        while True:
            found = [await queue.get()]
            while not queue.empty():
                found.append(queue.get_nowait())
            yield pb.SubscribeResponse(
                updates=[
                    pb.SignalUpdate(path=path, datapoint=translate.to_datapoint(point))
                    for path, point in found
                ]
            )

    async def Actuate(  # noqa: N802 - the contract's name
        self, request: pb.ActuateRequest, context: Any
    ) -> pb.ActuateResponse:
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        actuation = pb.Actuation(id=number, values=request.values)
        self._provider.put_nowait(pb.ProvideResponse(actuation=actuation))
        await answer
        return pb.ActuateResponse()

    async def Provide(  # noqa: N802 - the contract's name
        self, request_iterator: AsyncIterator[pb.ProvideRequest], context: Any
    ) -> AsyncIterator[pb.ProvideResponse]:
        claim = (await anext(request_iterator)).claim
        yield pb.ProvideResponse(claimed=pb.Claimed(paths=claim.patterns))
        reading = asyncio.create_task(self._listen(request_iterator))
        try:
            while True:
                yield await self._provider.get()
        finally:
            reading.cancel()

    async def _listen(self, requests: AsyncIterator[pb.ProvideRequest]) -> None:
        async for request in requests:
            match request.WhichOneof("request"):
                case "answer":
                    self._answers.pop(request.answer.id).set_result(None)
                case "publish":
                    await self._broker.publish(translate.from_values(request.publish.values))
                    result = pb.PublishResult(id=request.publish.id)
                    self._provider.put_nowait(pb.ProvideResponse(published=result))
