"""The vehicle bus for other processes: `cabin.v1.VehicleBus` over any `Bus`, translation only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import NoReturn, TypeVar

import grpc

from cabin.v1 import vehicle_bus_pb2 as pb
from cabin.v1 import vehicle_bus_pb2_grpc
from vehicle_bus import translate
from vehicle_bus.bus import BUFFER, Bus, Registration
from vehicle_bus.catalogue import MAX_PATH, Kind
from vehicle_bus.errors import BusError, Denied, InvalidValue, ProviderFailed, shortened
from vehicle_bus.limits import OpenStreams
from vehicle_bus.patterns import in_scope
from vehicle_bus.peers import peer_of
from vehicle_bus.subscriptions import subscribers_first
from vehicle_bus.values import ActuationRequest, Requester, Scalar

MAX_CLIENT = 64
MAX_SCOPES = 64
MAX_BUFFER = 1024
UPDATES_PER_MESSAGE = 512

_Request = TypeVar("_Request")
_Response = TypeVar("_Response")
_Context = grpc.aio.ServicerContext[_Request, _Response]


@dataclass(frozen=True, slots=True)
class Grants:
    """Path patterns that clients of this server may use, whoever they are. The policy still judges
    every actuation."""

    actuate: tuple[str, ...] = ("Vehicle.*",)
    publish: tuple[str, ...] = ("Vehicle.*",)
    provide: tuple[str, ...] = ("Vehicle.*",)


class VehicleBusServicer(vehicle_bus_pb2_grpc.VehicleBusServicer):
    """Serves `bus` within `grants`. Clients that actuate are requesters named "grpc:<client>"."""

    def __init__(self, bus: Bus, grants: Grants | None = None) -> None:
        self._bus = bus
        self._grants = grants or Grants()
        self._streams = OpenStreams()

    async def Get(  # noqa: N802 - the contract's name
        self, request: pb.GetRequest, context: _Context[pb.GetRequest, pb.GetResponse]
    ) -> pb.GetResponse:
        try:
            if request.paths:
                known = await self._bus.get(*request.paths)
            else:
                known = dict(await self._bus.snapshot())
        except BusError as error:
            await _abort(context, error)
        return pb.GetResponse(
            datapoints={
                path: translate.to_datapoint(point) for path, point in known.items() if point
            }
        )

    async def Publish(  # noqa: N802 - the contract's name
        self, request: pb.PublishRequest, context: _Context[pb.PublishRequest, pb.PublishResponse]
    ) -> pb.PublishResponse:
        try:
            await self._publish(translate.from_values(request.values))
        except BusError as error:
            await _abort(context, error)
        await subscribers_first()
        return pb.PublishResponse()

    async def PublishStream(  # noqa: N802 - the contract's name
        self,
        request_iterator: AsyncIterator[pb.PublishValues],
        context: _Context[pb.PublishValues, pb.PublishResult],
    ) -> AsyncIterator[pb.PublishResult]:
        try:
            with self._streams.of(peer_of(context)):
                async for message in request_iterator:
                    yield await _published(message, self._publish)
        except BusError as error:
            await _abort(context, error)

    async def Subscribe(  # noqa: N802 - the contract's name
        self,
        request: pb.SubscribeRequest,
        context: _Context[pb.SubscribeRequest, pb.SubscribeResponse],
    ) -> AsyncIterator[pb.SubscribeResponse]:
        if request.buffer > MAX_BUFFER:
            error = InvalidValue("", f"a buffer of {request.buffer} is too large", "use 0 to 1024")
            await _abort(context, error)
        try:
            with self._streams.of(peer_of(context)):
                async for response in self._updates(request):
                    yield response
        except BusError as error:
            await _abort(context, error)

    async def _updates(self, request: pb.SubscribeRequest) -> AsyncIterator[pb.SubscribeResponse]:
        subscription = self._bus.subscribe(*request.patterns, buffer=request.buffer or BUFFER)
        try:
            while updates := await subscription.batch():
                for start in range(0, len(updates), UPDATES_PER_MESSAGE):
                    yield translate.to_updates(updates[start : start + UPDATES_PER_MESSAGE])
        finally:
            await subscription.aclose()

    async def Actuate(  # noqa: N802 - the contract's name
        self, request: pb.ActuateRequest, context: _Context[pb.ActuateRequest, pb.ActuateResponse]
    ) -> pb.ActuateResponse:
        try:
            targets = translate.from_values(request.values)
            requester = self._requester(request, peer_of(context))
            await self._bus.get(*targets)
            _check_grant(self._grants.actuate, targets, "actuate")
            actuated = await self._bus.actuate(
                ActuationRequest(targets, requester, request.confirmed)
            )
        except BusError as error:
            await _abort(context, error)
        return translate.to_actuated(actuated, targets)

    async def Provide(  # noqa: N802 - the contract's name
        self,
        request_iterator: AsyncIterator[pb.ProvideRequest],
        context: _Context[pb.ProvideRequest, pb.ProvideResponse],
    ) -> AsyncIterator[pb.ProvideResponse]:
        first = await anext(aiter(request_iterator), pb.ProvideRequest())
        provider = _RemoteProvider(self._grants)
        try:
            registration = await self._claim(first, provider)
        except BusError as error:
            await _abort(context, error)
        reading = asyncio.create_task(provider.listen(request_iterator, registration))
        try:
            yield pb.ProvideResponse(claimed=pb.Claimed(paths=registration.paths))
            async for response in provider.responses():
                yield response
        except BusError as error:
            await _abort(context, error)
        finally:
            reading.cancel()
            await registration.close()
            provider.vanish()

    async def ListSignals(  # noqa: N802 - the contract's name
        self,
        request: pb.ListSignalsRequest,
        context: _Context[pb.ListSignalsRequest, pb.ListSignalsResponse],
    ) -> pb.ListSignalsResponse:
        try:
            leaves = await self._bus.signals(*request.patterns)
        except BusError as error:
            await _abort(context, error)
        return pb.ListSignalsResponse(signals=map(translate.to_signal, leaves))

    async def _publish(self, values: Mapping[str, Scalar]) -> None:
        await self._bus.get(*values)
        _check_grant(self._grants.publish, values, "publish")
        await self._bus.publish(values)

    def _requester(self, request: pb.ActuateRequest, peer: str) -> Requester:
        client = request.client
        if not client or len(client) > MAX_CLIENT or not client.isprintable():
            raise InvalidValue(
                "",
                f"client {shortened(client)!r} is no name",
                f"set client to 1 to {MAX_CLIENT} printable characters",
            )
        if request.zone not in translate.ZONES_BACK:
            raise InvalidValue("", f"zone {request.zone} does not exist", "use a Zone of cabin.v1")
        scopes = tuple(request.scopes)
        if len(scopes) > MAX_SCOPES or any(len(scope) > MAX_PATH for scope in scopes):
            raise InvalidValue(
                "",
                "scopes are too many or too long",
                f"send at most {MAX_SCOPES} of at most {MAX_PATH} characters",
            )
        zone = translate.ZONES_BACK[request.zone]
        return Requester(f"grpc:{client}", zone, scopes or self._grants.actuate, peer)

    async def _claim(self, first: pb.ProvideRequest, provider: _RemoteProvider) -> Registration:
        patterns = tuple(first.claim.patterns)
        if first.WhichOneof("request") != "claim" or not patterns:
            raise InvalidValue("", "the first request claims nothing", "send `claim` with patterns")
        leaves = await self._bus.signals(*patterns)
        actuators = [leaf.path for leaf in leaves if leaf.kind is Kind.ACTUATOR]
        _check_grant(self._grants.provide, actuators, "provide")
        return await self._bus.provide(patterns, provider.handle)


class _RemoteProvider:
    """The handler of a client's claim: actuations go out on its stream, answers come back."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants
        self._ids = count(1)
        self._outbox: asyncio.Queue[pb.ProvideResponse | BusError | None] = asyncio.Queue()
        self._unanswered: dict[int, asyncio.Future[str]] = {}

    async def handle(self, values: Mapping[str, Scalar]) -> None:
        """Ask the client; `ProviderFailed` if it says no or leaves."""
        number = next(self._ids)
        answer = self._unanswered[number] = asyncio.get_running_loop().create_future()
        message = pb.Actuation(id=number, values=translate.to_values(values))
        self._outbox.put_nowait(pb.ProvideResponse(actuation=message))
        try:
            refusal = await answer
        finally:
            del self._unanswered[number]
        if refusal:
            path = next(iter(values))
            raise ProviderFailed(path, f"its provider said: {refusal}", "check the control unit")

    async def listen(
        self, requests: AsyncIterator[pb.ProvideRequest], registration: Registration
    ) -> None:
        """Requests of the client, until it has no more."""
        try:
            async for request in requests:
                match request.WhichOneof("request"):
                    case "answer":
                        self._answered(request.answer)
                    case "publish":
                        await self._publish(request.publish, registration)
                    case _:
                        raise InvalidValue("", "only one claim", "open another stream for more")
        except BusError as error:
            self._outbox.put_nowait(error)
        finally:
            self._outbox.put_nowait(None)

    async def responses(self) -> AsyncIterator[pb.ProvideResponse]:
        """What goes to the client; an actuation that was given up meanwhile does not."""
        while (response := await self._outbox.get()) is not None:
            if isinstance(response, BusError):
                raise response
            given_up = response.actuation.id not in self._unanswered
            if not (response.HasField("actuation") and given_up):
                yield response

    def vanish(self) -> None:
        """The client has left: whoever waits for it hears so."""
        for answer in self._unanswered.values():
            if not answer.done():
                cause = "its provider vanished"
                answer.set_exception(ProviderFailed("", cause, "check the control unit"))

    def _answered(self, message: pb.ActuationAnswer) -> None:
        answer = self._unanswered.get(message.id)
        if answer is not None and not answer.done():
            answer.set_result(shortened(message.error))

    async def _publish(self, message: pb.PublishValues, registration: Registration) -> None:
        async def publish(values: Mapping[str, Scalar]) -> None:
            own = set(registration.paths)
            _check_grant(self._grants.publish, (set(values) - own), "publish")
            await registration.publish(values)

        result = await _published(message, publish)
        self._outbox.put_nowait(pb.ProvideResponse(published=result))


async def _published(
    message: pb.PublishValues, publish: Callable[[Mapping[str, Scalar]], Awaitable[None]]
) -> pb.PublishResult:
    """What became of one publication of a stream; a mistake in it ends nothing else."""
    result = pb.PublishResult(id=message.id)
    try:
        await publish(translate.from_values(message.values))
        await subscribers_first()
    except BusError as error:
        result.error.CopyFrom(translate.to_detail(error))
    return result


def _check_grant(granted: tuple[str, ...], paths: Iterable[str], verb: str) -> None:
    for path in paths:
        if not in_scope(granted, path):
            raise Denied(path, f"this server lets no client {verb} it", "ask for a wider grant")


async def _abort(context: _Context[_Request, _Response], error: BusError) -> NoReturn:
    detail = translate.to_detail(error).SerializeToString()
    code = translate.STATUS.get(type(error), grpc.StatusCode.UNKNOWN)
    await context.abort(code, str(error), ((translate.DETAIL_KEY, detail),))
    raise AssertionError("abort returned")
