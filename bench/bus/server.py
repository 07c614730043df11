"""`python -m bench.bus.server ours|plain`: one of the two brokers in a process of its own.

Prints its port, and serves until its standard input closes.
"""

from __future__ import annotations

import asyncio
import sys
import time

import grpc

from bench.bus.inprocess import leaves
from bench.bus.plain import PlainServicer
from cabin.v1 import vehicle_bus_pb2_grpc
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.limits import RateLimit
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.served import VehicleBusServicer

UNLIMITED = RateLimit(per_second=1e9, burst=10**9)


async def serve(name: str) -> None:
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    servicer: vehicle_bus_pb2_grpc.VehicleBusServicer = PlainServicer()
    if name == "ours":
        catalogue = Catalogue([*Catalogue.load().values(), *leaves(100).values()])
        broker = Broker(catalogue, SafetyPolicy(), time.monotonic, rate=UNLIMITED)
        servicer = VehicleBusServicer(broker)
    vehicle_bus_pb2_grpc.add_VehicleBusServicer_to_server(servicer, server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    await server.start()
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(None)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
