"""The wire: status codes, grants, providers that vanish, readers that don't read."""

import asyncio
import contextlib
from contextlib import asynccontextmanager

import grpc
import pytest

from cabin.v1 import cabin_pb2, vehicle_bus_pb2, vehicle_bus_pb2_grpc
from vehicle_bus import limits
from vehicle_bus.errors import Denied, ProviderFailed, Unreachable
from vehicle_bus.remote import RemoteBus
from vehicle_bus.served import Grants, VehicleBusServicer
from vehicle_bus.values import Zone

SPEED = "Vehicle.Speed"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"
StatusCode = grpc.StatusCode


@asynccontextmanager
async def served(broker, grants=None):
    server = grpc.aio.server()
    servicer = VehicleBusServicer(broker, grants)
    vehicle_bus_pb2_grpc.add_VehicleBusServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    await server.stop(None)


@pytest.fixture
async def channel(parked_broker):
    async with served(parked_broker) as channel:
        yield channel


@pytest.fixture
def stub(channel):
    return vehicle_bus_pb2_grpc.VehicleBusStub(channel)


def value(given):
    kinds = {bool: "bool_value", int: "int_value", float: "double_value", str: "string_value"}
    return cabin_pb2.SignalValue(**{kinds[type(given)]: given})


def actuation(values, **fields):
    fields = {"client": "ivi", "zone": cabin_pb2.ZONE_DRIVER} | fields
    targets = {path: value(given) for path, given in values.items()}
    return vehicle_bus_pb2.ActuateRequest(values=targets, **fields)


async def failure(call):
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call
    (detail,) = [
        vehicle_bus_pb2.ErrorDetail.FromString(data)
        for key, data in error.value.trailing_metadata()
        if key == "cabin-bus-error-bin"
    ]
    assert detail.cause.rstrip(".") in error.value.details()
    assert detail.mend in error.value.details()
    return error.value.code(), detail


async def accept(_):
    pass


async def reject(_):
    raise RuntimeError("fuse blown")


async def hang(_):
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("request_fields", "code", "kind"),
    [
        (({"Vehicle.Nope": 1}, {}), StatusCode.NOT_FOUND, "UnknownPath"),
        (({SPEED: 1.0}, {}), StatusCode.INVALID_ARGUMENT, "NotActuator"),
        (({TEMPERATURE: "warm"}, {}), StatusCode.INVALID_ARGUMENT, "InvalidValue"),
        (({TEMPERATURE: 31.0}, {}), StatusCode.INVALID_ARGUMENT, "InvalidValue"),
        (
            ({"Vehicle.Cabin.Sunroof.Switch": "AJAR"}, {}),
            StatusCode.INVALID_ARGUMENT,
            "InvalidValue",
        ),
        (({}, {}), StatusCode.INVALID_ARGUMENT, "InvalidValue"),
        (({TEMPERATURE: 21.0}, {"client": ""}), StatusCode.INVALID_ARGUMENT, "InvalidValue"),
        (({TEMPERATURE: 21.0}, {"client": "x" * 65}), StatusCode.INVALID_ARGUMENT, "InvalidValue"),
        (({TEMPERATURE: 21.0}, {"zone": 17}), StatusCode.INVALID_ARGUMENT, "InvalidValue"),
        (
            ({TEMPERATURE: 21.0}, {"scopes": ["Vehicle.*"] * 65}),
            StatusCode.INVALID_ARGUMENT,
            "InvalidValue",
        ),
        (({FAN: 20}, {}), StatusCode.UNAVAILABLE, "NoProvider"),
        (({TEMPERATURE: 21.0}, {"zone": 0}), StatusCode.PERMISSION_DENIED, "Refused"),
        (
            ({TEMPERATURE: 21.0}, {"scopes": ["Vehicle.Body.*"]}),
            StatusCode.PERMISSION_DENIED,
            "Refused",
        ),
        (({WINDOW: 0}, {}), StatusCode.FAILED_PRECONDITION, "ConfirmationNeeded"),
        (({"Vehicle.Cabin.RearShade.Position": 5}, {}), StatusCode.ABORTED, "ProviderFailed"),
        (
            ({"Vehicle.Body.Mirrors.DriverSide.Pan": 5}, {}),
            StatusCode.DEADLINE_EXCEEDED,
            "ProviderSilent",
        ),
    ],
)
async def test_actuate_status_codes(parked_broker, stub, request_fields, code, kind):
    await parked_broker.provide((TEMPERATURE, WINDOW, TRUNK), accept)
    await parked_broker.provide(("Vehicle.Cabin.RearShade.Position",), reject)
    await parked_broker.provide(("Vehicle.Body.Mirrors.DriverSide.Pan",), hang)
    values, fields = request_fields
    told, detail = await failure(stub.Actuate(actuation(values, **fields)))
    assert (told, detail.kind) == (code, kind)


