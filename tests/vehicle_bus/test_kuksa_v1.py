"""kuksa.val.v1 over a real server: entries, their errors, subscriptions."""

import asyncio
import math

import pytest
from harness_kuksa import (
    AIR,
    FAN,
    HUMIDITY,
    POWER,
    SPEED,
    TEMPERATURE,
    TRUNK,
    Code,
    actuate,
    code_of,
    codes,
    ended,
    entry,
    first_of,
    kuksa_over,
    target_update,
    value_update,
)
from kuksa.val.v1 import types_pb2 as types
from kuksa.val.v1 import val_pb2 as pb


@pytest.fixture
async def kuksa(parked_broker):
    async with kuksa_over(parked_broker) as kuksa:
        yield kuksa


@pytest.fixture
async def taken(kuksa):
    taken = []

    async def take(values):
        taken.append(dict(values))

    await kuksa.broker.provide((TEMPERATURE, FAN, TRUNK), take)
    return taken


def subscribing(path, *fields):
    wanted = pb.SubscribeEntry(path=path, view=types.VIEW_FIELDS, fields=fields)
    return pb.SubscribeRequest(entries=[wanted])


class TestGet:
    async def test_a_value_with_its_time(self, kuksa):
        (found,) = (await kuksa.v1.Get(entry(SPEED))).entries
        assert (found.path, found.value.float) == (SPEED, 0.0)
        assert found.value.timestamp.seconds > 1_700_000_000
        assert not found.HasField("metadata")

    async def test_a_signal_without_a_value_has_an_entry_without_one(self, kuksa):
        (found,) = (await kuksa.v1.Get(entry(AIR))).entries
        assert not found.HasField("value")

    async def test_a_branch_stands_for_what_is_below(self, kuksa):
        found = (await kuksa.v1.Get(entry("Vehicle.Exterior"))).entries
        assert {AIR, HUMIDITY} <= {each.path for each in found}
        assert all(each.path.startswith("Vehicle.Exterior.") for each in found)

    async def test_metadata(self, kuksa):
        (fan,) = (await kuksa.v1.Get(entry(FAN, types.VIEW_METADATA))).entries
        assert fan.metadata.data_type == types.DATA_TYPE_UINT8
        assert fan.metadata.entry_type == types.ENTRY_TYPE_ACTUATOR
        assert fan.metadata.unit == "percent"
        assert fan.metadata.value_restriction.unsigned.max == 100
        (power,) = (await kuksa.v1.Get(entry(POWER, types.VIEW_METADATA))).entries
        assert "ON" in power.metadata.value_restriction.string.allowed_values
        (heat,) = (await kuksa.v1.Get(entry(TEMPERATURE, types.VIEW_ALL))).entries
        assert heat.metadata.value_restriction.floating_point.min == 16.0

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("Vehicle.Sped", 404),
            ("Vehicle..Speed", 400),
            ("Vehicle.Spe*", 400),
            ("x" * 2000, 400),
        ],
    )
    async def test_what_is_no_path_does_not_hide_the_rest(self, kuksa, path, code):
        wanted = [pb.EntryRequest(path=path), pb.EntryRequest(path=SPEED)]
        answer = await kuksa.v1.Get(pb.GetRequest(entries=wanted))
        assert [each.error.code for each in answer.errors] == [code]
        assert answer.error.code == code
        assert [each.path for each in answer.entries] == [SPEED]

    async def test_a_request_for_nothing(self, kuksa):
        assert await code_of(kuksa.v1.Get(pb.GetRequest())) is Code.INVALID_ARGUMENT

    async def test_it_says_who_it_is(self, kuksa):
        info = await kuksa.v1.GetServerInfo(pb.GetServerInfoRequest())
        assert info.name == "cabin-agent vehicle bus"


