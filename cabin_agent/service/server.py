"""Starts and stops the gRPC server: cabin service, vehicle bus, health, reflection."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_reflection.v1alpha import reflection

from cabin.v1 import cabin_pb2, cabin_pb2_grpc, vehicle_bus_pb2, vehicle_bus_pb2_grpc
from cabin_agent.assistant import Assistant
from cabin_agent.errors import NotReady
from cabin_agent.service.servicer import CabinServicer
from vehicle_bus.served import VehicleBusServicer

_LOG = logging.getLogger(__name__)
GRACE_S = 1.0
TICK_S = 0.25
NAMES = (
    cabin_pb2.DESCRIPTOR.services_by_name["CabinService"].full_name,
    vehicle_bus_pb2.DESCRIPTOR.services_by_name["VehicleBus"].full_name,
)


@asynccontextmanager
async def serving(assistant: Assistant, host: str, port: int) -> AsyncIterator[int]:
    """The running service; yields the port it listens on (`port` 0: any free one)."""
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    cabin_pb2_grpc.add_CabinServiceServicer_to_server(CabinServicer(assistant), server)
    bus = VehicleBusServicer(assistant.bus)
    vehicle_bus_pb2_grpc.add_VehicleBusServicer_to_server(bus, server)
    status = HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(status, server)
    reflection.enable_server_reflection(
        (*NAMES, health.SERVICE_NAME, reflection.SERVICE_NAME), server
    )
    try:
        bound = server.add_insecure_port(f"{host}:{port}")
    except RuntimeError:
        raise NotReady(
            f"port {port} on {host} can't be opened: another program listens there",
            "stop it, or choose another with --port (0 takes any free one)",
        ) from None
    await server.start()
    for name in (*NAMES, ""):
        await status.set(name, health_pb2.HealthCheckResponse.SERVING)
    ticking = asyncio.create_task(_tick(assistant))
    try:
        yield bound
    finally:
        ticking.cancel()
        await status.enter_graceful_shutdown()
        await server.stop(GRACE_S)


async def _tick(assistant: Assistant) -> None:
    """Give the skills their time between turns, as long as the service runs."""
    while True:
        await asyncio.sleep(TICK_S)
        try:
            await assistant.tick()
        except Exception:
            _LOG.exception("between turns")


async def serve_until_stopped(assistant: Assistant, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with serving(assistant, host, port) as bound:
        print(f"cabin-agent listens on {host}:{bound} (Ctrl-C stops it)", flush=True)
        await stopped.wait()
    print("cabin-agent stopped", flush=True)
