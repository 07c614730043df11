"""A databroker that behaves as Eclipse's does where ours differs.

Actuations are handed over by id and nobody waits for an answer; the ids change with every start; a
value that is published again unchanged is not told again, nor is its time; publications on a
stream need an announcement first and are answered only if something is wrong; a stream whose
client has no more to say stays a provider. After databroker/src/grpc/kuksa_val_v2/val.rs and
broker.rs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from kuksa.val.v2 import types_pb2 as types
from kuksa.val.v2 import val_pb2 as pb
from kuksa.val.v2 import val_pb2_grpc

from vehicle_bus.catalogue import Catalogue
from vehicle_bus.kuksa import values

Context = Any


class Databroker(val_pb2_grpc.VALServicer):
    """`token`: what it lets in, if it asks at all. `actuated` are the batches it was sent."""

    def __init__(self, catalogue: Catalogue, token: str = "", first_id: int = 500) -> None:
        self._numbers = dict(zip(catalogue, count(first_id), strict=False))
        self._paths = {number: path for path, number in self._numbers.items()}
        self._catalogue = catalogue
        self._token = token
        self._points: dict[str, types.Datapoint] = {}
        self._readers: list[tuple[frozenset[str], asyncio.Queue[Any]]] = []
        self._providers: dict[str, asyncio.Queue[pb.OpenProviderStreamResponse]] = {}
        self.actuated: list[dict[str, Any]] = []
        self.answers: list[pb.BatchActuateStreamResponse] = []

    def put(self, path: str, at: float | None = None, **value: Any) -> None:
        """A value from elsewhere in the car; `at`: seconds since 1970, now if not given."""
        stamp = Timestamp()
        if at is None:
            stamp.GetCurrentTime()
        else:
            stamp.FromNanoseconds(int(at * 1e9))
        point = types.Datapoint(timestamp=stamp, value=types.Value(**value))
        if path in self._points and self._points[path].value == point.value:
            return
        self._points[path] = point
        for wanted, queue in self._readers:
            if path in wanted:
                queue.put_nowait({path: point})

    async def ListMetadata(self, request: Any, context: Context) -> Any:  # noqa: N802
        await self._admit(context)
        return pb.ListMetadataResponse(
            metadata=[values.v2_metadata(self._catalogue[p], n) for p, n in self._numbers.items()]
        )

    async def GetValue(self, request: Any, context: Context) -> Any:  # noqa: N802
        await self._admit(context)
        return pb.GetValueResponse(data_point=self._points.get(request.signal_id.path))

    async def PublishValue(self, request: Any, context: Context) -> Any:  # noqa: N802
        await self._admit(context)
        field = request.data_point.value.WhichOneof("typed_value")
        value = getattr(request.data_point.value, field)
        if value == 13:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "not thirteen")
        self.put(request.signal_id.path, **{field: value})
        return pb.PublishValueResponse()

    async def Subscribe(self, request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: N802
        await self._admit(context)
        queue: asyncio.Queue[dict[str, types.Datapoint]] = asyncio.Queue()
        reader = (frozenset(request.signal_paths), queue)
        self._readers.append(reader)
        try:
            yield pb.SubscribeResponse(
                entries={p: self._points.get(p, types.Datapoint()) for p in request.signal_paths}
            )
            while True:
                yield pb.SubscribeResponse(entries=await queue.get())
        finally:
            self._readers.remove(reader)

    async def BatchActuate(self, request: Any, context: Context) -> Any:  # noqa: N802
        await self._admit(context)
        requests = list(request.actuate_requests)
        for each in requests:
            if each.signal_id.path not in self._providers:
                number = self._numbers[each.signal_id.path]
                text = f"Provider for vss_id {number} does not exist"
                await context.abort(grpc.StatusCode.UNAVAILABLE, text)
        self.actuated.append({each.signal_id.path: each.value for each in requests})
        for each in requests:
            queue = self._providers[each.signal_id.path]
            each.signal_id.id = self._numbers[each.signal_id.path]
            batch = pb.BatchActuateStreamRequest(actuate_requests=[each])
            queue.put_nowait(pb.OpenProviderStreamResponse(batch_actuate_stream_request=batch))
        return pb.BatchActuateResponse()

    async def OpenProviderStream(self, requests: Any, context: Context) -> AsyncIterator[Any]:  # noqa: N802
        await self._admit(context)
        queue: asyncio.Queue[pb.OpenProviderStreamResponse] = asyncio.Queue()
        listening = asyncio.create_task(self._listen(requests, queue))
        try:
            while True:
                response = await queue.get()
                if isinstance(response, str):
                    await context.abort(grpc.StatusCode.ALREADY_EXISTS, response)
                yield response
        finally:
            listening.cancel()
            self._providers = {p: q for p, q in self._providers.items() if q is not queue}

    async def _listen(self, requests: Any, queue: asyncio.Queue[Any]) -> None:
        announced = False
        async for request in requests:
            match request.WhichOneof("action"):
                case "provide_actuation_request":
                    paths = [e.path for e in request.provide_actuation_request.actuator_identifiers]
                    if taken := [path for path in paths if path in self._providers]:
                        queue.put_nowait(f"Providers for {taken} already registered")
                        continue
                    self._providers.update(dict.fromkeys(paths, queue))
                    response = pb.OpenProviderStreamResponse()
                    response.provide_actuation_response.SetInParent()
                    queue.put_nowait(response)
                case "provide_signal_request":
                    announced = True
                    response = pb.OpenProviderStreamResponse()
                    response.provide_signal_response.SetInParent()
                    queue.put_nowait(response)
                case "publish_values_request":
                    assert announced
                    self._publish(request.publish_values_request)
                case "batch_actuate_stream_response":
                    self.answers.append(request.batch_actuate_stream_response)

    def _publish(self, request: pb.PublishValuesRequest) -> None:
        for number, point in request.data_points.items():
            field = point.value.WhichOneof("typed_value")
            self.put(self._paths[number], **{field: getattr(point.value, field)})

    async def _admit(self, context: Context) -> None:
        if self._token and ("authorization", f"Bearer {self._token}") not in (
            context.invocation_metadata()
        ):
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "Unauthenticated")


@asynccontextmanager
async def running(databroker: Databroker, port: int = 0) -> AsyncIterator[int]:
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    val_pb2_grpc.add_VALServicer_to_server(databroker, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    try:
        yield bound
    finally:
        await server.stop(None)
