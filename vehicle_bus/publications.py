"""Publishing on an open stream: no call is set up for an update."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable, Mapping
from itertools import count
from typing import TypeVar

import grpc

from cabin.v1 import vehicle_bus_pb2 as pb
from cabin.v1 import vehicle_bus_pb2_grpc
from vehicle_bus import translate
from vehicle_bus.errors import BusError, Unreachable
from vehicle_bus.remote_errors import bus_error
from vehicle_bus.values import Scalar

CLOSED = Unreachable("", "the bus closed the stream", "check that it runs, then publish again")

_Message = TypeVar("_Message")


class Publications:
    """Those of one stream that have no result yet."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[BusError | None]] = {}

    async def publish(
        self, values: Mapping[str, Scalar], send: Callable[[pb.PublishValues], None]
    ) -> None:
        """`send` it and wait for its result; raises what the bus has against it."""
        number = next(self._ids)
        result = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            send(pb.PublishValues(id=number, values=translate.to_values(values)))
            problem = await result
        finally:
            del self._waiting[number]
        if problem is not None:
            raise problem

    def settle(self, result: pb.PublishResult) -> None:
        """The bus has answered one of them."""
        waiting = self._waiting.get(result.id)
        if waiting is not None and not waiting.done():
            problem = translate.from_detail(result.error) if result.HasField("error") else None
            waiting.set_result(problem)

    def end(self, problem: BusError) -> None:
        """None of them will be answered any more."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(problem)


class PublishStream:
    """Opened by the first publication, and again by the first after it has ended."""

    def __init__(self, stub: vehicle_bus_pb2_grpc.VehicleBusAsyncStub) -> None:
        self._stub = stub
        self._open: _OpenStream | None = None

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        """All or none of them. Publications that run at the same time arrive in order of call."""
        if self._open is None or self._open.ended:
            self._open = _OpenStream(self._stub)
            weakref.finalize(self, self._open.listening.cancel).atexit = False
        await self._open.publish(values)


class _OpenStream:
    def __init__(self, stub: vehicle_bus_pb2_grpc.VehicleBusAsyncStub) -> None:
        self._publications = Publications()
        self._outbox: asyncio.Queue[pb.PublishValues | None] = asyncio.Queue()
        call = stub.PublishStream(until_none(self._outbox))
        self.listening = asyncio.create_task(_listen(call, self._publications))

    @property
    def ended(self) -> bool:
        return self.listening.done()

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        await self._publications.publish(values, self._outbox.put_nowait)


async def _listen(
    call: grpc.aio.StreamStreamCall[pb.PublishValues, pb.PublishResult], pending: Publications
) -> None:
    problem: BusError = CLOSED
    try:
        while isinstance(result := await call.read(), pb.PublishResult):
            pending.settle(result)
    except grpc.aio.AioRpcError as error:
        problem = bus_error(error)
    finally:
        call.cancel()
        pending.end(problem)


async def until_none(outbox: asyncio.Queue[_Message | None]) -> AsyncIterator[_Message]:
    """What is put into `outbox`, up to the first None."""
    while (message := await outbox.get()) is not None:
        yield message
