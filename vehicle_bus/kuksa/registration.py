"""A provider here whose actuators a KUKSA databroker elsewhere hands over to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from itertools import count
from typing import Any, Protocol

import grpc
from kuksa.val.v2 import types_pb2 as types
from kuksa.val.v2 import val_pb2 as pb

from vehicle_bus.bus import Handler
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.errors import BusError, InvalidValue, Unreachable
from vehicle_bus.kuksa import values
from vehicle_bus.kuksa.providers import ANSWERS
from vehicle_bus.kuksa.statuses import error_of
from vehicle_bus.values import Scalar

WAIT_S = 1.0
CLOSE_S = 0.5
_LOG = logging.getLogger(__name__)


class Owner(Protocol):
    """The bus that the registration is with."""

    async def publish_for(self, held: Held, values: Mapping[str, Scalar]) -> None: ...

    async def numbers_of(self, paths: tuple[str, ...]) -> Mapping[str, int]: ...

    def forget(self, held: Held) -> None: ...


class Held:
    """A `Registration`. It takes its actuators again whenever the databroker comes back."""

    def __init__(
        self,
        stub: Any,
        metadata: tuple[tuple[str, str], ...],
        catalogue: Catalogue,
        paths: tuple[str, ...],
        handler: Handler,
        owner: Owner,
    ) -> None:
        self._stub = stub
        self._metadata = (*metadata, ANSWERS)
        self._catalogue = catalogue
        self._paths = paths
        self._numbers: Mapping[str, int] = {}
        self._handler = handler
        self._owner = owner
        self._call: Any = None
        self._writing = asyncio.Lock()
        self._keeping: asyncio.Task[None] | None = None
        self._acting: set[asyncio.Task[None]] = set()
        self._requests = count(1)

    @property
    def paths(self) -> tuple[str, ...]:
        return self._paths

    async def open(self) -> None:
        """AlreadyProvided if the databroker knows another provider of one of the paths."""
        await self._claim()
        self._keeping = asyncio.create_task(self._keep())

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        if self._keeping is None:
            raise Unreachable("", "the registration has ended", "provide the actuators again")
        await self._owner.publish_for(self, values)

    async def send(self, own: Mapping[str, Scalar]) -> None:
        """Publish own values on the stream. A databroker answers to mistakes only."""
        points = {
            self._numbers[path]: types.Datapoint(
                value=values.to_v2_value(self._catalogue[path], value)
            )
            for path, value in own.items()
        }
        request = pb.PublishValuesRequest(request_id=next(self._requests), data_points=points)
        await self._write(pb.OpenProviderStreamRequest(publish_values_request=request))

    async def close(self) -> None:
        """Let go of the actuators."""
        self._owner.forget(self)
        call, keeping = self._call, self._keeping
        if keeping is None or keeping.done():
            return
        self._keeping = None
        try:
            await call.done_writing()
            await asyncio.wait((keeping,), timeout=CLOSE_S)
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            pass
        finally:
            call.cancel()
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _claim(self) -> None:
        """Take the actuators, and announce that their values come from here."""
        self._numbers = await self._owner.numbers_of(self._paths)
        self._call = self._stub.OpenProviderStream(metadata=self._metadata)
        signals = [types.SignalID(path=path) for path in self._paths]
        claim = pb.ProvideActuationRequest(actuator_identifiers=signals)
        await self._ask(pb.OpenProviderStreamRequest(provide_actuation_request=claim))
        intervals = {number: types.SampleInterval() for number in self._numbers.values()}
        announcement = pb.ProvideSignalRequest(signals_sample_intervals=intervals)
        await self._ask(pb.OpenProviderStreamRequest(provide_signal_request=announcement))

    async def _ask(self, request: pb.OpenProviderStreamRequest) -> None:
        try:
            await self._call.write(request)
            answer = await self._call.read()
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            answer = None
        if not isinstance(answer, pb.OpenProviderStreamResponse):
            raise await self._problem()

    async def _problem(self) -> BusError:
        """Why the stream has ended."""
        call = self._call
        code, details = await call.code(), await call.details()
        return error_of(self.paths[0], code, details or "", await call.trailing_metadata())

    async def _write(self, request: pb.OpenProviderStreamRequest) -> None:
        try:
            async with self._writing:  # gRPC takes one write at a time and fails the second
                await self._call.write(request)
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            raise Unreachable("", "the databroker has gone", "it is tried again") from None

    async def _keep(self) -> None:
        """Serve the stream, and open another whenever it ends, until closed."""
        while True:
            await self._serve()
            while self._keeping is not None:
                await asyncio.sleep(WAIT_S)
                try:
                    await self._claim()
                    break
                except BusError as error:
                    _LOG.warning("providing %s: %s", self.paths[0], error)
            if self._keeping is None:
                return

    async def _serve(self) -> None:
        try:
            while isinstance(response := await self._call.read(), pb.OpenProviderStreamResponse):
                match response.WhichOneof("action"):
                    case "batch_actuate_stream_request":
                        acting = asyncio.create_task(
                            self._act(response.batch_actuate_stream_request)
                        )
                        self._acting.add(acting)
                        acting.add_done_callback(self._acting.discard)
                    case "publish_values_response":
                        for number, error in response.publish_values_response.status.items():
                            _LOG.warning("publishing %s: %s", self._path(number), error.message)
        except grpc.aio.AioRpcError as error:
            _LOG.warning("providing %s: %s", self.paths[0], error.details())

    async def _act(self, batch: pb.BatchActuateStreamRequest) -> None:
        """Hand the targets to the provider, and answer for each of them."""
        error: types.Error | None = None
        try:
            await self._handler(self._targets(batch))
        except Exception as problem:
            message = f"{type(problem).__name__}: {problem}"
            error = types.Error(code=types.ERROR_CODE_INVALID_ARGUMENT, message=message)
        for request in batch.actuate_requests:
            answer = pb.BatchActuateStreamResponse(signal_id=request.signal_id, error=error)
            await self._write(pb.OpenProviderStreamRequest(batch_actuate_stream_response=answer))

    def _targets(self, batch: pb.BatchActuateStreamRequest) -> dict[str, Scalar]:
        targets = {}
        for request in batch.actuate_requests:
            signal = request.signal_id
            path = self._path(signal.id) if signal.id else signal.path
            if path not in self._paths:
                raise InvalidValue(path, "is not provided here", "see the databroker's log")
            leaf = self._catalogue[path]
            targets[path] = values.from_message(leaf, request.value, "typed_value")
        return targets

    def _path(self, number: int) -> str:
        return next((path for path, each in self._numbers.items() if each == number), str(number))