async def test_a_value_that_is_not_set(stub):
    empty = {TEMPERATURE: cabin_pb2.SignalValue()}
    for call in (
        stub.Actuate(vehicle_bus_pb2.ActuateRequest(client="ivi", values=empty)),
        stub.Publish(vehicle_bus_pb2.PublishRequest(values=empty)),
    ):
        code, detail = await failure(call)
        assert (code, detail.path) == (StatusCode.INVALID_ARGUMENT, TEMPERATURE)


async def test_a_refusal_carries_the_verdict_in_both_languages(parked_broker, stub):
    await parked_broker.publish({SPEED: 30.0})
    _, detail = await failure(stub.Actuate(actuation({TRUNK: True})))
    assert detail.verdict.decision == vehicle_bus_pb2.DECISION_REFUSE
    assert (detail.verdict.rule, list(detail.verdict.paths)) == ("openings_only_in_park", [TRUNK])
    assert "Park" in detail.verdict.reason_en
    assert "P挡" in detail.verdict.reason_zh


async def test_the_rate_limit_counts_by_connection_whatever_the_client_says(parked_broker, stub):
    await parked_broker.provide((TEMPERATURE,), accept)
    for _ in range(8):
        await stub.Actuate(actuation({TEMPERATURE: 21.0}))
    code, detail = await failure(stub.Actuate(actuation({TEMPERATURE: 21.0})))
    assert (code, detail.kind) == (StatusCode.RESOURCE_EXHAUSTED, "RateLimited")
    assert "grpc:ivi" in detail.cause
    renamed = stub.Actuate(actuation({TEMPERATURE: 21.0}, client="other"))
    assert (await failure(renamed))[0] is StatusCode.RESOURCE_EXHAUSTED
    async with served(parked_broker) as elsewhere:
        other = vehicle_bus_pb2_grpc.VehicleBusStub(elsewhere)
        await other.Actuate(actuation({TEMPERATURE: 21.0}))


async def test_actuate_answers_with_before_and_after(parked_broker, stub):
    registration = await parked_broker.provide((TEMPERATURE,), accept)
    await registration.publish({TEMPERATURE: 19.5})
    response = await stub.Actuate(actuation({TEMPERATURE: 21.0}))
    (change,) = response.changes
    assert (change.path, change.before.double_value, change.after.double_value) == (
        TEMPERATURE,
        19.5,
        21.0,
    )
    assert response.verdict.decision == vehicle_bus_pb2.DECISION_ALLOW


async def test_other_status_codes(parked_broker, stub):
    await parked_broker.provide((FAN,), accept)
    get = stub.Get(vehicle_bus_pb2.GetRequest(paths=["Vehicle.Nope"]))
    assert (await failure(get))[0] is StatusCode.NOT_FOUND
    listing = stub.ListSignals(vehicle_bus_pb2.ListSignalsRequest(patterns=["Vehicle.Nope.*"]))
    assert (await failure(listing))[0] is StatusCode.NOT_FOUND
    publish = stub.Publish(vehicle_bus_pb2.PublishRequest(values={FAN: value(3)}))
    assert (await failure(publish))[0] is StatusCode.ALREADY_EXISTS
    unknown = stub.Publish(vehicle_bus_pb2.PublishRequest(values={"Vehicle.Nope": value(3)}))
    assert (await failure(unknown))[0] is StatusCode.NOT_FOUND
    buffer = stub.Subscribe(vehicle_bus_pb2.SubscribeRequest(buffer=2000))
    assert (await failure(buffer.read()))[0] is StatusCode.INVALID_ARGUMENT
    second = stub.Provide()
    claim = vehicle_bus_pb2.ClaimActuators(patterns=[FAN])
    await second.write(vehicle_bus_pb2.ProvideRequest(claim=claim))
    assert (await failure(second.read()))[0] is StatusCode.ALREADY_EXISTS


