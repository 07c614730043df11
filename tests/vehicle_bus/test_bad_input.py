"""What nobody should send: the exact error, nothing changed, nothing lost for the others."""

from __future__ import annotations

import asyncio
import math

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cabin.v1 import vehicle_bus_pb2, vehicle_bus_pb2_grpc
from vehicle_bus import limits
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import INTEGERS, Catalogue, Kind, validate
from vehicle_bus.errors import (
    BusError,
    InvalidValue,
    NotActuator,
    ProviderSilent,
    RateLimited,
    UnknownPath,
)
from vehicle_bus.limits import OpenStreams
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.served import VehicleBusServicer
from vehicle_bus.translate import STATUS

SPEED = "Vehicle.Speed"
HUMIDITY = "Vehicle.Exterior.Humidity"
MOVING = "Vehicle.IsMoving"
SYSTEM = "Vehicle.LowVoltageSystemState"
DTCS = "Vehicle.Diagnostics.DTCCount"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
LONG = "Vehicle." + "x" * 2000
CATALOGUE = Catalogue.load()
PATIENCE_S = 30.0

BAD_VALUES = [
    (SPEED, "fast"),
    (SPEED, True),
    (SPEED, math.nan),
    (SPEED, math.inf),
    (SPEED, 1e39),
    (HUMIDITY, 100.5),
    (HUMIDITY, -1.0),
    (MOVING, 1),
    (MOVING, "true"),
    (SYSTEM, "FAST"),
    (SYSTEM, 3),
    (SYSTEM, "x" * 2000),
    (DTCS, 256),
    (DTCS, -1),
    (DTCS, 1.0),
    (DTCS, 2**70),
]
BAD_TARGETS = [
    (TEMPERATURE, 31.0),
    (TEMPERATURE, 15),
    (TEMPERATURE, "hot"),
    (TEMPERATURE, math.nan),
    (FAN, 101),
    (FAN, 50.0),
    (FAN, False),
]
BAD_PATHS = ["", " ", "Vehicle", "Vehicle.Cabin.HVAC", "Vehicle.Sped", "*", "../etc", "速度", LONG]


async def changed_by(car, work) -> BusError:
    """The error that `work` ends with; fails if anything on the bus changed by it."""
    before = await car.bus.snapshot()
    with pytest.raises(BusError) as error:
        await work
    assert await car.bus.snapshot() == before
    return error.value


class TestEveryBus:
    @pytest.mark.parametrize(("path", "value"), BAD_VALUES)
    async def test_values_that_a_signal_can_not_have(self, car, path, value):
        good = {"Vehicle.Exterior.AirTemperature": 20.0}
        error = await changed_by(car, car.bus.publish({**good, path: value}))
        assert type(error) is InvalidValue
        assert len(str(error)) < 500

    @pytest.mark.parametrize(("path", "value"), BAD_TARGETS)
    async def test_targets_that_an_actuator_can_not_have(self, car, asked, path, value):
        await car.provide(TEMPERATURE, FAN)
        good = {FAN: 20} if path != FAN else {TEMPERATURE: 20.0}
        error = await changed_by(car, car.bus.actuate(asked({**good, path: value})))
        assert type(error) is InvalidValue
        assert car.taken == []

    @pytest.mark.parametrize("path", BAD_PATHS)
    async def test_paths_that_are_no_signal(self, car, asked, path):
        assert type(await changed_by(car, car.bus.get(path))) is UnknownPath
        assert type(await changed_by(car, car.bus.publish({path: 1}))) is UnknownPath
        error = await changed_by(car, car.bus.actuate(asked({path: 1})))
        assert type(error) is UnknownPath
        assert len(str(error)) < 1000

    async def test_sensors_and_attributes_can_not_be_moved(self, car, asked):
        for path, value in ((SPEED, 1.0), ("Vehicle.Cabin.DriverPosition", "LEFT")):
            assert type(await changed_by(car, car.bus.actuate(asked({path: value})))) is NotActuator

    async def test_an_empty_batch_is_none(self, car, asked):
        assert type(await changed_by(car, car.bus.actuate(asked({})))) is InvalidValue

    async def test_a_provider_that_never_answers_holds_up_only_who_asked_it(self, car, asked):
        async def never(_: object) -> None:
            await asyncio.Event().wait()

        await car.bus.provide((TEMPERATURE,), never)
        await car.provide(FAN)
        silent = asyncio.create_task(car.bus.actuate(asked({TEMPERATURE: 20.0})))
        await car.bus.actuate(asked({FAN: 30}))
        assert car.taken == [{FAN: 30}]
        with pytest.raises(ProviderSilent):
            await silent


