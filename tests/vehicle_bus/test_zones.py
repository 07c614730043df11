"""Zone controllers over Zenoh: signals and commands cross, nothing is dropped silently, and nobody
without the car's key moves anything."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

pytest.importorskip("zenoh")

from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.errors import (
    ConfirmationNeeded,
    NoProvider,
    ProviderFailed,
    ProviderSilent,
    Refused,
    Unreachable,
)
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.values import ActuationRequest, Judged, Requester, Scalar, Zone
from vehicle_bus.zonal import (
    Centre,
    Key,
    ZonalError,
    ZoneController,
    central,
    connect,
    keys,
    listen,
    zones,
)

FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
LOCKED = "Vehicle.Cabin.Door.Row1.DriverSide.IsLocked"
DISTANCE = "Vehicle.TraveledDistance"
SPEED = "Vehicle.Speed"
GEAR = "Vehicle.Powertrain.Transmission.SelectedGear"
DRIVER = Requester("test", Zone.DRIVER, ("Vehicle.*",))
KEY = Key.fresh()
PATIENCE_S = 30.0


@dataclass
class Car:
    broker: Broker
    centre: Centre
    endpoint: str
    told: list[Judged] = field(default_factory=list)

    async def actuate(self, values: Mapping[str, Scalar]) -> None:
        await self.broker.actuate(ActuationRequest(values, DRIVER))

    async def until(self, path: str, value: Scalar) -> None:
        async with asyncio.timeout(PATIENCE_S):
            async for update in self.broker.subscribe(path):
                if update.datapoint.value == value:
                    return


@dataclass
class Climate:
    """A climate unit that takes what it is told and publishes it."""

    controller: ZoneController | None = None
    taken: list[Mapping[str, Scalar]] = field(default_factory=list)

    async def take(self, values: Mapping[str, Scalar]) -> None:
        assert self.controller is not None
        self.taken.append(values)
        await self.controller.publish(values)


@pytest.fixture
def endpoint() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp/127.0.0.1:{probe.getsockname()[1]}"


@asynccontextmanager
async def running_car(endpoint: str) -> AsyncIterator[Car]:
    told: list[Judged] = []
    broker = Broker(Catalogue.load(), SafetyPolicy(), time.monotonic, witnesses=(told.append,))
    async with zones(broker, listen(endpoint), KEY) as centre:
        yield Car(broker, centre, endpoint, told)


@pytest.fixture
async def car(endpoint: str) -> AsyncIterator[Car]:
    async with running_car(endpoint) as car:
        yield car


@asynccontextmanager
async def climate(car: Car, key: Key = KEY, name: str = "climate") -> AsyncIterator[Climate]:
    unit = Climate()
    session = connect(car.endpoint)
    running = ZoneController.running(session, key, name, (FAN, TEMPERATURE), unit.take)
    async with running as unit.controller:
        yield unit


@asynccontextmanager
async def known_climate(car: Car) -> AsyncIterator[Climate]:
    async with climate(car) as unit, asyncio.timeout(PATIENCE_S):
        await car.centre.until_there("climate")
        yield unit


async def test_commands_and_signals_cross(car):
    async with known_climate(car) as unit:
        await car.actuate({FAN: 40, TEMPERATURE: 21.5})
        assert unit.taken == [{FAN: 40, TEMPERATURE: 21.5}]
        await car.until(TEMPERATURE, 21.5)
        await unit.controller.publish({"Vehicle.Cabin.HVAC.AmbientAirTemperature": 18.0})
        await car.until("Vehicle.Cabin.HVAC.AmbientAirTemperature", 18.0)


async def test_a_controller_that_comes_late_brings_the_values_it_has(car):
    unit = Climate()
    session = connect(car.endpoint)
    controller = ZoneController(session, KEY, "climate", (FAN,), unit.take)
    controller._values[FAN] = 30
    await controller._start()
    await car.until(FAN, 30)
    await session.close()


async def test_one_that_vanishes_is_unavailable_and_comes_back(car):
    async with known_climate(car):
        await car.actuate({FAN: 40})
    async with asyncio.timeout(PATIENCE_S):
        await car.centre.until_gone("climate")
    with pytest.raises(NoProvider, match="nothing in the vehicle provides it"):
        await car.actuate({FAN: 50})
    async with known_climate(car) as again:
        await car.actuate({FAN: 60})
        assert again.taken == [{FAN: 60}]


async def test_a_new_run_takes_over_from_one_that_is_not_yet_known_to_be_dead(car):
    async with known_climate(car), climate(car) as second, asyncio.timeout(PATIENCE_S):
        while not second.taken:
            try:
                await car.actuate({FAN: 70})
            except (NoProvider, ProviderFailed):
                await asyncio.sleep(0.05)
        assert second.taken == [{FAN: 70}]


async def test_the_centre_may_restart(endpoint):
    unit = Climate()
    session = connect(endpoint)
    running = ZoneController.running(session, KEY, "climate", (FAN,), unit.take)
    async with running as unit.controller:
        for fan in (10, 20):
            async with running_car(endpoint) as car, asyncio.timeout(PATIENCE_S):
                await car.centre.until_there("climate")
                await car.actuate({FAN: fan})
    assert unit.taken == [{FAN: 10}, {FAN: 20}]


async def test_a_controller_that_says_no_is_quoted(car):
    async with known_climate(car) as unit:

        async def refuse(values: Mapping[str, Scalar]) -> None:
            raise RuntimeError("the flap is stuck")

        unit.controller._handler = refuse
        with pytest.raises(ProviderFailed, match="climate said: RuntimeError: the flap is stuck"):
            await car.actuate({FAN: 40})


async def test_a_controller_that_never_answers_is_named(car, monkeypatch):
    monkeypatch.setattr(central, "COMMAND_S", 0.2)
    async with known_climate(car) as unit:
        unit.controller._handler = lambda values: asyncio.Event().wait()
        with pytest.raises(ProviderSilent, match=r"climate did not answer within 0\.2 s"):
            await car.actuate({FAN: 40})


async def test_no_signal_is_lost_or_mixed_up(car):
    async with known_climate(car) as unit:
        subscription = car.broker.subscribe(DISTANCE, buffer=5000)
        for number in range(1, 2001):
            await unit.controller.publish({DISTANCE: number})
        await car.until(DISTANCE, 2000)
        values = [update.datapoint.value for update in await subscription.batch()]
    assert values == list(range(1, 2001))
    assert car.centre.lost == 0


async def test_the_policy_stands_before_the_network(car):
    async with known_climate(car) as unit:
        moving = {SPEED: 50.0, GEAR: 127}
        await car.broker.publish(moving)
        with pytest.raises(Refused):
            await car.actuate({LOCKED: False})
        nobody = Requester("x", Zone.UNKNOWN, ("Vehicle.*",))
        with pytest.raises(Refused):
            await car.broker.actuate(ActuationRequest({FAN: 10}, nobody))
        assert unit.taken == []


async def test_what_a_controller_asks_for_goes_through_the_policy_and_on_the_record(car):
    async with known_climate(car) as unit:
        await unit.controller.actuate({FAN: 30}, Zone.DRIVER)
        with pytest.raises(Refused) as refused:
            await unit.controller.actuate({LOCKED: False}, Zone.DRIVER)
        assert refused.value.verdict.rule == "openings_only_in_park"
        assert "P挡" in refused.value.verdict.reason_zh
        with pytest.raises(Refused):
            await unit.controller.actuate({FAN: 30}, Zone.REAR_LEFT)
        assert unit.taken == [{FAN: 30}]
        told = [(judged.request.requester.name, str(judged.outcome)) for judged in car.told]
        assert told == [
            ("zenoh:climate", "allowed"),
            ("zenoh:climate", "refused"),
            ("zenoh:climate", "refused"),
        ]


async def test_a_yes_is_asked_for_and_given_over_the_network(endpoint, parked_broker):
    async with zones(parked_broker, listen(endpoint), KEY) as centre:
        car = Car(parked_broker, centre, endpoint)
        window = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
        taken = Climate()
        session = connect(endpoint)
        running = ZoneController.running(session, KEY, "door", (window,), taken.take)
        async with running as taken.controller, asyncio.timeout(PATIENCE_S):
            await centre.until_there("door")
            with pytest.raises(ConfirmationNeeded):
                await taken.controller.actuate({window: 0}, Zone.DRIVER)
            await taken.controller.actuate({window: 0}, Zone.DRIVER, confirmed=True)
            assert taken.taken == [{window: 0}]
            await car.until(window, 0)


async def test_without_the_cars_key_nobody_provides_publishes_or_asks(car, caplog):
    async with climate(car, Key.fresh(), "stranger") as stranger:
        await stranger.controller.publish({SPEED: 0.0})
        with pytest.raises(Unreachable):
            await stranger.controller.actuate({FAN: 30}, Zone.DRIVER)
        async with known_climate(car) as unit:
            await car.actuate({FAN: 40})
            assert unit.taken == [{FAN: 40}]
    assert car.centre.there() <= {"climate"}
    assert (await car.broker.get(SPEED))[SPEED] is None
    assert "zones: a request is ignored: the seal is not this car's" in caplog.text


async def test_a_command_said_before_or_by_a_stranger_moves_nothing(car):
    async with known_climate(car) as unit:
        await car.actuate({FAN: 40})
        key = keys.command("climate")
        run = unit.controller._run
        spy = connect(car.endpoint)
        for sealed in (
            KEY.seal(key, {"run": run, "number": 1, "values": {FAN: 90}}),
            KEY.seal(key, {"run": "an earlier one", "number": 99, "values": {FAN: 90}}),
            KEY.seal(keys.command("other"), {"run": run, "number": 99, "values": {FAN: 90}}),
            Key.fresh().seal(key, {"run": run, "number": 99, "values": {FAN: 90}}),
            b"",
            b"x" * 40,
            KEY.seal(key, {"number": 99}),
        ):
            assert await spy.ask(key, sealed, PATIENCE_S) is None
        await spy.close()
        assert unit.taken == [{FAN: 40}]
        await car.actuate({FAN: 50})
        assert unit.taken[-1] == {FAN: 50}


async def test_values_that_are_none_change_nothing(car, caplog):
    async with known_climate(car) as unit:
        await unit.controller.publish({"Vehicle.Nonsense": 1})
        await unit.controller.publish({SPEED: "fast"})
        await unit.controller.publish({DISTANCE: 5})
        await car.until(DISTANCE, 5)
    assert "Vehicle.Nonsense: no such signal" in caplog.text
    assert "Vehicle.Speed: takes float, not str" in caplog.text


@pytest.mark.parametrize("name", ["", "Left", "request", "a/b", "x" * 33, "*"])
async def test_names_that_are_none_are_told(car, name):
    session = connect(car.endpoint)
    with pytest.raises(ZonalError, match="is no name"):
        ZoneController(session, KEY, name, (FAN,), Climate().take)
    await session.close()


async def test_an_endpoint_that_is_taken_is_told(car):
    with pytest.raises(ZonalError, match="can't be opened"):
        listen(car.endpoint)


def test_a_key_is_a_file_that_is_long_enough(tmp_path):
    file = tmp_path / "zones.key"
    with pytest.raises(ZonalError, match="openssl rand"):
        Key.load(file)
    file.write_text("short")
    with pytest.raises(ZonalError, match="at least 16 characters"):
        Key.load(file)
    file.write_text("0123456789abcdef\n")
    assert Key.load(file) == Key(b"0123456789abcdef")
