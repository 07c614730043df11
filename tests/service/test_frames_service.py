"""Camera frames over gRPC: what is seen comes back, what shows nothing or is none is said so."""

from __future__ import annotations

import grpc
import numpy as np
import pytest
from harness_service import Service, opening
from numpy.typing import NDArray
from test_contract import converse, refused

from cabin.v1 import cabin_pb2 as pb
from simulator.cameras.library import frame_for

Code = grpc.StatusCode


def raw(pixels: NDArray[np.uint8], camera: pb.Camera.ValueType, age_ms: int = 0) -> pb.Frame:
    height, width = pixels.shape[:2]
    return pb.Frame(
        camera=camera,
        encoding=pb.FRAME_ENCODING_RGB8,
        width=width,
        height=height,
        content=pixels.tobytes(),
        age_ms=age_ms,
    )


def shown(description: str, age_ms: int = 0) -> pb.Frame:
    camera = pb.CAMERA_ROAD if "sign" in description else pb.CAMERA_CABIN
    return raw(frame_for(description), camera, age_ms)


async def ask(service: Service, text: str, *frames: pb.Frame) -> pb.TurnSummary:
    request = pb.AskRequest(client="test", zone=pb.ZONE_DRIVER, text=text, frames=frames)
    answer: pb.AskResponse = await service.stub.Ask(request)
    return answer.turn


async def test_a_frame_is_answered_by_what_was_seen(service: Service) -> None:
    frames = [shown("front_left"), shown("sign give way"), shown("black")]
    requests = [opening(), *(pb.ConverseRequest(frame=frame) for frame in frames)]
    seen = [each.frame_seen for each in await converse(service, requests) if each.frame_seen.camera]
    cabin, road, black = seen
    assert {each.seat: each.occupied for each in cabin.seats}["front_left"]
    assert (road.camera, road.sign) == (pb.CAMERA_ROAD, "give way")
    assert (black.blind, len(black.seats)) == ("too dark", 0)


async def test_a_sign_that_was_seen_is_told_and_sets_nothing(service: Service) -> None:
    turn = await ask(service, "what did that sign say", shown("sign speed limit 50"))
    assert "50" in turn.reply.text
    assert not turn.changes


@pytest.mark.parametrize("description", ["no sign", "black"])
async def test_without_a_sign_it_says_so(service: Service, description: str) -> None:
    frame = raw(frame_for(description), pb.CAMERA_ROAD)
    turn = await ask(service, "what did that sign say", frame)
    assert turn.reply.text == "I did not see a sign."


@pytest.mark.parametrize("description", ["black", "front_left"])
async def test_without_a_hand_this_window_is_the_speakers_own(
    service: Service, description: str
) -> None:
    turn = await ask(service, "open this window", shown(description))
    (change,) = turn.changes
    assert "Row1.DriverSide.Window" in change.path


async def test_an_old_frame_no_longer_counts(service: Service) -> None:
    turn = await ask(service, "what did that sign say", shown("sign speed limit 50", 60_000))
    assert turn.reply.text == "I did not see a sign."


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"camera": 0}, "frame.camera"),
        ({"encoding": 9}, "frame.encoding"),
        ({"width": 100}, "frame.content"),
        ({"height": 9000}, "frame.height"),
        ({"content": b""}, "frame.content"),
        ({"encoding": pb.FRAME_ENCODING_JPEG}, "frame.content: no JPEG"),
    ],
)
async def test_a_frame_that_is_none_is_refused_by_field(
    service: Service, fields: dict[str, object], named: str
) -> None:
    frame = shown("black")
    for field, value in fields.items():
        setattr(frame, field, value)
    code, details = await refused(service, [opening(), pb.ConverseRequest(frame=frame)])
    assert code is Code.INVALID_ARGUMENT
    assert named in details


async def test_two_frames_of_one_camera_are_refused(service: Service) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ask(service, "open this window", shown("black"), shown("front_left"))
    assert caught.value.code() is Code.INVALID_ARGUMENT
    assert "two of one camera" in (caught.value.details() or "")
