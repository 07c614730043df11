"""A `Bus` in another process, over gRPC."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Mapping

import grpc

from cabin.v1 import vehicle_bus_pb2 as pb
from cabin.v1 import vehicle_bus_pb2_grpc
from vehicle_bus import translate
from vehicle_bus.bus import BUFFER, Actuated, Handler, Registration, Subscription
from vehicle_bus.catalogue import Leaf
from vehicle_bus.errors import Unreachable
from vehicle_bus.publications import Publications, PublishStream, until_none
from vehicle_bus.remote_errors import bus_error, translated
from vehicle_bus.subscriptions import BufferedSubscription, UpdateBuffer
from vehicle_bus.values import ActuationRequest, Datapoint, Scalar

CLOSE_S = 2.0

_SubscribeCall = grpc.aio.UnaryStreamCall[pb.SubscribeRequest, pb.SubscribeResponse]
_ProvideCall = grpc.aio.StreamStreamCall[pb.ProvideRequest, pb.ProvideResponse]


class RemoteBus:
    """The bus behind `channel`. The server names the requester "grpc:<name>" and grants no scope
    that it does not itself have. Times are the server's clock."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = vehicle_bus_pb2_grpc.VehicleBusStub(channel)
        self._publishing = PublishStream(self._stub)

    async def signals(self, *patterns: str) -> tuple[Leaf, ...]:
        with translated():
            response = await self._stub.ListSignals(pb.ListSignalsRequest(patterns=patterns))
        return tuple(map(translate.from_signal, response.signals))

    async def get(self, *paths: str) -> dict[str, Datapoint | None]:
        if not paths:
            return {}
        with translated():
            response = await self._stub.Get(pb.GetRequest(paths=paths))
        known = _datapoints(response)
        return {path: known.get(path) for path in paths}

    async def snapshot(self) -> Mapping[str, Datapoint]:
        with translated():
            return _datapoints(await self._stub.Get(pb.GetRequest()))

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        await self._publishing.publish(values)

    def subscribe(self, *patterns: str, buffer: int = BUFFER) -> Subscription:
        call = self._stub.Subscribe(pb.SubscribeRequest(patterns=patterns, buffer=buffer))
        updates = UpdateBuffer(buffer)
        pump = asyncio.create_task(_fill(updates, call))
        subscription = BufferedSubscription(updates, call.cancel)
        weakref.finalize(subscription, pump.cancel).atexit = False
        return subscription

    async def actuate(self, request: ActuationRequest) -> Actuated:
        message = pb.ActuateRequest(
            client=request.requester.name,
            zone=translate.ZONES[request.requester.zone],
            scopes=request.requester.scopes,
            values=translate.to_values(request.values),
            confirmed=request.confirmed,
        )
        with translated():
            return translate.from_actuated(await self._stub.Actuate(message))

    async def provide(self, paths: tuple[str, ...], handler: Handler) -> Registration:
        outbox: asyncio.Queue[pb.ProvideRequest | None] = asyncio.Queue()
        outbox.put_nowait(pb.ProvideRequest(claim=pb.ClaimActuators(patterns=paths)))
        call = self._stub.Provide(until_none(outbox))
        with translated():
            first = await call.read()
        if not isinstance(first, pb.ProvideResponse):
            raise Unreachable("", "the bus closed the stream", "check that it runs")
        return _RemoteRegistration(call, outbox, tuple(first.claimed.paths), handler)


class _RemoteRegistration:
    """A `Registration` whose stream to the bus is open."""

    def __init__(
        self,
        call: _ProvideCall,
        outbox: asyncio.Queue[pb.ProvideRequest | None],
        paths: tuple[str, ...],
        handler: Handler,
    ) -> None:
        self._call = call
        self._outbox = outbox
        self._paths = paths
        self._handler = handler
        self._publications = Publications()
        self._handling: set[asyncio.Task[None]] = set()
        self._listening = asyncio.create_task(self._listen())

    @property
    def paths(self) -> tuple[str, ...]:
        return self._paths

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        if self._listening.done():
            raise _gone()
        await self._publications.publish(values, self._send)

    async def close(self) -> None:
        self._outbox.put_nowait(None)
        done, _ = await asyncio.wait((self._listening,), timeout=CLOSE_S)
        if not done:
            self._call.cancel()

    async def _listen(self) -> None:
        try:
            while isinstance(response := await self._call.read(), pb.ProvideResponse):
                match response.WhichOneof("response"):
                    case "actuation":
                        task = asyncio.create_task(self._handle(response.actuation))
                        self._handling.add(task)
                        task.add_done_callback(self._handling.discard)
                    case "published":
                        self._publications.settle(response.published)
        except grpc.aio.AioRpcError:
            self._call.cancel()
        finally:
            self._publications.end(_gone())

    async def _handle(self, actuation: pb.Actuation) -> None:
        problem = ""
        try:
            await self._handler(translate.from_values(actuation.values))
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        answer = pb.ActuationAnswer(id=actuation.id, error=problem)
        self._outbox.put_nowait(pb.ProvideRequest(answer=answer))

    def _send(self, message: pb.PublishValues) -> None:
        self._outbox.put_nowait(pb.ProvideRequest(publish=message))


async def _fill(updates: UpdateBuffer, call: _SubscribeCall) -> None:
    try:
        while isinstance(response := await call.read(), pb.SubscribeResponse):
            for update in response.updates:
                point = translate.from_datapoint(update.datapoint)
                updates.push(update.path, point, update.dropped)
        updates.close()
    except grpc.aio.AioRpcError as error:
        updates.close(bus_error(error))
    except asyncio.CancelledError:
        updates.close()


def _datapoints(response: pb.GetResponse) -> dict[str, Datapoint]:
    return {
        path: translate.from_datapoint(message) for path, message in response.datapoints.items()
    }


def _gone() -> Unreachable:
    return Unreachable("", "the registration has ended", "provide the actuators again")
