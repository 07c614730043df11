"""kuksa.val.v2 over a real server: values, statuses, streams."""

import asyncio
import math

import grpc
import pytest
from harness_kuksa import (
    AIR,
    DRIVER_POSITION,
    FAN,
    HUMIDITY,
    OPEN,
    POWER,
    SPEED,
    TEMPERATURE,
    TRUNK,
    WINDOW,
    Code,
    actuate,
    batch,
    claim,
    code_of,
    ended,
    first_of,
    get,
    kuksa_over,
    publish,
    signal,
)
from kuksa.val.v2 import types_pb2 as types
from kuksa.val.v2 import val_pb2 as pb
from kuksa.val.v2 import val_pb2_grpc

from vehicle_bus import limits
from vehicle_bus.kuksa.doorkeeper import Doorkeeper
from vehicle_bus.kuksa.serving import serving
from vehicle_bus.values import Zone

TRACK = "Vehicle.Cabin.Infotainment.Media.Played.Track"
OTHER_FAN = FAN.replace("Driver", "Passenger")


@pytest.fixture
async def kuksa(parked_broker):
    async with kuksa_over(parked_broker) as kuksa:
        yield kuksa


async def number_of(kuksa, path):
    (found,) = (await kuksa.v2.ListMetadata(pb.ListMetadataRequest(root=path))).metadata
    return found.id


class TestValues:
    async def test_by_path_and_by_id(self, kuksa):
        await kuksa.broker.publish({AIR: -3.5})
        number = await number_of(kuksa, AIR)
        by_path = (await kuksa.v2.GetValue(get(AIR))).data_point
        by_id = (await kuksa.v2.GetValue(get(number))).data_point
        assert by_path == by_id
        assert by_path.value.float == -3.5
        assert by_path.timestamp.seconds > 1_700_000_000

    async def test_a_signal_without_a_value_is_an_empty_datapoint(self, kuksa):
        point = (await kuksa.v2.GetValue(get(AIR))).data_point
        assert not point.HasField("value")

    async def test_many_in_the_order_of_the_request(self, kuksa):
        request = pb.GetValuesRequest(signal_ids=[signal(POWER), signal(AIR), signal(SPEED)])
        points = (await kuksa.v2.GetValues(request)).data_points
        assert [point.value.WhichOneof("typed_value") for point in points] == [
            "string",
            None,
            "float",
        ]

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("Vehicle.Sped", Code.NOT_FOUND),
            ("Vehicle.Cabin", Code.NOT_FOUND),
            ("Vehicle.*", Code.NOT_FOUND),
            ("", Code.NOT_FOUND),
            ("Vehicle..Speed", Code.NOT_FOUND),
            ("V" * 1000, Code.NOT_FOUND),
            ("V" * 1001, Code.INVALID_ARGUMENT),
            ("Vehicle." + "x" * 2000, Code.INVALID_ARGUMENT),
            (999_999, Code.NOT_FOUND),
            (-1, Code.NOT_FOUND),
            (0, Code.NOT_FOUND),
        ],
    )
    async def test_what_is_no_signal(self, kuksa, path, status):
        assert await code_of(kuksa.v2.GetValue(get(path))) is status
        values = pb.GetValuesRequest(signal_ids=[signal(SPEED), signal(path)])
        assert await code_of(kuksa.v2.GetValues(values)) is status
        assert await code_of(kuksa.v2.PublishValue(publish(path, float=1.0))) is status
        assert await code_of(kuksa.v2.Actuate(actuate(path, float=1.0))) is status

    async def test_empty_requests(self, kuksa):
        for call in (
            kuksa.v2.GetValue(pb.GetValueRequest()),
            kuksa.v2.GetValues(pb.GetValuesRequest()),
            kuksa.v2.Actuate(pb.ActuateRequest()),
            kuksa.v2.Actuate(pb.ActuateRequest(signal_id=signal(FAN))),
            kuksa.v2.BatchActuate(pb.BatchActuateRequest()),
            kuksa.v2.PublishValue(pb.PublishValueRequest(signal_id=signal(SPEED))),
        ):
            assert await code_of(call) is Code.INVALID_ARGUMENT

    async def test_it_says_who_it_is(self, kuksa):
        info = await kuksa.v2.GetServerInfo(pb.GetServerInfoRequest())
        assert info.name == "cabin-agent vehicle bus"
        assert info.version


