"""Our bus over a databroker that behaves as Eclipse's does."""

import asyncio
import logging
import time
from contextlib import asynccontextmanager

import pytest
from harness_databroker import Databroker, running
from harness_kuksa import AIR, FAN, GEAR, POWER, SPEED, TEMPERATURE, TRUNK

from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.errors import (
    AlreadyProvided,
    Denied,
    InvalidValue,
    NoProvider,
    ProviderFailed,
    Refused,
    UnknownPath,
    Unreachable,
)
from vehicle_bus.kuksa.address import Address
from vehicle_bus.kuksa.client import KuksaBus
from vehicle_bus.policy import SafetyPolicy


@asynccontextmanager
async def bus_over(databroker, catalogue, port=0, token="", refresh_s=0.01):
    mirror = Broker(catalogue, SafetyPolicy(), time.monotonic)
    async with running(databroker, port) as bound:
        address = Address(f"127.0.0.1:{bound}", token=token)
        async with KuksaBus(mirror, address, refresh_s) as bus:
            yield bus


@pytest.fixture
def databroker(catalogue):
    databroker = Databroker(catalogue)
    databroker.put(SPEED, float=0.0)
    databroker.put(GEAR, int32=126)
    databroker.put(POWER, string="ON")
    return databroker


@pytest.fixture
async def bus(databroker, catalogue):
    async with bus_over(databroker, catalogue) as bus:
        yield bus


async def until(true):
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


async def value_of(bus, path):
    point = (await bus.get(path))[path]
    return None if point is None else point.value


class TestValues:
    async def test_what_is_there_and_what_changes(self, bus, databroker):
        assert await value_of(bus, POWER) == "ON"
        assert await value_of(bus, AIR) is None
        subscription = bus.subscribe(AIR)
        for degrees in (1.0, 2.0, 2.0, 3.0):
            databroker.put(AIR, float=degrees)
        async with asyncio.timeout(30):
            seen = [(await anext(subscription)).datapoint.value for _ in range(3)]
        assert seen == [1.0, 2.0, 3.0]

    async def test_publishing_is_seen_at_once_and_has_no_noise(self, bus, databroker):
        await bus.publish({AIR: 21.3, POWER: "ACC"})
        assert (await value_of(bus, AIR), await value_of(bus, POWER)) == (21.3, "ACC")
        assert databroker._points[AIR].value.float == pytest.approx(21.3)

    async def test_publishing_the_same_again_renews_it(self, bus):
        await bus.publish({AIR: 21.3})
        first = (await bus.get(AIR))[AIR].at
        await bus.publish({AIR: 21.3})
        assert (await bus.get(AIR))[AIR].at > first

    async def test_what_another_publishes_back_and_forth_is_not_lost(self, bus, databroker):
        await bus.publish({AIR: 5.0})
        await bus.publish({AIR: 5.0})
        subscription = bus.subscribe(AIR)
        for degrees in (6.0, 5.0, 6.0, 5.0):
            databroker.put(AIR, float=degrees)
        async with asyncio.timeout(30):
            seen = [(await anext(subscription)).datapoint.value for _ in range(5)]
        assert seen == [5.0, 6.0, 5.0, 6.0, 5.0]

    async def test_what_the_databroker_refuses_is_not_here_either(self, bus):
        with pytest.raises(InvalidValue, match="not thirteen"):
            await bus.publish({AIR: 13.0})
        assert await value_of(bus, AIR) is None

    async def test_what_makes_no_sense_here_is_left_out(self, bus, databroker, caplog):
        with caplog.at_level(logging.WARNING):
            databroker.put(POWER, string="MAYBE")
            databroker.put(AIR, int32=3)
            databroker.put(SPEED, float=7.0)
            await until(lambda: bus._mirror._values[SPEED].value == 7.0)
        assert await value_of(bus, POWER) == "ON"
        assert await value_of(bus, AIR) is None
        assert "MAYBE" in caplog.text

    async def test_old_values_are_old(self, databroker, catalogue, asked):
        databroker.put(AIR, at=time.time() - 3600, float=3.0)
        async with bus_over(databroker, catalogue) as bus:
            age = time.monotonic() - (await bus.get(AIR))[AIR].at
        assert age == pytest.approx(3600, abs=60)


class TestActuations:
    async def test_providers_there(self, bus, databroker, asked):
        """One of another program: it takes what it gets, and nobody waits for it."""
        queue = databroker._providers[FAN] = asyncio.Queue()
        await bus.actuate(asked({FAN: 40}))
        request = queue.get_nowait().batch_actuate_stream_request.actuate_requests[0]
        assert request.value.uint32 == 40

    async def test_no_provider(self, bus, asked):
        with pytest.raises(NoProvider, match="does not exist"):
            await bus.actuate(asked({FAN: 40}))

    async def test_the_policy_here_judges(self, bus, databroker, asked):
        databroker._providers[TRUNK] = asyncio.Queue()
        await bus.publish({SPEED: 30.0})
        with pytest.raises(Refused):
            await bus.actuate(asked({TRUNK: True}))
        assert databroker.actuated == []

    async def test_a_gear_that_does_not_change_stays_known(self, databroker, catalogue, asked):
        async with bus_over(databroker, catalogue) as bus:
            first = (await bus.get(GEAR))[GEAR].at
            await until(lambda: bus._mirror._values[GEAR].at > first)
            assert await value_of(bus, GEAR) == 126


