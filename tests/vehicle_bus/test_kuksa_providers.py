"""Providers over kuksa.val.v2's stream: claims, actuations, answers, publications."""

import asyncio

import grpc
import pytest
from harness_kuksa import (
    AIR,
    FAN,
    HUMIDITY,
    OPEN,
    SPEED,
    TEMPERATURE,
    Code,
    actuate,
    batch,
    claim,
    code_of,
    ended,
    first_of,
    kuksa_over,
    publish,
    signal,
)
from kuksa.val.v2 import types_pb2 as types
from kuksa.val.v2 import val_pb2 as pb

from vehicle_bus.errors import NoProvider, ProviderSilent
from vehicle_bus.kuksa.gate import Gate
from vehicle_bus.kuksa.permissions import Permissions
from vehicle_bus.kuksa.providers import ANSWERS, Provider

OK = types.Error(code=types.ERROR_CODE_OK)
NO = types.Error(code=types.ERROR_CODE_INVALID_ARGUMENT, message="fuse blown")


@pytest.fixture
async def kuksa(parked_broker):
    async with kuksa_over(parked_broker) as kuksa:
        yield kuksa


@pytest.fixture
async def numbers(kuksa):
    listed = await kuksa.v2.ListMetadata(pb.ListMetadataRequest(root="Vehicle"))
    return {each.path: each.id for each in listed.metadata}


def answer(number, error=OK):
    response = pb.BatchActuateStreamResponse(signal_id=signal(number), error=error)
    return pb.OpenProviderStreamRequest(batch_actuate_stream_response=response)


def publishing(request_id, points):
    points = {number: types.Datapoint(value=value) for number, value in points.items()}
    request = pb.PublishValuesRequest(request_id=request_id, data_points=points)
    return pb.OpenProviderStreamRequest(publish_values_request=request)


def announcing(*numbers):
    intervals = {number: types.SampleInterval(interval_ms=10) for number in numbers}
    request = pb.ProvideSignalRequest(signals_sample_intervals=intervals)
    return pb.OpenProviderStreamRequest(provide_signal_request=request)


async def opened(kuksa, *requests, metadata=None):
    stream = kuksa.v2.OpenProviderStream(metadata=metadata)
    for request in requests:
        await stream.write(request)
    return stream


async def providing(kuksa, *paths, metadata=None):
    stream = await opened(kuksa, claim(*paths), metadata=metadata)
    assert (await first_of(stream)).WhichOneof("action") == "provide_actuation_response"
    return stream


async def asked_of(stream):
    """The values that a provider is asked for, by id."""
    requests = (await first_of(stream)).batch_actuate_stream_request.actuate_requests
    return {each.signal_id.id: each.value for each in requests}


class TestClaims:
    async def test_no_provider_then_one_then_none_again(self, kuksa, numbers):
        request = actuate(FAN, uint32=40)
        assert await code_of(kuksa.v2.Actuate(request)) is Code.UNAVAILABLE
        stream = await providing(kuksa, FAN)
        call = kuksa.v2.Actuate(request)
        assert (await asked_of(stream))[numbers[FAN]].uint32 == 40
        await stream.write(answer(numbers[FAN]))
        await call
        stream.cancel()
        async with asyncio.timeout(20):
            while await code_of(kuksa.v2.Actuate(request)) is not Code.UNAVAILABLE:
                await asyncio.sleep(0.01)

    async def test_a_second_claim(self, kuksa):
        await providing(kuksa, FAN, TEMPERATURE)
        second = await opened(kuksa, claim("Vehicle.Cabin.Sunroof.Switch", FAN))
        assert await ended(second) is Code.ALREADY_EXISTS
        await providing(kuksa, "Vehicle.Cabin.Sunroof.Switch")

    @pytest.mark.parametrize(
        ("request_", "status"),
        [
            (claim("Vehicle.Sped"), Code.NOT_FOUND),
            (claim("Vehicle.Cabin"), Code.NOT_FOUND),
            (claim(FAN, 999_999), Code.NOT_FOUND),
            (claim(SPEED), Code.INVALID_ARGUMENT),
            (claim(), Code.INVALID_ARGUMENT),
            (claim("x" * 2000), Code.INVALID_ARGUMENT),
            (pb.OpenProviderStreamRequest(), Code.INVALID_ARGUMENT),
            (announcing(999_999), Code.NOT_FOUND),
        ],
    )
    async def test_what_cannot_be_claimed_ends_the_stream(self, kuksa, request_, status):
        assert await ended(await opened(kuksa, request_)) is status
        await providing(kuksa, FAN)

    async def test_signals_have_one_announced_publisher(self, kuksa, numbers):
        first = await opened(kuksa, announcing(numbers[AIR]))
        assert (await first_of(first)).WhichOneof("action") == "provide_signal_response"
        await first.write(announcing(numbers[AIR], numbers[HUMIDITY]))
        assert (await first_of(first)).WhichOneof("action") == "provide_signal_response"
        second = await opened(kuksa, announcing(numbers[HUMIDITY]))
        assert await ended(second) is Code.ALREADY_EXISTS


