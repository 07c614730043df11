"""What a display may show, told to the head unit when it changes."""

from __future__ import annotations

import asyncio

import grpc
import pytest

from cabin.v1 import cabin_pb2 as pb

PATIENCE_S = 30.0


async def until(stream, wanted):
    async with asyncio.timeout(PATIENCE_S):
        while True:
            limits = await stream.read()
            if wanted(limits):
                return limits


async def test_limits_follow_the_car_and_name_their_rules(service):
    request = pb.WatchPresentationRequest(zone=pb.ZONE_DRIVER)
    stream = service.stub.WatchPresentation(request)
    parked = await until(stream, lambda limits: limits.video)
    assert parked.setup
    assert not parked.HasField("text_chars")
    service.vehicle.drive_at(50.0)
    driving = asyncio.create_task(keep_driving(service.vehicle))
    moving = await until(stream, lambda limits: not limits.video)
    driving.cancel()
    assert (moving.text_chars, moving.list_items, moving.list_depth) == (120, 21, 3)
    assert not any((moving.keyboard, moving.partials, moving.setup))
    reasons = {rule.name: (rule.source, rule.reason_zh) for rule in moving.rules}
    assert "NHTSA" in reasons["nothing_that_holds_the_eye"][0]
    assert "行驶中" in reasons["nothing_that_holds_the_eye"][1]
    stream.cancel()


async def keep_driving(vehicle):
    while True:
        await vehicle.step(0.25)
        await asyncio.sleep(0.02)


async def test_signals_that_grow_old_count_as_moving(service):
    stream = service.stub.WatchPresentation(pb.WatchPresentationRequest())
    await until(stream, lambda limits: not limits.video)
    stream.cancel()


async def test_a_passengers_display_keeps_its_video(service):
    request = pb.WatchPresentationRequest(zone=pb.ZONE_PASSENGER)
    stream = service.stub.WatchPresentation(request)
    limits = await until(stream, lambda limits: not limits.setup)
    assert limits.video
    stream.cancel()


async def test_a_zone_that_does_not_exist(service):
    stream = service.stub.WatchPresentation(pb.WatchPresentationRequest(zone=99))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await stream.read()
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
