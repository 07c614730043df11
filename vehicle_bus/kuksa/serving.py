"""A gRPC server of both KUKSA services, plain, with TLS, or with mutual TLS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc
from kuksa.val.v1 import val_pb2_grpc as v1_grpc
from kuksa.val.v2 import val_pb2_grpc as v2_grpc

from vehicle_bus.bus import Bus
from vehicle_bus.kuksa.doorkeeper import Doorkeeper
from vehicle_bus.kuksa.gate import Gate
from vehicle_bus.kuksa.v1 import Val1Servicer
from vehicle_bus.kuksa.v2 import Val2Servicer
from vehicle_bus.values import Clock

if TYPE_CHECKING:
    from vehicle_bus.kuksa.tls import Identity

PORT = 55555
"""KUKSA's own."""
GRACE_S = 0.5


class PortTaken(Exception):
    """Another program listens there."""


@dataclass(frozen=True, slots=True)
class Tls:
    """With `client_ca` (PEM) clients have to show a certificate that it has signed."""

    identity: Identity
    client_ca: bytes | None = None

    def credentials(self) -> grpc.ServerCredentials:
        return grpc.ssl_server_credentials(
            [(self.identity.key, self.identity.certificate)],
            root_certificates=self.client_ca,
            require_client_auth=self.client_ca is not None,
        )


async def add_services(
    server: grpc.aio.Server, bus: Bus, clock: Clock, doorkeeper: Doorkeeper
) -> Gate:
    """Add kuksa.val.v1 and v2 over `bus` to a server; close the gate before it stops."""
    gate = Gate(bus, await bus.signals(), doorkeeper, clock)
    v1_grpc.add_VALServicer_to_server(Val1Servicer(gate), server)
    v2_grpc.add_VALServicer_to_server(Val2Servicer(gate), server)
    return gate


@asynccontextmanager
async def serving(
    bus: Bus,
    clock: Clock,
    address: str = f"127.0.0.1:{PORT}",
    doorkeeper: Doorkeeper | None = None,
    tls: Tls | None = None,
) -> AsyncIterator[int]:
    """The running server; yields its port (port 0: any free one). PortTaken if it can't listen."""
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    gate = await add_services(server, bus, clock, doorkeeper or Doorkeeper())
    try:
        port = (
            server.add_secure_port(address, tls.credentials())
            if tls
            else server.add_insecure_port(address)
        )
    except RuntimeError:
        raise PortTaken(f"{address} can't be opened: another program listens there") from None
    await server.start()
    try:
        yield port
    finally:
        gate.close()
        await server.stop(GRACE_S)
