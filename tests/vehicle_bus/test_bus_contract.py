"""What every `Bus` does, the embedded one and the one behind gRPC alike."""

import asyncio

import pytest

from vehicle_bus.bus import Subscription, Update
from vehicle_bus.catalogue import Kind
from vehicle_bus.errors import (
    AlreadyProvided,
    ConfirmationNeeded,
    InvalidValue,
    NoProvider,
    NotActuator,
    ProviderFailed,
    ProviderSilent,
    RateLimited,
    Refused,
    UnknownPath,
)
from vehicle_bus.values import Decision, Zone

SPEED = "Vehicle.Speed"
AIR = "Vehicle.Exterior.AirTemperature"
WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"


async def read(subscription: Subscription, count: int) -> list[Update]:
    async with asyncio.timeout(20):
        return [await anext(subscription) for _ in range(count)]


class TestValues:
    async def test_published_values_are_stamped_and_found(self, car):
        car.clock.now = 123.0
        await car.bus.publish({AIR: -3})
        points = await car.bus.get(AIR, TEMPERATURE)
        assert points[TEMPERATURE] is None
        assert (points[AIR].value, points[AIR].at) == (-3.0, 123.0)

    async def test_snapshot_holds_everything_and_does_not_change(self, car):
        before = await car.bus.snapshot()
        await car.bus.publish({SPEED: 50.0})
        assert before[SPEED].value == 0.0
        assert (await car.bus.snapshot())[SPEED].value == 50.0

    async def test_one_bad_value_keeps_the_whole_batch_out(self, car):
        with pytest.raises(InvalidValue, match=r"Vehicle\.Exterior\.Humidity.*from 0 to 100"):
            await car.bus.publish({AIR: 20.0, "Vehicle.Exterior.Humidity": 130.0})
        assert (await car.bus.get(AIR))[AIR] is None

    async def test_unknown_paths_name_the_closest(self, car):
        with pytest.raises(UnknownPath, match=r"Vehicle\.Sped.*closest are Vehicle\.Speed"):
            await car.bus.get("Vehicle.Sped")
        with pytest.raises(UnknownPath):
            await car.bus.publish({"Vehicle.Sped": 1.0})
        with pytest.raises(UnknownPath, match="2000 characters"):
            await car.bus.get("x" * 2000)

    async def test_numbers_beyond_any_type_are_refused(self, car):
        with pytest.raises(InvalidValue):
            await car.bus.publish({"Vehicle.TraveledDistance": 2**70})

    async def test_signals_lists_leaves(self, car):
        (leaf,) = await car.bus.signals("Vehicle.Cabin.*.Row2.Passenger.Temperature")
        assert (leaf.kind, leaf.unit, leaf.low, leaf.high) == (Kind.ACTUATOR, "Celsius", 16, 30)
        assert len(await car.bus.signals()) == len(car.broker.catalogue)


class TestSubscribe:
    async def test_current_values_come_first_then_new_ones_in_order(self, car):
        subscription = car.bus.subscribe(SPEED, AIR)
        (current,) = await read(subscription, 1)
        assert (current.path, current.datapoint.value) == (SPEED, 0.0)
        for speed in (1.0, 2.0, 3.0):
            await car.bus.publish({SPEED: speed})
        assert [u.datapoint.value for u in await read(subscription, 3)] == [1.0, 2.0, 3.0]
        await subscription.aclose()

    async def test_a_slow_reader_loses_the_oldest_of_that_signal_only(self, car):
        slow = car.broker.subscribe(SPEED, AIR, buffer=2)
        await car.bus.publish({AIR: 7.0})
        for speed in range(1, 11):
            await car.bus.publish({SPEED: float(speed)})
        updates = await slow.batch()
        assert [(u.path, u.datapoint.value, u.dropped) for u in updates] == [
            (AIR, 7.0, 0),
            (SPEED, 9.0, 9),
            (SPEED, 10.0, 0),
        ]

    async def test_patterns_and_every_signal(self, car):
        by_pattern = car.bus.subscribe("Vehicle.Exterior.*")
        everything = car.bus.subscribe()
        (light,) = await read(by_pattern, 1)
        assert light.path == "Vehicle.Exterior.LightIntensity"
        assert {u.path for u in await read(everything, 5)} == set(await car.bus.snapshot())

    async def test_closing_ends_the_iteration_and_leaves_nothing_behind(self, car):
        subscription = car.bus.subscribe(SPEED)
        await read(subscription, 1)
        waiting = asyncio.create_task(anext(subscription, None))
        await asyncio.sleep(0)
        await subscription.aclose()
        assert await asyncio.wait_for(waiting, 2) is None
        await asyncio.sleep(0.05)
        assert not car.broker.readers_of(SPEED)

    async def test_a_reader_that_gives_up_waiting_can_go_on(self, car):
        subscription = car.bus.subscribe(SPEED)
        await read(subscription, 1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(subscription), 0.02)
        await car.bus.publish({SPEED: 4.0})
        assert [u.datapoint.value for u in await read(subscription, 1)] == [4.0]

    @pytest.mark.parametrize(
        ("pattern", "message"),
        [
            ("Vehicle.Sped", "closest"),
            ("Vehicle.Cabin", r"use Vehicle\.Cabin\.\*"),
            ("Vehicle.Nothing.*", "no such signal"),
        ],
    )
    async def test_unknown_patterns_are_told_at_the_first_update(self, car, pattern, message):
        with pytest.raises(UnknownPath, match=message):
            await read(car.bus.subscribe(pattern), 1)