class TestPublish:
    async def test_a_value_reaches_the_bus_without_noise_of_32_bits(self, kuksa):
        await kuksa.v2.PublishValue(publish(AIR, float=21.3))
        assert (await kuksa.broker.get(AIR))[AIR].value == 21.3

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (HUMIDITY, {"float": 130.0}),
            (HUMIDITY, {"float": math.nan}),
            (HUMIDITY, {"float": math.inf}),
            (HUMIDITY, {"double": 30.0}),
            (HUMIDITY, {"int32": 30}),
            (HUMIDITY, {"string": "30"}),
            (HUMIDITY, {"float_array": types.FloatArray(values=[30.0])}),
            (POWER, {"string": "MAYBE"}),
            (POWER, {"bool": True}),
            (FAN, {"int32": 30}),
            (FAN, {"uint32": 101}),
            (FAN, {"uint32": 4_000_000_000}),
        ],
    )
    async def test_wrong_types_ranges_and_words_change_nothing(self, kuksa, path, value):
        before = await kuksa.broker.snapshot()
        assert await code_of(kuksa.v2.PublishValue(publish(path, **value))) is Code.INVALID_ARGUMENT
        assert await kuksa.broker.snapshot() == before

    async def test_only_its_provider_publishes_an_actuator(self, kuksa):
        async def take(_):
            pass

        registration = await kuksa.broker.provide((TEMPERATURE,), take)
        refused = kuksa.v2.PublishValue(publish(TEMPERATURE, float=20.0))
        assert await code_of(refused) is Code.PERMISSION_DENIED
        await registration.close()
        await kuksa.v2.PublishValue(publish(TEMPERATURE, float=20.0))