class TestSet:
    async def test_values_go_to_the_bus(self, kuksa):
        updates = [value_update(AIR, float=21.3), value_update(POWER, string="ACC")]
        answer = await kuksa.v1.Set(pb.SetRequest(updates=updates))
        assert not answer.HasField("error")
        points = await kuksa.broker.get(AIR, POWER)
        assert (points[AIR].value, points[POWER].value) == (21.3, "ACC")

    async def test_targets_go_to_the_provider_and_can_be_read_back(self, kuksa, taken):
        update = target_update(FAN, uint32=40)
        answer = await kuksa.v1.Set(pb.SetRequest(updates=[update]))
        assert not answer.errors
        assert taken == [{FAN: 40}]
        (found,) = (await kuksa.v1.Get(entry(FAN, types.VIEW_TARGET_VALUE))).entries
        assert found.actuator_target.uint32 == 40
        assert not found.HasField("value")

    async def test_every_update_has_its_own_error(self, kuksa, taken):
        await kuksa.broker.publish({SPEED: 30.0})
        updates = [
            value_update("Vehicle.Sped", float=1.0),
            value_update("Vehicle.Cabin", float=1.0),
            value_update(HUMIDITY, float=130.0),
            value_update(HUMIDITY, float=math.nan),
            value_update(HUMIDITY, double=30.0),
            value_update(POWER, string="MAYBE"),
            value_update(FAN, uint32=1),
            target_update(TRUNK, bool=True),
            target_update(FAN, uint32=101),
            target_update("Vehicle.Cabin.Sunroof.Switch", string="OPEN"),
            pb.EntryUpdate(entry=types.DataEntry(path=SPEED), fields=[types.FIELD_VALUE]),
            pb.EntryUpdate(entry=types.DataEntry(path=SPEED), fields=[types.FIELD_METADATA]),
            value_update(AIR, float=5.0),
        ]
        answer = await kuksa.v1.Set(pb.SetRequest(updates=updates))
        assert codes(answer) == [
            ("Vehicle.Sped", 404),
            ("Vehicle.Cabin", 404),
            (HUMIDITY, 400),
            (HUMIDITY, 400),
            (HUMIDITY, 400),
            (POWER, 400),
            (FAN, 403),
            (TRUNK, 403),
            (FAN, 400),
            ("Vehicle.Cabin.Sunroof.Switch", 503),
            (SPEED, 400),
            (SPEED, 400),
        ]
        assert answer.error.code == 404
        assert taken == []
        points = await kuksa.broker.get(AIR, HUMIDITY, POWER)
        assert points[AIR].value == 5.0
        assert points[HUMIDITY] is None
        assert points[POWER].value == "ON"

    async def test_a_target_for_what_does_not_move_ends_the_call_and_changes_nothing(
        self, kuksa, taken
    ):
        updates = [target_update(FAN, uint32=40), target_update(SPEED, float=3.0)]
        call = kuksa.v1.Set(pb.SetRequest(updates=updates))
        assert await code_of(call) is Code.INVALID_ARGUMENT
        assert taken == []

    async def test_a_stream_of_updates(self, kuksa):
        requests = [
            pb.StreamedUpdateRequest(updates=[value_update(AIR, float=1.0)]),
            pb.StreamedUpdateRequest(updates=[value_update(HUMIDITY, float=130.0)]),
            pb.StreamedUpdateRequest(updates=[value_update(AIR, float=2.0)]),
        ]
        answers = [answer async for answer in kuksa.v1.StreamedUpdate(iter(requests))]
        assert [codes(answer) for answer in answers] == [[], [(HUMIDITY, 400)], []]
        assert (await kuksa.broker.get(AIR))[AIR].value == 2.0


class TestSubscribe:
    async def test_current_values_at_once_even_if_there_are_none(self, kuksa):
        stream = kuksa.v1.Subscribe(subscribing(AIR, types.FIELD_VALUE))
        (update,) = (await first_of(stream)).updates
        assert update.entry.path == AIR
        assert not update.entry.HasField("value")
        await kuksa.broker.publish({AIR: 4.0})
        (update,) = (await first_of(stream)).updates
        assert (update.entry.value.float, list(update.fields)) == (4.0, [types.FIELD_VALUE])

    async def test_a_branch(self, kuksa):
        stream = kuksa.v1.Subscribe(subscribing("Vehicle.Exterior", types.FIELD_VALUE))
        first = {update.entry.path for update in (await first_of(stream)).updates}
        assert {AIR, HUMIDITY} <= first
        await kuksa.broker.publish({HUMIDITY: 40.0})
        (update,) = (await first_of(stream)).updates
        assert update.entry.path == HUMIDITY

    async def test_targets_and_only_them(self, kuksa, taken):
        stream = kuksa.v1.Subscribe(subscribing(FAN, types.FIELD_ACTUATOR_TARGET))
        await first_of(stream)
        await kuksa.v2.Actuate(actuate(FAN, uint32=10))
        await kuksa.v1.Set(pb.SetRequest(updates=[target_update(FAN, uint32=20)]))
        seen = [(await first_of(stream)).updates[0] for _ in range(2)]
        assert [update.entry.actuator_target.uint32 for update in seen] == [10, 20]
        assert not any(update.entry.HasField("value") for update in seen)
        assert not kuksa.broker.readers_of(FAN)

    async def test_values_and_targets_in_one_stream(self, kuksa):
        async def take(values):
            await registration.publish(values)

        registration = await kuksa.broker.provide((FAN,), take)
        both = (types.FIELD_VALUE, types.FIELD_ACTUATOR_TARGET)
        stream = kuksa.v1.Subscribe(subscribing(FAN, *both))
        await first_of(stream)
        await kuksa.v2.Actuate(actuate(FAN, uint32=10))
        updates = []
        while len(updates) < 2:
            updates += (await first_of(stream)).updates
        assert {tuple(update.fields) for update in updates} == {(field,) for field in both}

    @pytest.mark.parametrize(
        ("request_", "status"),
        [
            (pb.SubscribeRequest(), Code.INVALID_ARGUMENT),
            (subscribing("Vehicle.Sped"), Code.NOT_FOUND),
            (subscribing("Vehicle.Spe*"), Code.INVALID_ARGUMENT),
            (subscribing("x" * 2000), Code.INVALID_ARGUMENT),
        ],
    )
    async def test_what_cannot_be_subscribed(self, kuksa, request_, status):
        assert await ended(kuksa.v1.Subscribe(request_)) is status

    async def test_a_client_that_leaves_is_forgotten(self, kuksa):
        stream = kuksa.v1.Subscribe(subscribing(SPEED, types.FIELD_VALUE))
        await first_of(stream)
        assert kuksa.broker.readers_of(SPEED) == 1
        stream.cancel()
        async with asyncio.timeout(20):
            while kuksa.broker.readers_of(SPEED):
                await asyncio.sleep(0.01)