@pytest.mark.parametrize(
    "first",
    [
        vehicle_bus_pb2.ProvideRequest(),
        vehicle_bus_pb2.ProvideRequest(claim=vehicle_bus_pb2.ClaimActuators()),
        vehicle_bus_pb2.ProvideRequest(answer=vehicle_bus_pb2.ActuationAnswer(id=1)),
    ],
)
async def test_provide_begins_with_a_claim(stub, first):
    call = stub.Provide()
    await call.write(first)
    assert (await failure(call.read()))[0] is StatusCode.INVALID_ARGUMENT


async def test_one_claim_for_each_stream(stub):
    call = stub.Provide()
    for path in (FAN, TEMPERATURE):
        claim = vehicle_bus_pb2.ClaimActuators(patterns=[path])
        await call.write(vehicle_bus_pb2.ProvideRequest(claim=claim))
    assert (await call.read()).claimed.paths == [FAN]
    assert (await failure(call.read()))[0] is StatusCode.INVALID_ARGUMENT


async def test_grants_limit_every_client(parked_broker, asked):
    grants = Grants(
        actuate=("Vehicle.Cabin.*",), publish=("Vehicle.Exterior.*",), provide=("Vehicle.Cabin.*",)
    )
    await parked_broker.provide((TRUNK,), accept)
    async with served(parked_broker, grants) as channel:
        bus = RemoteBus(channel)
        with pytest.raises(Denied, match="actuate"):
            await bus.actuate(asked({TRUNK: True}, scopes=("Vehicle.*",)))
        with pytest.raises(Denied, match="publish"):
            await bus.publish({SPEED: 0.0})
        await bus.publish({"Vehicle.Exterior.AirTemperature": 3.0})
        with pytest.raises(Denied, match="provide"):
            await bus.provide(("Vehicle.Body.Hood.*",), accept)
        registration = await bus.provide((FAN,), accept)
        await registration.publish({FAN: 10})
        with pytest.raises(Denied):
            await registration.publish({FAN: 10, SPEED: 0.0})
        await bus.actuate(asked({FAN: 30}, scopes=("Vehicle.*",)))


async def test_a_provider_that_vanishes_while_it_is_asked(parked_broker, channel, asked):
    reached = asyncio.Event()

    async def vanish(_):
        reached.set()
        await asyncio.Event().wait()

    async with served(parked_broker) as second:
        await RemoteBus(second).provide((TEMPERATURE,), vanish)
        waiting = asyncio.create_task(
            RemoteBus(channel).actuate(asked({TEMPERATURE: 21.0}, zone=Zone.DRIVER))
        )
        await asyncio.wait_for(reached.wait(), 1)
        await second.close()
        with pytest.raises(ProviderFailed, match="vanished"):
            await waiting
    await parked_broker.provide((TEMPERATURE,), accept)


async def test_a_command_that_was_given_up_never_arrives_late(parked_broker, asked):
    """A provider that does not read gets nothing that its requester was told has failed."""
    servicer = VehicleBusServicer(parked_broker)
    requests = asyncio.Queue()
    claim = vehicle_bus_pb2.ClaimActuators(patterns=[FAN])
    requests.put_nowait(vehicle_bus_pb2.ProvideRequest(claim=claim))

    async def stream():
        while True:
            yield await requests.get()

    responses = servicer.Provide(stream(), None)
    assert (await anext(responses)).claimed.paths == [FAN]
    with pytest.raises(ProviderFailed):
        await parked_broker.actuate(asked({FAN: 99}))
    second = asyncio.create_task(parked_broker.actuate(asked({FAN: 5})))
    await asyncio.sleep(0)
    assert (await anext(responses)).actuation.values[FAN].int_value == 5
    second.cancel()
    await responses.aclose()


