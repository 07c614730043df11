"""A KUKSA client that provides actuators and publishes values over one stream."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from kuksa.val.v2 import types_pb2 as types
from kuksa.val.v2 import val_pb2 as pb

from vehicle_bus.bus import Registration
from vehicle_bus.errors import (
    BusError,
    Denied,
    InvalidValue,
    ProviderFailed,
    UnknownPath,
    shortened,
)
from vehicle_bus.kuksa import values
from vehicle_bus.kuksa.gate import Gate
from vehicle_bus.kuksa.permissions import BadToken, Permissions
from vehicle_bus.values import Scalar

ANSWERS = ("cabin-answers", "yes")
"""Metadata by which a provider promises to answer every actuation, so that it is waited for. And
when it closes its side of the stream, it has left."""
GRACE_S = 0.05
"""A provider that promised nothing may still answer; what it has not refused after this time is
accepted. Once it has answered, it is waited for."""
GONE = "its provider vanished"
OUTBOX = 1024
"""Messages that wait for a provider that does not read."""
CODES = {
    UnknownPath: types.ERROR_CODE_NOT_FOUND,
    Denied: types.ERROR_CODE_PERMISSION_DENIED,
}
FAILURES = frozenset(types.ErrorCode.values()) - {
    types.ERROR_CODE_UNSPECIFIED,
    types.ERROR_CODE_OK,
}


@dataclass(frozen=True, slots=True, eq=False)
class _Outgoing:
    """A message and who waits until it is on its way."""

    message: pb.OpenProviderStreamResponse
    sent: asyncio.Future[None] | None = None


class Provider:
    """One stream. Actuations go out through `responses`, everything else comes in by `listen`."""

    def __init__(self, gate: Gate, who: Permissions, answers: bool) -> None:
        self._gate = gate
        self._who = who
        self._promised = answers
        self._answers = answers
        self._listening = True
        self._outbox: asyncio.Queue[_Outgoing | BusError | BadToken | None]
        self._outbox = asyncio.Queue(OUTBOX)
        self._registrations: list[Registration] = []
        self._unanswered: defaultdict[str, deque[asyncio.Future[str]]] = defaultdict(deque)

    @asynccontextmanager
    async def serving(
        self, requests: AsyncIterator[pb.OpenProviderStreamRequest]
    ) -> AsyncIterator[None]:
        """Listens to the client, and lets go of all it had in the end."""
        listening = asyncio.create_task(self.listen(requests))
        try:
            yield
        finally:
            listening.cancel()
            await self.leave()
            await asyncio.gather(listening, return_exceptions=True)

    async def listen(self, requests: AsyncIterator[pb.OpenProviderStreamRequest]) -> None:
        """Take what the client says until it has no more to say. It may go on to take actuations:
        `kuksa-client` closes its side at once."""
        try:
            async for request in requests:
                await self._take(request)
        except BusError as error:
            await self._outbox.put(error)
        finally:
            self._listening = False
        if self._promised:
            await self._outbox.put(None)

    async def responses(self) -> AsyncIterator[pb.OpenProviderStreamResponse]:
        """What goes to the client; raises what ends the stream."""
        while outgoing := await self._gate.in_time(self._who, self._outbox.get()):
            if not isinstance(outgoing, _Outgoing):
                raise outgoing
            if outgoing.sent is None:
                yield outgoing.message
            elif not outgoing.sent.done():
                yield outgoing.message
                if not outgoing.sent.done():
                    outgoing.sent.set_result(None)

    async def leave(self) -> None:
        """Let go of everything; whoever waits for an answer hears that the provider is gone."""
        self._gate.fall_silent(self)
        for registration in self._registrations:
            await self._gate.release(registration)
        for answers in self._unanswered.values():
            for answer in answers:
                if not answer.done():
                    answer.set_result(GONE)
        while not self._outbox.empty():
            outgoing = self._outbox.get_nowait()
            if isinstance(outgoing, _Outgoing) and outgoing.sent and not outgoing.sent.done():
                outgoing.sent.cancel()

    async def _take(self, request: pb.OpenProviderStreamRequest) -> None:
        match request.WhichOneof("action"):
            case "provide_actuation_request":
                await self._claim(request.provide_actuation_request)
            case "publish_values_request":
                await self._publish(request.publish_values_request)
            case "batch_actuate_stream_response":
                self._answered(request.batch_actuate_stream_response)
            case "provide_signal_request":
                await self._provide_signals(request.provide_signal_request)
            case "provider_error_indication":
                self._refuse_all(request.provider_error_indication.provider_error)
            case None:
                raise InvalidValue("", "an empty message in the stream", "set its action")
            case _:
                pass

    async def _claim(self, request: pb.ProvideActuationRequest) -> None:
        leaves = [
            self._gate.by_number(signal.id)
            if signal.WhichOneof("signal") == "id"
            else self._gate.leaf(signal.path)
            for signal in request.actuator_identifiers
        ]
        if not leaves:
            raise InvalidValue("", "no actuators", "name at least one")
        paths = tuple(leaf.path for leaf in leaves)
        self._registrations.append(await self._gate.provide(self._who, paths, self._handle))
        response = pb.OpenProviderStreamResponse()
        response.provide_actuation_response.SetInParent()
        await self._outbox.put(_Outgoing(response))

    async def _publish(self, request: pb.PublishValuesRequest) -> None:
        """Each value by itself: the errors go back by id, the others are published."""
        status: dict[int, types.Error] = {}
        for number, point in request.data_points.items():
            try:
                leaf = self._gate.by_number(number)
                value = values.from_message(leaf, point.value, "typed_value")
                await self._gate.publish(self._who, {leaf.path: value})
            except BusError as error:
                code = CODES.get(type(error), types.ERROR_CODE_INVALID_ARGUMENT)
                status[number] = types.Error(code=code, message=str(error))
        if status:
            answer = pb.PublishValuesResponse(request_id=request.request_id, status=status)
            message = pb.OpenProviderStreamResponse(publish_values_response=answer)
            await self._outbox.put(_Outgoing(message))

    async def _provide_signals(self, request: pb.ProvideSignalRequest) -> None:
        paths = [self._gate.by_number(each).path for each in request.signals_sample_intervals]
        self._gate.announce(self._who, paths, self)
        response = pb.OpenProviderStreamResponse()
        response.provide_signal_response.SetInParent()
        await self._outbox.put(_Outgoing(response))

    def _refuse_all(self, code: int) -> None:
        name = types.ProviderError.Name(code) if code in types.ProviderError.values() else code
        for answers in self._unanswered.values():
            for answer in answers:
                if not answer.done():
                    answer.set_result(f"its provider reports {name}")

    async def _handle(self, targets: Mapping[str, Scalar]) -> None:
        """Hand targets to the client; ProviderFailed if it says no, leaves, or does not read."""
        loop = asyncio.get_running_loop()
        sent: asyncio.Future[None] = loop.create_future()
        answers: dict[str, asyncio.Future[str]] = {}
        for path in targets:
            answers[path] = loop.create_future()
            self._unanswered[path].append(answers[path])
        first = next(iter(targets))
        try:
            self._outbox.put_nowait(_Outgoing(self._batch(targets), sent))
            await self._until_sent(first, sent)
            await self._until_answered(answers)
        except asyncio.QueueFull:
            raise ProviderFailed(first, "its provider does not read", "restart it") from None
        finally:
            sent.cancel()
            for path, answer in answers.items():
                self._unanswered[path].remove(answer)
                answer.cancel()

    async def _until_sent(self, path: str, sent: asyncio.Future[None]) -> None:
        await asyncio.wait((sent,))
        if sent.cancelled():
            raise ProviderFailed(path, GONE, "check the control unit")

    async def _until_answered(self, answers: Mapping[str, asyncio.Future[str]]) -> None:
        if not self._listening and not self._promised:
            return
        done, _ = await asyncio.wait(answers.values(), timeout=None if self._answers else GRACE_S)
        for path, answer in answers.items():
            if answer in done and (refusal := answer.result()):
                raise ProviderFailed(path, refusal, "check the control unit")

    def _batch(self, targets: Mapping[str, Scalar]) -> pb.OpenProviderStreamResponse:
        """By id, as the databroker names them."""
        requests = [
            pb.ActuateRequest(
                signal_id=types.SignalID(id=self._gate.number(path)),
                value=values.to_v2_value(self._gate.leaves[path], value),
            )
            for path, value in targets.items()
        ]
        return pb.OpenProviderStreamResponse(
            batch_actuate_stream_request=pb.BatchActuateStreamRequest(actuate_requests=requests)
        )

    def _answered(self, response: pb.BatchActuateStreamResponse) -> None:
        """KUKSA's answers name the signal only: the oldest question about it is meant."""
        self._answers = True
        signal = response.signal_id
        by_number = signal.WhichOneof("signal") == "id"
        path = self._gate.by_number(signal.id).path if by_number else signal.path
        answer = next((each for each in self._unanswered.get(path, ()) if not each.done()), None)
        if answer is not None:
            failed = response.error.code in FAILURES
            refusal = f"its provider said: {shortened(response.error.message) or 'no'}"
            answer.set_result(refusal if failed else "")
