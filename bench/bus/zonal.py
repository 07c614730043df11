"""A zone controller in another process, over Zenoh: what the bus sees of it."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.bus.inprocess import leaves
from bench.bus.order import Order
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue, Kind, Leaf
from vehicle_bus.limits import RateLimit
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.values import ActuationRequest, Requester, Zone
from vehicle_bus.zonal import Key, ZoneController, connect, listen, zones

ECHO = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
CLOCK = "Vehicle.Made.Clock"
SENT = 1_000
ROUNDS = 1_000
WARM_UP = 100
PATIENCE_S = 60.0
UNLIMITED = RateLimit(per_second=1e9, burst=10**9)
DRIVER = Requester("bench", Zone.DRIVER, ("Vehicle.*",))


@dataclass(frozen=True, slots=True)
class Zonal:
    """Milliseconds: `hop_ms` from the controller's call of `publish` until a subscriber of the bus
    holds the value (both processes read the machine's one clock); `actuate_ms` from the bus's call
    of `actuate` until the controller's acknowledgement."""

    hop_ms: list[float]
    actuate_ms: list[float]
    order: Order


async def measure() -> Zonal:
    catalogue = Catalogue(
        [
            *Catalogue.load().values(),
            *leaves(1).values(),
            Leaf(CLOCK, Kind.SENSOR, "double", "s"),
        ]
    )
    (path,) = leaves(1)
    bus = Broker(catalogue, SafetyPolicy(), time.monotonic, rate=UNLIMITED)
    with _controller() as (endpoint, key):
        async with zones(bus, listen(endpoint), key) as centre, asyncio.timeout(PATIENCE_S):
            clock, numbered = bus.subscribe(CLOCK), bus.subscribe(path, buffer=SENT)
            await centre.until_there("bench")
            hop_ms = []
            for _ in range(SENT):
                update = await anext(clock)
                hop_ms.append((time.monotonic() - float(update.datapoint.value)) * 1e3)
            order = Order(lost=centre.lost)
            for update in await numbered.batch():
                order.see(update)
            order.end((path,), SENT)
            actuate_ms = []
            for number in range(ROUNDS):
                began = time.perf_counter()
                await bus.actuate(ActuationRequest({ECHO: number % 100}, DRIVER))
                actuate_ms.append((time.perf_counter() - began) * 1e3)
    return Zonal(hop_ms[WARM_UP:], actuate_ms[WARM_UP:], order)


@contextmanager
def _controller() -> Iterator[tuple[str, Key]]:
    """A process that publishes its clock and a number `SENT` times, and takes every command."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f"tcp/127.0.0.1:{probe.getsockname()[1]}"
    with tempfile.TemporaryDirectory() as folder:
        file, key = Path(folder) / "zones.key", Key.fresh()
        file.write_bytes(key.secret)
        command = [sys.executable, "-m", "bench.bus.zonal", endpoint, str(file)]
        with subprocess.Popen(command) as process:
            try:
                yield endpoint, key
            finally:
                process.kill()


async def _control(endpoint: str, file: Path) -> None:
    async def take(_: object) -> None:
        pass

    (path,) = leaves(1)
    session = connect(endpoint)
    running = ZoneController.running(session, Key.load(file), "bench", (ECHO,), take)
    async with running as controller:
        await controller.until_known()
        for number in range(1, SENT + 1):
            await controller.publish({CLOCK: time.monotonic(), path: number})
            await asyncio.sleep(0.001)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_control(sys.argv[1], Path(sys.argv[2])))