async def test_a_reader_that_never_reads_costs_the_others_nothing(parked_broker, channel, stub):
    lazy = stub.Subscribe(vehicle_bus_pb2.SubscribeRequest(buffer=4))
    await lazy.read()
    eager = RemoteBus(channel).subscribe(SPEED)
    await anext(eager)
    for number in range(1, 2001):
        await parked_broker.publish({SPEED: float(number)})
        if number % 20 == 0:
            await asyncio.sleep(0)
    async with asyncio.timeout(30):
        seen, dropped = [], 0
        while not seen or seen[-1] != 2000.0:
            for update in await eager.batch():
                seen.append(update.datapoint.value)
                dropped += update.dropped
    assert seen == sorted(seen)
    assert len(seen) + dropped == 2000
    lazy.cancel()


async def test_no_bus_there(asked):
    async with grpc.aio.insecure_channel("127.0.0.1:1") as channel:
        bus = RemoteBus(channel)
        with pytest.raises(Unreachable, match="check its address"):
            await bus.get(SPEED)
        with pytest.raises(Unreachable):
            await anext(bus.subscribe(SPEED))
        with pytest.raises(Unreachable, match="check its address"):
            await bus.publish({SPEED: 0.0})
        with pytest.raises(Unreachable):
            await bus.provide((FAN,), accept)


async def test_a_mistake_on_a_publish_stream_costs_only_its_own_publication(parked_broker, stub):
    call = stub.PublishStream()
    for number, (path, given) in enumerate(
        [(SPEED, 10.0), (SPEED, "fast"), ("Vehicle.Nope", 1), (SPEED, 20.0)], 7
    ):
        values = {path: value(given)}
        await call.write(vehicle_bus_pb2.PublishValues(id=number, values=values))
    results = [await call.read() for _ in range(4)]
    assert [result.id for result in results] == [7, 8, 9, 10]
    kinds = [result.error.kind for result in results]
    assert kinds == ["", "InvalidValue", "UnknownPath", ""]
    assert (await parked_broker.get(SPEED))[SPEED].value == 20.0
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF


async def test_publish_streams_are_bounded(stub, monkeypatch):
    monkeypatch.setattr(limits, "STREAMS", 2)
    message = vehicle_bus_pb2.PublishValues(id=1, values={SPEED: value(0.0)})
    for _ in range(2):
        call = stub.PublishStream()
        await call.write(message)
        await call.read()
    third = stub.PublishStream()
    code, detail = await failure(third.read())
    assert (code, detail.kind) == (StatusCode.RESOURCE_EXHAUSTED, "RateLimited")


async def test_publications_arrive_in_the_order_of_their_calls(parked_broker, channel):
    bus, seen = RemoteBus(channel), []
    subscription = parked_broker.subscribe(SPEED, buffer=100)
    await asyncio.gather(*(bus.publish({SPEED: float(number)}) for number in range(1, 51)))
    while len(seen) < 51:
        seen += [update.datapoint.value for update in await subscription.batch()]
    assert seen[1:] == [float(number) for number in range(1, 51)]


async def test_publishing_goes_on_when_the_server_is_back(parked_broker):
    async def serving(port):
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        servicer = VehicleBusServicer(parked_broker)
        vehicle_bus_pb2_grpc.add_VehicleBusServicer_to_server(servicer, server)
        port = server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        return server, port

    first, port = await serving(0)
    soon = [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 100)]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=soon) as channel:
        bus = RemoteBus(channel)
        await bus.publish({SPEED: 1.0})
        await first.stop(None)
        with pytest.raises(Unreachable):
            await bus.publish({SPEED: 2.0})
        second, _ = await serving(port)
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(Unreachable):
                    await bus.publish({SPEED: 3.0})
                    break
                await asyncio.sleep(0.05)
        assert (await parked_broker.get(SPEED))[SPEED].value == 3.0
    await second.stop(None)


async def test_a_registration_ends_with_its_server(parked_broker, asked):
    async with served(parked_broker) as channel:
        registration = await RemoteBus(channel).provide((FAN,), accept)
    with pytest.raises(Unreachable, match="has ended"):
        await registration.publish({FAN: 3})
    await registration.close()
