"""kuksa.val.v2 over a bus; what goes wrong ends the call with the databroker's status."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable

from kuksa.val.v2 import types_pb2 as types
from kuksa.val.v2 import val_pb2 as pb
from kuksa.val.v2 import val_pb2_grpc

from vehicle_bus.catalogue import Leaf
from vehicle_bus.errors import BusError, InvalidValue
from vehicle_bus.kuksa import values
from vehicle_bus.kuksa.following import Changes, Pace, changes_of
from vehicle_bus.kuksa.gate import NAME, VERSION, Context, Gate, abort
from vehicle_bus.kuksa.permissions import BadToken, Permissions
from vehicle_bus.kuksa.providers import ANSWERS, Provider
from vehicle_bus.values import Scalar

MAX_BUFFER = 1000
"""As kuksa.val.v2 documents."""


class Val2Servicer(val_pb2_grpc.VALServicer):  # type: ignore[misc]
    """Serves what a `Gate` lets through."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def GetValue(  # noqa: N802 - the contract's name
        self, request: pb.GetValueRequest, context: Context
    ) -> pb.GetValueResponse:
        who = await self._gate.admit(context)
        try:
            (point,) = await self._points(who, [request.signal_id])
        except BusError as error:
            await abort(context, error)
        return pb.GetValueResponse(data_point=point)

    async def GetValues(  # noqa: N802 - the contract's name
        self, request: pb.GetValuesRequest, context: Context
    ) -> pb.GetValuesResponse:
        who = await self._gate.admit(context)
        try:
            points = await self._points(who, request.signal_ids)
        except BusError as error:
            await abort(context, error)
        return pb.GetValuesResponse(data_points=points)

    async def Subscribe(  # noqa: N802 - the contract's name
        self, request: pb.SubscribeRequest, context: Context
    ) -> AsyncIterator[pb.SubscribeResponse]:
        who = await self._gate.admit(context)
        try:
            leaves = [self._gate.leaf(path) for path in request.signal_paths]
            with self._gate.streams.of(who.name):
                async for changes in self._follow(who, leaves, request):
                    yield pb.SubscribeResponse(entries=self._points_of(changes))
        except (BusError, BadToken) as error:
            await abort(context, error)

    async def SubscribeById(  # noqa: N802 - the contract's name
        self, request: pb.SubscribeByIdRequest, context: Context
    ) -> AsyncIterator[pb.SubscribeByIdResponse]:
        who = await self._gate.admit(context)
        try:
            leaves = [self._gate.by_number(number) for number in request.signal_ids]
            with self._gate.streams.of(who.name):
                async for changes in self._follow(who, leaves, request):
                    named = self._points_of(changes)
                    numbered = {self._gate.number(path): point for path, point in named.items()}
                    yield pb.SubscribeByIdResponse(entries=numbered)
        except (BusError, BadToken) as error:
            await abort(context, error)

    async def Actuate(  # noqa: N802 - the contract's name
        self, request: pb.ActuateRequest, context: Context
    ) -> pb.ActuateResponse:
        who = await self._gate.admit(context)
        try:
            await self._actuate(who, [request])
        except BusError as error:
            await abort(context, error)
        return pb.ActuateResponse()

    async def ActuateStream(  # noqa: N802 - the contract's name
        self, request_iterator: AsyncIterator[pb.ActuateRequest], context: Context
    ) -> pb.ActuateResponse:
        """Ends at the first request that fails."""
        who = await self._gate.admit(context)
        requests = aiter(request_iterator)
        try:
            while request := await self._gate.in_time(who, anext(requests, None)):
                await self._actuate(who, [request])
        except (BusError, BadToken) as error:
            await abort(context, error)
        return pb.ActuateResponse()

    async def BatchActuate(  # noqa: N802 - the contract's name
        self, request: pb.BatchActuateRequest, context: Context
    ) -> pb.BatchActuateResponse:
        who = await self._gate.admit(context)
        try:
            await self._actuate(who, request.actuate_requests)
        except BusError as error:
            await abort(context, error)
        return pb.BatchActuateResponse()

    async def ListMetadata(  # noqa: N802 - the contract's name
        self, request: pb.ListMetadataRequest, context: Context
    ) -> pb.ListMetadataResponse:
        await self._gate.admit(context)
        try:
            paths = self._gate.below(request.root)
        except BusError as error:
            await abort(context, error)
        found = [values.v2_metadata(self._gate.leaves[p], self._gate.number(p)) for p in paths]
        return pb.ListMetadataResponse(metadata=found)

    async def PublishValue(  # noqa: N802 - the contract's name
        self, request: pb.PublishValueRequest, context: Context
    ) -> pb.PublishValueResponse:
        who = await self._gate.admit(context)
        try:
            leaf = self._leaf(request.signal_id)
            value = values.from_message(leaf, request.data_point.value, "typed_value")
            await self._gate.publish(who, {leaf.path: value})
        except BusError as error:
            await abort(context, error)
        return pb.PublishValueResponse()

    async def OpenProviderStream(  # noqa: N802 - the contract's name
        self,
        request_iterator: AsyncIterator[pb.OpenProviderStreamRequest],
        context: Context,
    ) -> AsyncIterator[pb.OpenProviderStreamResponse]:
        who = await self._gate.admit(context)
        answers = ANSWERS in (context.invocation_metadata() or ())
        try:
            with self._gate.streams.of(who.name):
                provider = Provider(self._gate, who, answers)
                async with provider.serving(request_iterator):
                    async for response in provider.responses():
                        yield response
        except (BusError, BadToken) as error:
            await abort(context, error)

    async def GetServerInfo(  # noqa: N802 - the contract's name
        self, request: pb.GetServerInfoRequest, context: Context
    ) -> pb.GetServerInfoResponse:
        await self._gate.admit(context)
        return pb.GetServerInfoResponse(name=NAME, version=VERSION)

    async def _points(
        self, who: Permissions, signals: Collection[types.SignalID]
    ) -> list[types.Datapoint]:
        if not signals:
            raise InvalidValue("", "no signals", "name at least one")
        leaves = [self._leaf(signal) for signal in signals]
        self._gate.check_read(who, (leaf.path for leaf in leaves))
        known = await self._gate.bus.get(*(leaf.path for leaf in leaves))
        return [values.to_v2(leaf, known[leaf.path], self._gate.time) for leaf in leaves]

    def _points_of(self, changes: Changes) -> dict[str, types.Datapoint]:
        return {
            path: values.to_v2(self._gate.leaves[path], point, self._gate.time)
            for path, point in changes.items()
        }

    async def _actuate(self, who: Permissions, requests: Iterable[pb.ActuateRequest]) -> None:
        targets: dict[str, Scalar] = {}
        for request in requests:
            leaf = self._leaf(request.signal_id)
            targets[leaf.path] = values.from_message(leaf, request.value, "typed_value")
        await self._gate.actuate(who, targets)

    async def _follow(
        self,
        who: Permissions,
        leaves: list[Leaf],
        request: pb.SubscribeRequest | pb.SubscribeByIdRequest,
    ) -> AsyncIterator[Changes]:
        if not leaves:
            raise InvalidValue("", "no signals", "name at least one")
        if request.buffer_size > MAX_BUFFER:
            raise InvalidValue(
                "", f"a buffer of {request.buffer_size}", f"use at most {MAX_BUFFER}"
            )
        paths = tuple(dict.fromkeys(leaf.path for leaf in leaves))
        self._gate.check_read(who, paths)
        wanted = request.filter
        pace = Pace(request.buffer_size or 1, wanted.min_sample_interval.interval_ms / 1000.0)
        changes = changes_of(self._gate, who, paths, pace)
        duration = wanted.duration_ms / 1000.0 or None
        end = None if duration is None else asyncio.get_running_loop().time() + duration
        try:
            while True:
                try:
                    async with asyncio.timeout_at(end):
                        change = await anext(changes)
                except (TimeoutError, StopAsyncIteration):
                    return
                yield change
        finally:
            await changes.aclose()

    def _leaf(self, signal: types.SignalID) -> Leaf:
        match signal.WhichOneof("signal"):
            case "path":
                return self._gate.leaf(signal.path)
            case "id":
                return self._gate.by_number(signal.id)
        raise InvalidValue("", "no signal is named", "set its path or its id")