class TestSubscribe:
    async def test_all_current_values_first_then_changes_in_order(self, kuksa):
        request = pb.SubscribeRequest(signal_paths=[SPEED, AIR], buffer_size=100)
        stream = kuksa.v2.Subscribe(request)
        first = await first_of(stream)
        assert set(first.entries) == {SPEED, AIR}
        assert first.entries[SPEED].value.float == 0.0
        assert not first.entries[AIR].HasField("value")
        for speed in range(1, 31):
            await kuksa.broker.publish({SPEED: float(speed)})
        seen = [(await first_of(stream)).entries[SPEED].value.float for _ in range(30)]
        assert seen == [float(speed) for speed in range(1, 31)]

    async def test_by_id(self, kuksa):
        number = await number_of(kuksa, SPEED)
        stream = kuksa.v2.SubscribeById(pb.SubscribeByIdRequest(signal_ids=[number]))
        assert (await first_of(stream)).entries[number].value.float == 0.0
        await kuksa.broker.publish({SPEED: 8.0})
        assert (await first_of(stream)).entries[number].value.float == 8.0

    @pytest.mark.parametrize(
        ("request_", "status"),
        [
            ({"signal_paths": []}, Code.INVALID_ARGUMENT),
            ({"signal_paths": [SPEED], "buffer_size": 1001}, Code.INVALID_ARGUMENT),
            ({"signal_paths": [SPEED, "Vehicle.Cabin"]}, Code.NOT_FOUND),
            ({"signal_paths": [SPEED, "Vehicle.**"]}, Code.NOT_FOUND),
            ({"signal_paths": ["x" * 2000]}, Code.INVALID_ARGUMENT),
        ],
    )
    async def test_what_cannot_be_subscribed(self, kuksa, request_, status):
        stream = kuksa.v2.Subscribe(pb.SubscribeRequest(**request_))
        assert await ended(stream) is status
        assert not kuksa.broker.readers_of(SPEED)

    async def test_an_interval_skips_to_the_latest_of_every_signal(self, kuksa):
        interval = types.SampleInterval(interval_ms=100)
        request = pb.SubscribeRequest(
            signal_paths=[SPEED, AIR],
            buffer_size=100,
            filter=types.Filter(min_sample_interval=interval),
        )
        stream = kuksa.v2.Subscribe(request)
        await first_of(stream)
        await kuksa.broker.publish({SPEED: 1.0})
        await first_of(stream)
        for speed in (2.0, 3.0, 4.0):
            await kuksa.broker.publish({SPEED: speed, AIR: speed})
        entries = (await first_of(stream)).entries
        assert {path: point.value.float for path, point in entries.items()} == {SPEED: 4, AIR: 4}

    async def test_a_duration_ends_it(self, kuksa):
        request = pb.SubscribeRequest(signal_paths=[SPEED], filter=types.Filter(duration_ms=30))
        assert await ended(kuksa.v2.Subscribe(request)) is Code.OK
        await asyncio.sleep(0)
        assert not kuksa.broker.readers_of(SPEED)

    async def test_a_reader_that_never_reads_holds_up_nobody(self, kuksa):
        lazy = kuksa.v2.Subscribe(pb.SubscribeRequest(signal_paths=[TRACK], buffer_size=1000))
        await first_of(lazy)
        eager = kuksa.v2.Subscribe(pb.SubscribeRequest(signal_paths=[SPEED], buffer_size=1000))
        await first_of(eager)
        for number in range(1000):
            await kuksa.broker.publish({TRACK: f"{number}" * 1000, SPEED: float(number % 250)})
        seen = [(await first_of(eager)).entries[SPEED].value.float for _ in range(1000)]
        assert seen == [float(number % 250) for number in range(1000)]
        lazy.cancel()
        async with asyncio.timeout(20):
            while kuksa.broker.readers_of(TRACK):
                await asyncio.sleep(0.01)

    async def test_a_client_with_too_many_streams_hears_so(self, kuksa, monkeypatch):
        monkeypatch.setattr(limits, "STREAMS", 20)
        request = pb.SubscribeRequest(signal_paths=[SPEED])
        streams = [kuksa.v2.Subscribe(request) for _ in range(20)]
        for stream in streams:
            await first_of(stream)
        assert await ended(kuksa.v2.Subscribe(request)) is Code.RESOURCE_EXHAUSTED
        assert await ended(kuksa.v2.OpenProviderStream()) is Code.RESOURCE_EXHAUSTED
        await kuksa.broker.publish({SPEED: 3.0})
        for stream in streams:
            assert (await first_of(stream)).entries[SPEED].value.float == 3.0
            stream.cancel()
        async with asyncio.timeout(20):
            while kuksa.broker.readers_of(SPEED):
                await asyncio.sleep(0.01)
        await first_of(kuksa.v2.Subscribe(request))

    async def test_a_client_that_leaves_is_forgotten(self, kuksa):
        stream = kuksa.v2.Subscribe(pb.SubscribeRequest(signal_paths=[SPEED]))
        await first_of(stream)
        assert kuksa.broker.readers_of(SPEED) == 1
        stream.cancel()
        async with asyncio.timeout(20):
            while kuksa.broker.readers_of(SPEED):
                await asyncio.sleep(0.01)