class TestProviders:
    async def test_targets_come_by_id_and_values_go_by_stream(self, bus, databroker, asked):
        taken = []

        async def take(values):
            taken.append(dict(values))
            await registration.publish({**values, AIR: 3.5})

        registration = await bus.provide((FAN, TEMPERATURE), take)
        await bus.actuate(asked({FAN: 40, TEMPERATURE: 21.3}))
        await until(lambda: len(taken) == 2 and len(databroker.answers) == 2)
        assert taken == [{FAN: 40}, {TEMPERATURE: 21.3}]
        assert await value_of(bus, TEMPERATURE) == 21.3
        assert await value_of(bus, AIR) == 3.5
        assert not any(answer.HasField("error") for answer in databroker.answers)

    async def test_many_answers_at_the_same_moment_all_arrive(self, bus, databroker, asked):
        together = asyncio.Event()
        taken = []

        async def take(values):
            taken.append(values)
            await together.wait()

        paths = tuple(path for path in bus.catalogue if path.endswith("Massage.Level"))
        await bus.provide(paths, take)
        await bus.actuate(asked(dict.fromkeys(paths, 30)))
        await until(lambda: len(taken) == len(paths))
        together.set()
        await until(lambda: len(databroker.answers) == len(paths))
        assert not any(answer.HasField("error") for answer in databroker.answers)

    async def test_a_refusal_goes_back(self, bus, databroker, asked):
        async def fail(_):
            raise RuntimeError("fuse blown")

        await bus.provide((FAN,), fail)
        await bus.actuate(asked({FAN: 40}))
        await until(lambda: databroker.answers)
        assert "fuse blown" in databroker.answers[0].error.message

    async def test_a_claim_that_another_program_has(self, bus, databroker):
        async def take(_):
            pass

        databroker._providers[FAN] = asyncio.Queue()
        with pytest.raises(AlreadyProvided, match="FanSpeed"):
            await bus.provide((TEMPERATURE, FAN), take)

    async def test_closing_lets_go(self, bus, databroker):
        async def take(_):
            pass

        registration = await bus.provide((FAN,), take)
        await registration.close()
        await until(lambda: FAN not in databroker._providers)
        with pytest.raises(Unreachable, match="ended"):
            await registration.publish({FAN: 3})


class TestInterruptions:
    async def test_it_comes_back_with_other_ids(self, catalogue, asked):
        taken = []

        async def take(values):
            taken.append(dict(values))

        first = Databroker(catalogue, first_id=500)
        first.put(AIR, float=1.0)
        mirror = Broker(catalogue, SafetyPolicy(), time.monotonic)
        async with running(first) as port:
            bus = KuksaBus(mirror, Address(f"127.0.0.1:{port}"), 0.01)
            await bus.start()
            registration = await bus.provide((FAN,), take)
        assert await value_of(bus, AIR) == 1.0
        with pytest.raises((ProviderFailed, Unreachable)):
            await bus.actuate(asked({FAN: 40}))
        with pytest.raises(Unreachable):
            await bus.publish({AIR: 3.0})
        with pytest.raises(Unreachable):
            await registration.publish({FAN: 3})
        assert await value_of(bus, AIR) == 1.0
        second = Databroker(catalogue, first_id=9000)
        second.put(AIR, float=2.0)
        async with running(second, port):
            await until(lambda: FAN in second._providers)
            await until(lambda: mirror._values[AIR].value == 2.0)
            await bus.actuate(asked({FAN: 40}))
            await until(lambda: taken)
            await registration.publish({FAN: 30})
            assert second._points[FAN].value.uint32 == 30
            await bus.close()
        assert taken == [{FAN: 40}]


class TestStart:
    async def test_nobody_there(self, catalogue):
        mirror = Broker(catalogue, SafetyPolicy(), time.monotonic)
        with pytest.raises(Unreachable, match="start it"):
            async with KuksaBus(mirror, Address("127.0.0.1:9")):
                pass

    async def test_tokens(self, catalogue):
        secret = Databroker(catalogue, token="good")
        secret.put(AIR, float=3.0)
        async with bus_over(secret, catalogue, token="good") as bus:
            assert await value_of(bus, AIR) == 3.0
            await bus.publish({AIR: 4.0})
        with pytest.raises(Denied, match="UNAUTHENTICATED"):
            async with bus_over(secret, catalogue, token="bad"):
                pass

    async def test_a_databroker_that_lacks_signals(self, catalogue, asked, caplog):
        few = Databroker(Catalogue([catalogue[AIR], catalogue[FAN]]))
        async with bus_over(few, catalogue) as bus:
            with pytest.raises(UnknownPath, match="has no such signal"):
                await bus.publish({SPEED: 3.0})
            with pytest.raises(NoProvider):
                await bus.actuate(asked({TEMPERATURE: 20.0}))
        assert "lacks" in caplog.text
        with pytest.raises(UnknownPath, match="none of our signals"):
            async with bus_over(Databroker(Catalogue([])), catalogue):
                pass


@pytest.mark.parametrize(
    ("text", "target", "secure"),
    [
        ("kuksa://car:55556", "car:55556", False),
        ("kuksa://car", "car:55555", False),
        ("kuksas://10.0.0.1:1/", "10.0.0.1:1", True),
        ("kuksa://[::1]:2", "[::1]:2", False),
        ("kuksa://[::1]", "[::1]:55555", False),
    ],
)
def test_addresses(text, target, secure):
    address = Address.parse(text)
    assert (address.target, address.secure) == (target, secure)


@pytest.mark.parametrize(
    "text",
    ["", "car:55555", "http://car:1", "kuksa://", "kuksa://:1", "kuksa://a:b", "kuksa://a/b"],
)
def test_what_is_no_address(text):
    with pytest.raises(ValueError, match="kuksa://host:port"):
        Address.parse(text)