class TestOtherReaders:
    async def test_bad_input_takes_nothing_from_a_reader(self, car, asked):
        subscription = car.bus.subscribe(SPEED)
        await anext(subscription)
        for speed in range(1, 21):
            await car.bus.publish({SPEED: float(speed)})
            with pytest.raises(BusError):
                await car.bus.publish({SPEED: "fast", "Vehicle.Sped": speed})
        async with asyncio.timeout(PATIENCE_S):
            seen = [(await anext(subscription)).datapoint.value for _ in range(20)]
        assert seen == [float(speed) for speed in range(1, 21)]

    async def test_ten_thousand_subscriptions_all_hear_and_all_go(self):
        bus = Broker(CATALOGUE, SafetyPolicy(), lambda: 0.0)
        held = [bus.subscribe(SPEED, HUMIDITY) for _ in range(10_000)]
        await bus.publish({SPEED: 7.0, HUMIDITY: 50.0})
        for subscription in held:
            updates = await subscription.batch()
            assert [update.datapoint.value for update in updates] == [7.0, 50.0]
        for subscription in held:
            await subscription.aclose()
        assert bus.readers_of(SPEED) == bus.readers_of(HUMIDITY) == 0

    async def test_a_client_that_subscribes_without_end_is_stopped_and_others_are_not(
        self, parked_broker, monkeypatch
    ):
        monkeypatch.setattr(limits, "STREAMS", 50)
        server = grpc.aio.server()
        vehicle_bus_pb2_grpc.add_VehicleBusServicer_to_server(
            VehicleBusServicer(parked_broker), server
        )
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        request = vehicle_bus_pb2.SubscribeRequest(patterns=[SPEED])
        own = (("grpc.use_local_subchannel_pool", 1),)
        async with (
            grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=own) as greedy,
            grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=own) as modest,
        ):
            stub = vehicle_bus_pb2_grpc.VehicleBusStub(greedy)
            streams = [stub.Subscribe(request) for _ in range(50)]
            for stream in streams:
                await stream.read()
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await stub.Subscribe(request).read()
            assert error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            other = vehicle_bus_pb2_grpc.VehicleBusStub(modest).Subscribe(request)
            assert (await other.read()).updates[0].path == SPEED
            streams[0].cancel()
            async with asyncio.timeout(PATIENCE_S):
                while parked_broker.readers_of(SPEED) > 50:
                    await asyncio.sleep(0.01)
            assert (await stub.Subscribe(request).read()).updates[0].path == SPEED
        await server.stop(None)

    def test_streams_are_counted_while_they_are_open(self, monkeypatch):
        monkeypatch.setattr(limits, "STREAMS", 1)
        streams = OpenStreams()
        with streams.of("a"), streams.of("b"):
            again = streams.of("a")
            with pytest.raises(RateLimited, match="a has 1 streams open"):
                again.__enter__()
        with streams.of("a"):
            pass


def test_every_error_of_the_bus_has_a_status_of_its_own_kind():
    """No error of ours leaves a server as UNKNOWN."""
    kinds = {kind for kind in _subclasses(BusError) if kind.__module__ == "vehicle_bus.errors"}
    named = {kind for kind in kinds if not kind.__name__.startswith("_")}
    assert named == set(STATUS)
    assert grpc.StatusCode.UNKNOWN not in STATUS.values()


def _subclasses(kind):
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from([-1, 0, 1, 100, 101, 255, 256, "OPEN", "LEFT", "", 0.5, 16.0, 30.0]),
)


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(CATALOGUE.values())), SCALARS)
def test_whatever_is_sent_is_either_a_value_of_the_signal_or_an_invalid_one(leaf, value):
    valid, problem = _validated(leaf, value)
    if problem:
        assert leaf.path in problem
        assert len(problem) < 1000
        return
    assert valid == (float(value) if leaf.datatype in ("float", "double") else value)
    assert leaf.kind in Kind
    if leaf.datatype in INTEGERS:
        low, high = INTEGERS[leaf.datatype]
        assert type(valid) is int
        assert low <= valid <= high
    elif leaf.datatype == "boolean":
        assert type(valid) is bool
    elif leaf.datatype == "string":
        assert not leaf.allowed or valid in leaf.allowed
    else:
        assert math.isfinite(valid)
    if leaf.datatype != "string":
        assert leaf.low is None or valid >= leaf.low
        assert leaf.high is None or valid <= leaf.high


def _validated(leaf, value):
    """(the value, what is wrong with it)."""
    try:
        return validate(leaf, value), ""
    except InvalidValue as error:
        return value, str(error)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_whatever_a_path_is_it_is_a_signal_or_unknown(path):
    if path in CATALOGUE:
        assert CATALOGUE[path].path == path
        return
    with pytest.raises(UnknownPath) as error:
        CATALOGUE[path]
    assert len(str(error.value)) < 1000