class TestMetadata:
    async def test_types_units_limits_and_words(self, kuksa):
        listed = await kuksa.v2.ListMetadata(pb.ListMetadataRequest(root="Vehicle"))
        found = {each.path: each for each in listed.metadata}
        assert len(found) == len(kuksa.broker.catalogue)
        assert len({each.id for each in found.values()}) == len(found)
        temperature = found[TEMPERATURE]
        assert temperature.data_type == types.DATA_TYPE_FLOAT
        assert temperature.entry_type == types.ENTRY_TYPE_ACTUATOR
        assert (temperature.unit, temperature.min.float, temperature.max.float) == (
            "Celsius",
            16.0,
            30.0,
        )
        fan = found[FAN]
        assert (fan.data_type, fan.max.uint32) == (types.DATA_TYPE_UINT8, 100)
        assert not found[SPEED].HasField("max")
        assert "ON" in found[POWER].allowed_values.string_array.values
        assert found[DRIVER_POSITION].entry_type == types.ENTRY_TYPE_ATTRIBUTE

    @pytest.mark.parametrize(
        ("root", "paths"),
        [
            (SPEED, {SPEED}),
            (
                "Vehicle.Cabin.HVAC.Station.Row1.*.FanSpeed",
                {FAN, FAN.replace("Driver", "Passenger")},
            ),
            ("**.Row1.Driver.FanSpeed", {FAN}),
        ],
    )
    async def test_signals_and_wildcards(self, kuksa, root, paths):
        listed = await kuksa.v2.ListMetadata(pb.ListMetadataRequest(root=root))
        assert {each.path for each in listed.metadata} == paths

    @pytest.mark.parametrize("root", ["", "**", "Vehicle", "Vehicle.**"])
    async def test_all_of_them(self, kuksa, root):
        listed = await kuksa.v2.ListMetadata(pb.ListMetadataRequest(root=root))
        assert len(listed.metadata) == len(kuksa.broker.catalogue)

    async def test_one_level_only(self, kuksa):
        listed = await kuksa.v2.ListMetadata(pb.ListMetadataRequest(root="Vehicle.*"))
        assert SPEED in {each.path for each in listed.metadata}
        assert all(each.path.count(".") == 1 for each in listed.metadata)

    @pytest.mark.parametrize(
        ("root", "status"),
        [
            ("Vehicle.Nothing", Code.NOT_FOUND),
            ("Vehicle.Spee", Code.NOT_FOUND),
            ("Vehicle..Speed", Code.INVALID_ARGUMENT),
            ("Vehicle.Spe*", Code.INVALID_ARGUMENT),
            ("Vehicle Speed", Code.INVALID_ARGUMENT),
            ("Vehicle.(a+)+$", Code.INVALID_ARGUMENT),
            ("x" * 2000, Code.INVALID_ARGUMENT),
        ],
    )
    async def test_roots_that_are_none(self, kuksa, root, status):
        assert await code_of(kuksa.v2.ListMetadata(pb.ListMetadataRequest(root=root))) is status


