"""Our KUKSA server on a free port, and short ways to talk to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from kuksa.val.v1 import types_pb2 as t1
from kuksa.val.v1 import val_pb2 as v1
from kuksa.val.v1 import val_pb2_grpc as v1_grpc
from kuksa.val.v2 import types_pb2 as t2
from kuksa.val.v2 import val_pb2 as v2
from kuksa.val.v2 import val_pb2_grpc as v2_grpc

from vehicle_bus.broker import Broker
from vehicle_bus.kuksa.doorkeeper import Doorkeeper
from vehicle_bus.kuksa.serving import Tls, serving
from vehicle_bus.values import Zone

SPEED = "Vehicle.Speed"
AIR = "Vehicle.Exterior.AirTemperature"
HUMIDITY = "Vehicle.Exterior.Humidity"
DRIVER_POSITION = "Vehicle.Cabin.DriverPosition"
POWER = "Vehicle.LowVoltageSystemState"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
REAR = "Vehicle.Cabin.HVAC.Station.Row2.Driver.Temperature"
WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"
Code = grpc.StatusCode
OPEN = Doorkeeper(open_zone=Zone.DRIVER)


@dataclass(frozen=True)
class Kuksa:
    """A client's view of the server over `broker`."""

    broker: Broker
    port: int
    v1: v1_grpc.VALStub
    v2: v2_grpc.VALStub

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def kuksa_over(
    broker: Broker, doorkeeper: Doorkeeper = OPEN, tls: Tls | None = None
) -> AsyncIterator[Kuksa]:
    async with (
        serving(broker, broker.clock, "127.0.0.1:0", doorkeeper, tls) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Kuksa(broker, port, v1_grpc.VALStub(channel), v2_grpc.VALStub(channel))


async def code_of(call: Awaitable[Any]) -> grpc.StatusCode:
    """The status that the call ends with, which is none of success."""
    with pytest.raises(grpc.aio.AioRpcError) as error:
        async with asyncio.timeout(30):
            await call
    return error.value.code()


async def first_of(stream: Any) -> Any:
    async with asyncio.timeout(30):
        return await stream.read()


async def ended(stream: Any) -> grpc.StatusCode:
    """The status with which a stream ends, whatever comes before."""
    async with asyncio.timeout(30):
        try:
            while await stream.read() is not grpc.aio.EOF:
                pass
        except grpc.aio.AioRpcError as error:
            return error.code()
        return await stream.code()


def signal(path_or_id: str | int) -> t2.SignalID:
    if isinstance(path_or_id, int):
        return t2.SignalID(id=path_or_id)
    return t2.SignalID(path=path_or_id)


def get(path_or_id: str | int) -> v2.GetValueRequest:
    return v2.GetValueRequest(signal_id=signal(path_or_id))


def actuate(path_or_id: str | int, **value: Any) -> v2.ActuateRequest:
    return v2.ActuateRequest(signal_id=signal(path_or_id), value=t2.Value(**value))


def batch(*requests: v2.ActuateRequest) -> v2.BatchActuateRequest:
    return v2.BatchActuateRequest(actuate_requests=requests)


def publish(path_or_id: str | int, **value: Any) -> v2.PublishValueRequest:
    point = t2.Datapoint(value=t2.Value(**value))
    return v2.PublishValueRequest(signal_id=signal(path_or_id), data_point=point)


def claim(*paths_or_ids: str | int) -> v2.OpenProviderStreamRequest:
    identifiers = [signal(each) for each in paths_or_ids]
    request = v2.ProvideActuationRequest(actuator_identifiers=identifiers)
    return v2.OpenProviderStreamRequest(provide_actuation_request=request)


def entry(path: str, view: int = t1.VIEW_CURRENT_VALUE, *fields: int) -> v1.GetRequest:
    return v1.GetRequest(entries=[v1.EntryRequest(path=path, view=view, fields=fields)])


def value_update(path: str, **value: Any) -> v1.EntryUpdate:
    data = t1.DataEntry(path=path, value=t1.Datapoint(**value))
    return v1.EntryUpdate(entry=data, fields=[t1.FIELD_VALUE])


def target_update(path: str, **value: Any) -> v1.EntryUpdate:
    data = t1.DataEntry(path=path, actuator_target=t1.Datapoint(**value))
    return v1.EntryUpdate(entry=data, fields=[t1.FIELD_ACTUATOR_TARGET])


def codes(answer: Any) -> list[tuple[str, int]]:
    """(path, code) of every error in a v1 answer."""
    return [(each.path, each.error.code) for each in answer.errors]