class TestActuate:
    async def test_targets_reach_the_provider_and_the_values_before_come_back(self, car, asked):
        registration = await car.provide(TEMPERATURE, FAN)
        await registration.publish({TEMPERATURE: 20.0})
        car.clock.now = 101.0
        actuated = await car.bus.actuate(asked({TEMPERATURE: 22, FAN: 40}))
        assert car.taken == [{TEMPERATURE: 22.0, FAN: 40}]
        assert actuated.before == {TEMPERATURE: 20.0, FAN: None}
        assert (actuated.verdict.decision, actuated.at) == (Decision.ALLOW, 101.0)

    async def test_the_current_value_stays_the_providers_business(self, car, asked):
        await car.provide(TEMPERATURE)
        await car.bus.actuate(asked({TEMPERATURE: 22.0}))
        assert (await car.bus.get(TEMPERATURE))[TEMPERATURE] is None

    async def test_nothing_provides_it(self, car, asked):
        await car.provide(TEMPERATURE)
        with pytest.raises(NoProvider, match="FanSpeed"):
            await car.bus.actuate(asked({TEMPERATURE: 22.0, FAN: 40}))
        assert car.taken == []

    @pytest.mark.parametrize(
        ("values", "error"),
        [
            ({SPEED: 3.0}, NotActuator),
            ({"Vehicle.Cabin.DriverPosition": "LEFT"}, NotActuator),
            ({TEMPERATURE: 31.0}, InvalidValue),
            ({TEMPERATURE: True}, InvalidValue),
            ({TEMPERATURE: float("nan")}, InvalidValue),
            ({FAN: 40.0}, InvalidValue),
            ({"Vehicle.Cabin.Nothing": 1}, UnknownPath),
            ({"Vehicle.Cabin.HVAC": 1}, UnknownPath),
            ({}, InvalidValue),
        ],
    )
    async def test_what_no_actuator_can_take_reaches_none(self, car, asked, values, error):
        await car.provide(TEMPERATURE, FAN)
        with pytest.raises(error):
            await car.bus.actuate(asked({FAN: 10, **values} if values else {}))
        assert car.taken == []

    async def test_the_policys_refusal_carries_its_verdict(self, car, asked):
        await car.provide(TRUNK, TEMPERATURE)
        await car.bus.publish({SPEED: 30.0})
        with pytest.raises(Refused) as refused:
            await car.bus.actuate(asked({TEMPERATURE: 20.0, TRUNK: True}, confirmed=True))
        verdict = refused.value.verdict
        assert (verdict.rule, verdict.paths) == ("openings_only_in_park", (TRUNK,))
        assert "Park" in verdict.reason_en
        assert "P挡" in verdict.reason_zh
        assert car.taken == []

    async def test_a_yes_lets_it_pass(self, car, asked):
        await car.provide(WINDOW)
        with pytest.raises(ConfirmationNeeded) as needed:
            await car.bus.actuate(asked({WINDOW: 0}))
        assert needed.value.verdict.rule == "closing_without_auto_reverse"
        assert car.taken == []
        await car.bus.actuate(asked({WINDOW: 0}, confirmed=True))
        assert car.taken == [{WINDOW: 0}]

    async def test_scopes_limit_the_requester(self, car, asked):
        await car.provide(TEMPERATURE, FAN)
        narrow = ("Vehicle.Cabin.HVAC.*.Temperature",)
        await car.bus.actuate(asked({TEMPERATURE: 21.0}, scopes=narrow))
        with pytest.raises(Refused) as refused:
            await car.bus.actuate(asked({TEMPERATURE: 21.0, FAN: 5}, scopes=narrow))
        assert (refused.value.verdict.rule, refused.value.verdict.paths) == ("out_of_scope", (FAN,))
        assert len(car.taken) == 1

    async def test_the_speakers_zone_counts(self, car, asked):
        await car.provide(TEMPERATURE)
        with pytest.raises(Refused) as refused:
            await car.bus.actuate(asked({TEMPERATURE: 21.0}, zone=Zone.PASSENGER))
        assert refused.value.verdict.rule == "own_seat_only"

    async def test_a_flood_is_stopped_and_ebbs(self, car, asked):
        await car.provide(TEMPERATURE)
        for _ in range(8):
            await car.bus.actuate(asked({TEMPERATURE: 21.0}, name="flood"))
        with pytest.raises(RateLimited, match="flood"):
            await car.bus.actuate(asked({TEMPERATURE: 21.0}, name="flood"))
        car.clock.now += 1.0
        await car.bus.publish({SPEED: 0.0})
        await car.bus.actuate(asked({TEMPERATURE: 21.0}, name="flood"))


