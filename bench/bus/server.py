"""`python -m bench.bus.server ours|plain|none`: a broker, or gRPC with none behind it, in a process
of its own. The plain one runs on asyncio's event loop, the others on that of `cabin-agent serve`.

Prints its port, and serves until its standard input closes.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc

from bench.bus.inprocess import leaves
from bench.bus.plain import PlainServicer
from cabin.v1 import vehicle_bus_pb2 as pb
from cabin.v1 import vehicle_bus_pb2_grpc
from cabin_agent import event_loop
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.limits import RateLimit
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.served import VehicleBusServicer

UNLIMITED = RateLimit(per_second=1e9, burst=10**9)


class Nothing(vehicle_bus_pb2_grpc.VehicleBusServicer):
    """Answers at once: what gRPC itself takes in Python, there and back."""

    async def Publish(  # noqa: N802 - the contract's name
        self, request: pb.PublishRequest, context: Any
    ) -> pb.PublishResponse:
        return pb.PublishResponse()

    async def PublishStream(  # noqa: N802 - the contract's name
        self, request_iterator: AsyncIterator[pb.PublishValues], context: Any
    ) -> AsyncIterator[pb.PublishResult]:
        async for message in request_iterator:
            yield pb.PublishResult(id=message.id)


def ours() -> VehicleBusServicer:
    catalogue = Catalogue([*Catalogue.load().values(), *leaves(100).values()])
    return VehicleBusServicer(Broker(catalogue, SafetyPolicy(), time.monotonic, rate=UNLIMITED))


SERVICERS = {"ours": ours, "plain": PlainServicer, "none": Nothing}


async def serve(name: str) -> None:
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    vehicle_bus_pb2_grpc.add_VehicleBusServicer_to_server(SERVICERS[name](), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    await server.start()
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(None)


if __name__ == "__main__":
    run = asyncio.run if sys.argv[1] == "plain" else event_loop.run
    run(serve(sys.argv[1]))
