"""The embedded broker in this process: time, memory, and what grows with what."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Mapping

from bench.bus.order import Order
from bench.bus.plain import PlainBroker
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue, Kind, Leaf
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.values import ActuationRequest, Datapoint, Requester, Scalar, Zone

ROUNDS = 5_000
SECONDS = 0.5
BATCH = 20
SUBSCRIBERS = 1_000
POLICY_ROUNDS = 20_000
PARKED: Mapping[str, Scalar] = {
    "Vehicle.Speed": 0.0,
    "Vehicle.IsMoving": False,
    "Vehicle.Powertrain.Transmission.SelectedGear": 126,
    "Vehicle.LowVoltageSystemState": "ON",
    "Vehicle.Exterior.LightIntensity": 90.0,
    "Vehicle.Cabin.DriverPosition": "LEFT",
}
SCOPES = ("Vehicle.*",)
REQUESTS: tuple[ActuationRequest, ...] = tuple(
    ActuationRequest(values, Requester("bench", zone, SCOPES))
    for zone in (Zone.DRIVER, Zone.REAR_LEFT, Zone.UNKNOWN)
    for values in (
        {"Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature": 22.0},
        {"Vehicle.Cabin.Door.Row2.DriverSide.Window.Position": 50},
        {"Vehicle.Body.Trunk.Rear.IsOpen": True},
        {"Vehicle.Chassis.SteeringWheel.Angle": 10},
        {"Vehicle.Cabin.Infotainment.Media.Volume": 30},
        {
            f"Vehicle.Cabin.Door.{row}.{side}.Window.Switch": "ONE_SHOT_CLOSE"
            for row in ("Row1", "Row2")
            for side in ("DriverSide", "PassengerSide")
        },
    )
)


def leaves(count: int) -> Catalogue:
    """A made-up car with so many signals."""
    return Catalogue(
        Leaf(f"Vehicle.Made.Branch{n // 50}.Signal{n % 50}", Kind.SENSOR, "uint32")
        for n in range(count)
    )


def broker(catalogue: Catalogue) -> Broker:
    return Broker(catalogue, SafetyPolicy(), time.monotonic)


async def publish_us(size: int) -> list[float]:
    """From the call of `publish` until a subscriber of every signal holds the value."""
    bus = broker(leaves(size))
    path = f"Vehicle.Made.Branch0.Signal{min(size, 50) - 1}"
    subscription = bus.subscribe()
    samples = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        await bus.publish({path: number})
        await anext(subscription)
        samples.append((time.perf_counter() - began) * 1e6)
    return samples


async def plain_publish_us() -> list[float]:
    """The same with the plain broker."""
    bus = PlainBroker()
    queue = bus.subscribe("Vehicle.Speed")
    samples = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        await bus.publish({"Vehicle.Speed": number})
        await queue.get()
        samples.append((time.perf_counter() - began) * 1e6)
    return samples


async def waiting_reader_us() -> list[float]:
    """The same when the subscriber is a task that sleeps until the value comes."""
    bus = broker(leaves(500))
    path = "Vehicle.Made.Branch0.Signal0"
    subscription = bus.subscribe(path)
    samples: list[float] = []
    began = 0.0
    for number in range(ROUNDS):
        reader = asyncio.ensure_future(anext(subscription))
        await asyncio.sleep(0)
        began = time.perf_counter()
        await bus.publish({path: number})
        await reader
        samples.append((time.perf_counter() - began) * 1e6)
    return samples


async def signals_per_s(subscribers: int) -> tuple[float, Order]:
    """Updates delivered to all subscribers in a second, batches of `BATCH` signals; and whether one
    of them missed or mixed up anything."""
    bus = broker(leaves(BATCH))
    paths = tuple(bus.catalogue)
    order = Order()
    subscriptions = [bus.subscribe() for _ in range(subscribers)]
    number = 0
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        number += 1
        await bus.publish(dict.fromkeys(paths, number))
        first, *others = [await subscription.batch() for subscription in subscriptions]
        for update in first:
            order.see(update)
        assert all(len(each) == BATCH for each in others)
    delivered = number * BATCH * subscribers
    order.end(paths, number)
    return delivered / (time.perf_counter() - began), order


async def subscriber_bytes(size: int) -> float:
    """Memory that one more idle subscriber of 20 signals takes, in a car with `size`."""
    bus = broker(leaves(size))
    pattern = "Vehicle.Made.Branch0.*"
    bus.subscribe(pattern)
    tracemalloc.start()
    held = [bus.subscribe(pattern) for _ in range(SUBSCRIBERS)]
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / len(held)


def policy_us() -> list[float]:
    """One decision; requests of all kinds by driver, passenger and nobody known."""
    policy = SafetyPolicy()
    now = 100.0
    snapshot = {path: Datapoint(value, now) for path, value in PARKED.items()}
    samples = []
    for number in range(POLICY_ROUNDS):
        request = REQUESTS[number % len(REQUESTS)]
        began = time.perf_counter()
        policy(request, snapshot, now)
        samples.append((time.perf_counter() - began) * 1e6)
    return samples