class TestProvide:
    async def test_one_provider_for_each_actuator(self, car):
        first = await car.provide(TEMPERATURE)
        with pytest.raises(AlreadyProvided, match="Temperature"):
            await car.provide(FAN, TEMPERATURE)
        await first.close()
        both = await car.provide(FAN, TEMPERATURE)
        assert both.paths == (FAN, TEMPERATURE)

    async def test_patterns_select_actuators(self, car):
        registration = await car.provide("Vehicle.Cabin.Sunroof.*")
        assert "Vehicle.Cabin.Sunroof.Switch" in registration.paths
        assert "Vehicle.Cabin.Sunroof.Position" not in registration.paths

    async def test_only_actuators_can_be_provided(self, car):
        with pytest.raises(NotActuator):
            await car.provide(SPEED)
        with pytest.raises(UnknownPath):
            await car.provide("Vehicle.Sped")

    async def test_only_the_provider_publishes_its_actuators(self, car):
        await car.bus.publish({TEMPERATURE: 19.0})
        registration = await car.provide(TEMPERATURE)
        with pytest.raises(AlreadyProvided):
            await car.bus.publish({TEMPERATURE: 25.0})
        await registration.publish({TEMPERATURE: 20.0, AIR: 3.0})
        assert (await car.bus.get(TEMPERATURE))[TEMPERATURE].value == 20.0
        with pytest.raises(InvalidValue):
            await registration.publish({TEMPERATURE: 99.0})

    async def test_a_provider_cannot_publish_anothers_actuators(self, car):
        await car.provide(FAN)
        other = await car.provide(TEMPERATURE)
        with pytest.raises(AlreadyProvided, match="FanSpeed"):
            await other.publish({FAN: 3})

    async def test_a_provider_that_raises(self, car, asked):
        async def fail(_):
            raise RuntimeError("fuse blown")

        await car.bus.provide((TEMPERATURE,), fail)
        with pytest.raises(ProviderFailed, match="fuse blown"):
            await car.bus.actuate(asked({TEMPERATURE: 21.0}))

    async def test_a_provider_that_never_answers(self, car, asked):
        async def hang(_):
            await asyncio.Event().wait()

        await car.bus.provide((TEMPERATURE,), hang)
        await car.provide(FAN)
        with pytest.raises(ProviderSilent, match=r"within 1 s"):
            await car.bus.actuate(asked({TEMPERATURE: 21.0}))
        await car.bus.actuate(asked({FAN: 20}))
        assert car.taken == [{FAN: 20}]

    async def test_a_provider_that_has_left(self, car, asked):
        registration = await car.provide(TEMPERATURE)
        await registration.close()
        with pytest.raises(NoProvider):
            await car.bus.actuate(asked({TEMPERATURE: 21.0}))

    async def test_a_batch_over_two_providers_tells_what_was_applied(self, car, asked):
        async def fail(_):
            raise RuntimeError("fuse blown")

        await car.provide(TEMPERATURE)
        await car.bus.provide((FAN,), fail)
        with pytest.raises(ProviderFailed) as failed:
            await car.bus.actuate(asked({TEMPERATURE: 21.0, FAN: 20}))
        applied = () if not car.taken else (TEMPERATURE,)
        assert failed.value.path == FAN
        assert failed.value.applied == applied

    async def test_actuations_reach_a_provider_in_order(self, car, asked):
        await car.provide(FAN)
        for speed in (10, 20, 30):
            await car.bus.actuate(asked({FAN: speed}))
        assert car.taken == [{FAN: 10}, {FAN: 20}, {FAN: 30}]
