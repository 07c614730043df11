"""A vehicle on a bus, in this process and behind a real gRPC server."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

import grpc
import pytest

from cabin.v1 import vehicle_bus_pb2_grpc
from vehicle_bus.broker import Broker, Bus
from vehicle_bus.bus import Registration
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.kuksa.address import Address
from vehicle_bus.kuksa.client import KuksaBus
from vehicle_bus.kuksa.doorkeeper import Doorkeeper
from vehicle_bus.kuksa.serving import serving
from vehicle_bus.limits import RateLimit
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.remote import RemoteBus
from vehicle_bus.served import VehicleBusServicer
from vehicle_bus.situation import VehicleProfile
from vehicle_bus.values import (
    ActuationRequest,
    Datapoint,
    Decision,
    Requester,
    Scalar,
    Verdict,
    Zone,
)

PARKED = {
    "Vehicle.Speed": 0.0,
    "Vehicle.Powertrain.Transmission.SelectedGear": 126,
    "Vehicle.LowVoltageSystemState": "ON",
    "Vehicle.Exterior.LightIntensity": 90.0,
    "Vehicle.Cabin.DriverPosition": "LEFT",
}


class StoppedClock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Car:
    """A bus under test with the broker that is behind it."""

    bus: Bus
    broker: Broker
    clock: StoppedClock
    taken: list[Mapping[str, Scalar]] = field(default_factory=list)

    async def take(self, values: Mapping[str, Scalar]) -> None:
        self.taken.append(dict(values))

    async def provide(self, *paths: str) -> Registration:
        return await self.bus.provide(paths, self.take)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture
def asked() -> Callable[..., ActuationRequest]:
    """Builds a request; by the driver with every scope unless told otherwise."""

    def build(
        values: Mapping[str, Scalar],
        zone: Zone = Zone.DRIVER,
        scopes: tuple[str, ...] = ("Vehicle.*",),
        confirmed: bool = False,
        name: str = "test",
    ) -> ActuationRequest:
        return ActuationRequest(values, Requester(name, zone, scopes), confirmed)

    return build


@pytest.fixture
async def parked_broker(catalogue: Catalogue) -> Broker:
    """No auto-reverse, so that closing a window needs a confirmation."""
    broker = Broker(
        catalogue,
        SafetyPolicy(VehicleProfile(auto_reverse=False)),
        StoppedClock(),
        rate=RateLimit(per_second=1.0, burst=8),
        provider_timeout_s=1.0,
    )
    await broker.publish(PARKED)
    return broker


def allow_everything(
    request: ActuationRequest, snapshot: Mapping[str, Datapoint], now: float
) -> Verdict:
    """The databroker elsewhere: the policy under test is the one here."""
    return Verdict(Decision.ALLOW, tuple(request.values))


@pytest.fixture(params=["embedded", "grpc", "kuksa"])
async def car(request: pytest.FixtureRequest, parked_broker: Broker) -> AsyncIterator[Car]:
    clock = parked_broker.clock
    assert isinstance(clock, StoppedClock)
    if request.param == "embedded":
        yield Car(parked_broker, parked_broker, clock)
        return
    if request.param == "kuksa":
        elsewhere = Broker(parked_broker.catalogue, allow_everything, clock)
        await elsewhere.publish(PARKED)
        async with (
            serving(elsewhere, clock, "127.0.0.1:0", Doorkeeper(open_zone=Zone.DRIVER)) as port,
            KuksaBus(parked_broker, Address(f"127.0.0.1:{port}")) as bus,
        ):
            yield Car(bus, parked_broker, clock)
        return
    server = grpc.aio.server()
    servicer = VehicleBusServicer(parked_broker)
    vehicle_bus_pb2_grpc.add_VehicleBusServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Car(RemoteBus(channel), parked_broker, clock)
    await server.stop(None)