class TestActuations:
    async def test_a_batch_over_two_providers(self, kuksa, numbers):
        fan, heat = await providing(kuksa, FAN), await providing(kuksa, TEMPERATURE)
        requests = batch(actuate(FAN, uint32=40), actuate(TEMPERATURE, float=20.0))
        call = kuksa.v2.BatchActuate(requests)
        assert set(await asked_of(fan)) == {numbers[FAN]}
        await fan.write(answer(numbers[FAN]))
        assert set(await asked_of(heat)) == {numbers[TEMPERATURE]}
        await heat.write(answer(numbers[TEMPERATURE]))
        await call

    @pytest.mark.parametrize("named", [FAN, "by id"])
    async def test_a_provider_that_says_no(self, kuksa, numbers, named):
        stream = await providing(kuksa, FAN)
        call = kuksa.v2.Actuate(actuate(FAN, uint32=40))
        await asked_of(stream)
        await stream.write(answer(numbers[FAN] if named == "by id" else FAN, NO))
        with pytest.raises(grpc.aio.AioRpcError, match="fuse blown") as error:
            await call
        assert error.value.code() is Code.ABORTED

    async def test_a_provider_that_is_in_trouble(self, kuksa):
        stream = await providing(kuksa, FAN)
        call = kuksa.v2.Actuate(actuate(FAN, uint32=40))
        await asked_of(stream)
        trouble = pb.ProviderErrorIndication(provider_error=types.CODE_OVERLOAD)
        await stream.write(pb.OpenProviderStreamRequest(provider_error_indication=trouble))
        assert await code_of(call) is Code.ABORTED

    async def test_a_provider_that_vanishes(self, kuksa):
        stream = await providing(kuksa, FAN, metadata=(ANSWERS,))
        call = kuksa.v2.Actuate(actuate(FAN, uint32=40))
        await asked_of(stream)
        stream.cancel()
        assert await code_of(call) is Code.ABORTED

    async def test_a_provider_that_promised_to_answer_and_never_does(self, kuksa):
        stream = await providing(kuksa, FAN, metadata=(ANSWERS,))
        call = kuksa.v2.Actuate(actuate(FAN, uint32=40))
        await asked_of(stream)
        assert await code_of(call) is Code.DEADLINE_EXCEEDED

    async def test_a_provider_that_never_answers_as_kuksa_allows(self, kuksa):
        stream = await providing(kuksa, FAN)
        await kuksa.v2.Actuate(actuate(FAN, uint32=40))
        assert len(await asked_of(stream)) == 1

    async def test_a_provider_that_has_no_more_to_say_still_gets_actuations(self, kuksa):
        stream = await providing(kuksa, FAN)
        await stream.done_writing()
        for speed in (10, 20):
            call = kuksa.v2.Actuate(actuate(FAN, uint32=speed))
            assert [value.uint32 for value in (await asked_of(stream)).values()] == [speed]
            await call

    async def test_a_provider_that_does_not_read_is_told_of(self, parked_broker, asked):
        leaves = await parked_broker.signals()
        gate = Gate(parked_broker, leaves, OPEN, parked_broker.clock)
        provider = Provider(gate, Permissions("deaf"), answers=False)

        async def requests():
            yield claim(FAN)

        await provider.listen(requests())
        with pytest.raises(ProviderSilent):
            await parked_broker.actuate(asked({FAN: 10}))
        await provider.leave()
        with pytest.raises(NoProvider):
            await parked_broker.actuate(asked({FAN: 10}))

    async def test_the_next_one_asks_again(self, kuksa, numbers):
        stream = await providing(kuksa, FAN, metadata=(ANSWERS,))
        call = kuksa.v2.Actuate(actuate(FAN, uint32=10))
        await asked_of(stream)
        assert await code_of(call) is Code.DEADLINE_EXCEEDED
        call = kuksa.v2.Actuate(actuate(FAN, uint32=20))
        assert (await asked_of(stream))[numbers[FAN]].uint32 == 20
        await stream.write(answer(numbers[FAN]))
        await call


class TestPublishing:
    async def test_silence_when_all_is_well_and_the_errors_by_id(self, kuksa, numbers):
        stream = await providing(kuksa, FAN)
        good, bad = {numbers[FAN]: types.Value(uint32=30)}, {numbers[FAN]: types.Value(uint32=130)}
        unknown = {999_999: types.Value(float=1.0), numbers[AIR]: types.Value(float=3.0)}
        for number, points in enumerate((good, bad, unknown), 1):
            await stream.write(publishing(number, points))
        told = [(await first_of(stream)).publish_values_response for _ in range(2)]
        assert [
            (each.request_id, {n: e.code for n, e in each.status.items()}) for each in told
        ] == [
            (2, {numbers[FAN]: types.ERROR_CODE_INVALID_ARGUMENT}),
            (3, {999_999: types.ERROR_CODE_NOT_FOUND}),
        ]
        points = await kuksa.broker.get(FAN, AIR)
        assert (points[FAN].value, points[AIR].value) == (30, 3.0)

    async def test_a_provider_may_publish_its_actuators_by_request_too(self, kuksa):
        await providing(kuksa, FAN)
        await kuksa.v2.PublishValue(publish(FAN, uint32=30))
        assert (await kuksa.broker.get(FAN))[FAN].value == 30

    async def test_nobody_publishes_anothers_actuators(self, kuksa, numbers):
        async def take(_):
            pass

        await kuksa.broker.provide((TEMPERATURE,), take)
        stream = await providing(kuksa, FAN)
        await stream.write(publishing(1, {numbers[TEMPERATURE]: types.Value(float=20.0)}))
        status = (await first_of(stream)).publish_values_response.status
        assert status[numbers[TEMPERATURE]].code == types.ERROR_CODE_PERMISSION_DENIED