class TestActuate:
    @pytest.fixture
    async def taken(self, kuksa):
        taken = []

        async def take(values):
            taken.append(dict(values))

        await kuksa.broker.provide((TEMPERATURE, FAN, WINDOW, TRUNK), take)
        return taken

    async def test_by_path_by_id_and_in_a_stream(self, kuksa, taken):
        await kuksa.v2.Actuate(actuate(FAN, uint32=40))
        await kuksa.v2.Actuate(actuate(await number_of(kuksa, FAN), uint32=50))
        requests = [actuate(FAN, uint32=60), actuate(TEMPERATURE, float=21.5)]
        await kuksa.v2.ActuateStream(iter(requests))
        assert taken == [{FAN: 40}, {FAN: 50}, {FAN: 60}, {TEMPERATURE: 21.5}]

    async def test_a_batch_is_one_request(self, kuksa, taken):
        await kuksa.v2.BatchActuate(batch(actuate(FAN, uint32=40), actuate(TEMPERATURE, float=20)))
        assert taken == [{FAN: 40, TEMPERATURE: 20.0}]

    @pytest.mark.parametrize(
        ("path", "value", "status"),
        [
            (SPEED, {"float": 3.0}, Code.INVALID_ARGUMENT),
            (DRIVER_POSITION, {"string": "LEFT"}, Code.INVALID_ARGUMENT),
            (TEMPERATURE, {"float": 31.0}, Code.INVALID_ARGUMENT),
            (TEMPERATURE, {"float": math.nan}, Code.INVALID_ARGUMENT),
            (TEMPERATURE, {"uint32": 21}, Code.INVALID_ARGUMENT),
            (FAN, {"uint32": 101}, Code.INVALID_ARGUMENT),
            (FAN, {"float": 10.0}, Code.INVALID_ARGUMENT),
            (TRUNK, {"string": "open"}, Code.INVALID_ARGUMENT),
            ("Vehicle.Cabin.HVAC", {"float": 3.0}, Code.NOT_FOUND),
            ("Vehicle.Cabin.Sunroof.Switch", {"string": "OPEN"}, Code.UNAVAILABLE),
        ],
    )
    async def test_one_mistake_keeps_the_whole_batch_out(self, kuksa, taken, path, value, status):
        wrong = actuate(path, **value)
        assert await code_of(kuksa.v2.Actuate(wrong)) is status
        assert await code_of(kuksa.v2.BatchActuate(batch(actuate(FAN, uint32=1), wrong))) is status
        stream = kuksa.v2.ActuateStream(iter([wrong, actuate(FAN, uint32=2)]))
        assert await code_of(stream) is status
        assert taken == []

    async def test_the_policys_refusals_are_permission_denied(self, kuksa, taken):
        await kuksa.broker.publish({SPEED: 30.0})
        assert await code_of(kuksa.v2.Actuate(actuate(TRUNK, bool=True))) is Code.PERMISSION_DENIED
        closing = kuksa.v2.Actuate(actuate(WINDOW, uint32=0))
        assert await code_of(closing) is Code.PERMISSION_DENIED
        assert taken == []

    async def test_who_is_nobody_in_particular_does_not_set_the_drivers_seat(self, parked_broker):
        async def take(_):
            pass

        await parked_broker.provide((TEMPERATURE,), take)
        await parked_broker.publish({SPEED: 30.0})
        request = actuate(TEMPERATURE, float=20.0)
        async with kuksa_over(parked_broker, Doorkeeper(open_zone=Zone.PASSENGER)) as kuksa:
            assert await code_of(kuksa.v2.Actuate(request)) is Code.PERMISSION_DENIED

    async def test_a_flood_is_stopped(self, kuksa, taken):
        for _ in range(8):
            await kuksa.v2.Actuate(actuate(FAN, uint32=40))
        flood = kuksa.v2.Actuate(actuate(FAN, uint32=40))
        assert await code_of(flood) is Code.RESOURCE_EXHAUSTED

    async def test_providers_that_fail_and_that_never_answer(self, kuksa):
        async def fail(_):
            raise RuntimeError("fuse blown")

        async def hang(_):
            await asyncio.Event().wait()

        await kuksa.broker.provide((TEMPERATURE,), fail)
        await kuksa.broker.provide((FAN,), hang)
        failing = kuksa.v2.Actuate(actuate(TEMPERATURE, float=20.0))
        assert await code_of(failing) is Code.ABORTED
        assert await code_of(kuksa.v2.Actuate(actuate(FAN, uint32=1))) is Code.DEADLINE_EXCEEDED
        assert (await kuksa.v2.GetValue(get(SPEED))).data_point.value.float == 0.0


async def test_streams_end_when_the_server_stops(parked_broker):
    server = serving(parked_broker, parked_broker.clock, "127.0.0.1:0", OPEN)
    port = await server.__aenter__()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = val_pb2_grpc.VALStub(channel)
        follow = stub.Subscribe(pb.SubscribeRequest(signal_paths=[SPEED]))
        provider = stub.OpenProviderStream(iter([claim(FAN)]))
        for stream in (follow, provider):
            await first_of(stream)
        await server.__aexit__(None, None, None)
        for stream in (follow, provider):
            assert await ended(stream) is Code.UNAVAILABLE
    assert not parked_broker.readers_of(SPEED)
