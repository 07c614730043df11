"""The real head unit against a scripted service on a free port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest

from cabin.v1 import cabin_pb2 as pb
from cabin.v1 import cabin_pb2_grpc, vehicle_bus_pb2_grpc
from simulator import head_unit
from simulator.__main__ import main
from simulator.clock import WallClock
from simulator.grpc_head_unit import GrpcHeadUnit
from simulator.head_unit import Camera, CameraFrame, Event, HeadUnitError, SeatLine
from simulator.runner import run
from simulator.scenario import loads
from simulator.world import Vehicle
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.remote import RemoteBus
from vehicle_bus.served import VehicleBusServicer
from vehicle_bus.values import ActuationRequest, Requester, Zone

WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"


TYPED = f"""\
name: One typed line
turns:
  - at: 0.2
    type: open my window
    expect:
      signals: {{{WINDOW}: 10}}
      intents: [windows.open]
      refused: child_lock
"""


class ScriptedService(cabin_pb2_grpc.CabinServiceServicer):
    """Answers a typed line with one of everything; hangs up at "bye", fails at "boom"."""

    def __init__(self) -> None:
        self.opened: list[pb.Open] = []
        self.heard = 0
        self.bus: Broker | None = None
        self.frames: list[pb.Frame] = []

    async def Inform(  # noqa: N802
        self,
        request: pb.InformRequest,
        context: grpc.aio.ServicerContext[pb.InformRequest, pb.InformResponse],
    ) -> pb.InformResponse:
        if request.topic != "message":
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "topic: no skill wants it")
        self.told = json.loads(request.payload_json)
        return pb.InformResponse()

    async def Converse(  # noqa: N802
        self,
        request_iterator: AsyncIterator[pb.ConverseRequest],
        context: grpc.aio.ServicerContext[pb.ConverseRequest, pb.ConverseResponse],
    ) -> AsyncIterator[pb.ConverseResponse]:
        async for request in request_iterator:
            match request.WhichOneof("request"):
                case "open":
                    self.opened.append(request.open)
                    session = request.open.session or "made-here"
                    yield pb.ConverseResponse(opened=pb.Opened(session=session))
                case "frame":
                    self.frames.append(request.frame)
                    said = pb.Reply(text="A message.")
                    announced = pb.Announcement(skill="message", reply=said)
                    yield pb.ConverseResponse(announcement=announced)
                case "audio":
                    self.heard += len(request.audio)
                case "text" if request.text == "boom":
                    await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "text: too long")
                case "text" if request.text == "bye":
                    return
                case "text":
                    if self.bus is not None:
                        asked = ActuationRequest({WINDOW: 10}, Requester("x", Zone.DRIVER, ("*",)))
                        await self.bus.actuate(asked)
                    for response in everything():
                        yield response


def everything() -> list[pb.ConverseResponse]:
    action = pb.Action(intent="windows.open", target="own", slots={"value": "ten"}, confidence=0.9)
    change = pb.SignalChange(path=WINDOW, after=pb.SignalValue(int_value=10), at_s=2.5)
    known = pb.SignalChange(
        path=WINDOW,
        before=pb.SignalValue(int_value=0),
        after=pb.SignalValue(double_value=10.5),
        at_s=2.5,
    )
    verdict = pb.Verdict(decision="refuse", paths=[WINDOW], rule="child_lock", reason="No.")
    allowed = pb.Verdict(decision="allow", paths=[WINDOW])
    stamps = pb.Stamps(last_word_to_action_ms=120.0)
    response = pb.ConverseResponse
    return [
        response(speech_started=pb.SpeechStarted(at_s=1)),
        response(speech_stopped=pb.SpeechStopped(at_s=2)),
        response(partial=pb.Partial(text="open my")),
        response(understood=pb.Understood(text="open my window", route="act", actions=[action])),
        response(
            action_done=pb.ActionDone(
                action=action, status="done", changes=[change, known], verdicts=[allowed, verdict]
            )
        ),
        response(amended=pb.Amended(changes=[change])),
        response(confirmation_requested=pb.ConfirmationRequested(question="Sure?")),
        response(reply=pb.Reply(text="Done.", expects_answer=True)),
        response(reply_audio=pb.ReplyAudio(pcm_s16le=b"ab", sample_rate_hz=22050, last=True)),
        response(head_unit_event=pb.HeadUnitEvent(name="media.play", payload_json="{}")),
        response(
            turn=pb.TurnSummary(
                heard="open my window",
                addressed=True,
                route="act",
                actions=[action],
                verdicts=[verdict],
                reply=pb.Reply(text="Done."),
                stamps=stamps,
            )
        ),
    ]


@pytest.fixture
async def service() -> AsyncIterator[tuple[ScriptedService, str]]:
    scripted = ScriptedService()  # type: ignore[abstract]
    server = grpc.aio.server()
    cabin_pb2_grpc.add_CabinServiceServicer_to_server(scripted, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield scripted, f"127.0.0.1:{port}"
    await server.stop(None)


@pytest.fixture
async def car_service() -> AsyncIterator[tuple[grpc.aio.Server, str]]:
    """The scripted service with a vehicle bus beside it."""
    scripted = ScriptedService()  # type: ignore[abstract]
    scripted.bus = Broker(Catalogue.load(), SafetyPolicy(), WallClock())
    server = grpc.aio.server()
    cabin_pb2_grpc.add_CabinServiceServicer_to_server(scripted, server)
    servicer = VehicleBusServicer(scripted.bus)
    vehicle_bus_pb2_grpc.add_VehicleBusServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield server, f"127.0.0.1:{port}"
    await server.stop(None)


async def test_a_car_drives_in_real_time(car_service: tuple[grpc.aio.Server, str]) -> None:
    clock = WallClock()
    began = clock()
    async with GrpcHeadUnit(car_service[1]) as unit:
        car = Vehicle(RemoteBus(unit.channel), clock)
        report = await run(loads(TYPED), unit, car, clock)
    assert report.passed, report
    assert report.seconds == pytest.approx(clock() - began, abs=0.5)
    (change,) = report.turns[0].changes
    assert (change.before, change.after) == (0, 10)
    assert 0 <= change.after_last_word_ms < 200


async def test_a_service_that_dies_ends_the_run(
    car_service: tuple[grpc.aio.Server, str],
) -> None:
    server, target = car_service
    clock = WallClock()

    async def die() -> None:
        await asyncio.sleep(0.5)
        await server.stop(None)

    async with GrpcHeadUnit(target) as unit:
        car = Vehicle(RemoteBus(unit.channel), clock)
        dying = asyncio.create_task(die())
        async with asyncio.timeout(5):
            report = await run(loads(TYPED.replace("0.2", "60")), unit, car, clock)
        await dying
    assert report.aborted
    assert not report.passed
    assert report.seconds < 3


async def collect(line: SeatLine, count: int) -> list[Event]:
    """Events until there are `count`."""
    events: list[Event] = []
    async with asyncio.timeout(5):
        while len(events) < count:
            events += await line.hear(b"")
            await asyncio.sleep(0.01)
    return events


async def test_frames_and_messages_go_up_and_announcements_come_down(
    service: tuple[ScriptedService, str],
) -> None:
    scripted, target = service
    async with GrpcHeadUnit(target) as unit:
        line = await unit.open(Zone.DRIVER, "en", False)
        picture = CameraFrame(Camera.ROAD, 2, 1, b"\x01\x02\x03\x04\x05\x06")
        await line.see(picture)
        assert await collect(line, 1) == [head_unit.Announced("message", "A message.")]
        await unit.inform("message", {"from": "Ann"})
        with pytest.raises(HeadUnitError, match="INVALID_ARGUMENT: topic: no skill wants it"):
            await unit.inform("weather", {})
        await line.close()
    (frame,) = scripted.frames
    assert (frame.camera, frame.width, frame.height) == (pb.CAMERA_ROAD, 2, 1)
    assert (frame.encoding, frame.content) == (pb.FRAME_ENCODING_RGB8, picture.rgb)
    assert scripted.told == {"from": "Ann"}


async def test_a_service_that_comes_back_is_another_one(
    service: tuple[ScriptedService, str],
) -> None:
    scripted, target = service
    async with GrpcHeadUnit(target) as unit:
        await (await unit.open(Zone.DRIVER, "en", False)).close()
        await (await unit.open(Zone.DRIVER, "en", False)).close()
        await unit.connect_again()
        await (await unit.open(Zone.DRIVER, "en", False)).close()
    assert [each.session for each in scripted.opened] == ["", "made-here", ""]


async def test_translates_everything(service: tuple[ScriptedService, str]) -> None:
    async with GrpcHeadUnit(service[1]) as unit:
        line = await unit.open(Zone.DRIVER, "en", True)
        await line.read("open my window")
        events = await collect(line, 12)
        await line.close()
    action = head_unit.Action("windows.open", "own", "", {"value": "ten"}, 0.9)
    refused = head_unit.Refused("child_lock", "No.", (WINDOW,))
    changes = (
        head_unit.Change(WINDOW, None, 10, 2.5),
        head_unit.Change(WINDOW, 0, 10.5, 2.5),
    )
    assert events == [
        head_unit.SpeechStarted(1),
        head_unit.SpeechStopped(2),
        head_unit.Partial("open my"),
        head_unit.Understood("open my window", "act", (action,), 0, 0, False),
        head_unit.ActionDone("windows.open", "done", changes),
        refused,
        head_unit.Amended(changes[:1]),
        head_unit.Asked("Sure?"),
        head_unit.ReplyText("Done.", True),
        head_unit.ReplyAudio(b"ab", 22050, True),
        head_unit.HandedOver("media.play", "{}"),
        head_unit.TurnEnded(
            heard="open my window",
            addressed=True,
            complete=False,
            route="act",
            actions=(action,),
            refusals=(refused,),
            reply="Done.",
            last_word_to_action_ms=120.0,
        ),
    ]


async def test_seats_share_a_session_and_send_their_sound(
    service: tuple[ScriptedService, str],
) -> None:
    scripted, target = service
    async with GrpcHeadUnit(target) as unit:
        driver = await unit.open(Zone.DRIVER, "en", True)
        passenger = await unit.open(Zone.PASSENGER, "zh", False)
        await driver.hear(bytes(3200))
        await passenger.hear(b"")
        await driver.close()
        await passenger.close()
    assert [opening.session for opening in scripted.opened] == ["", "made-here"]
    assert scripted.opened[1].zone == pb.ZONE_PASSENGER
    assert scripted.opened[1].language == "zh"
    assert scripted.opened[0].audio.sample_rate_hz == 16000
    assert not scripted.opened[1].HasField("audio")
    assert scripted.heard == 3200


@pytest.mark.parametrize(
    ("text", "message"),
    [("boom", "RESOURCE_EXHAUSTED: text: too long"), ("bye", "hung up in the middle")],
)
async def test_a_failing_service_is_named(
    service: tuple[ScriptedService, str], text: str, message: str
) -> None:
    async with GrpcHeadUnit(service[1]) as unit:
        line = await unit.open(Zone.DRIVER, "en", True)
        await line.read(text)
        with pytest.raises(HeadUnitError, match=message):
            await collect(line, 1)
        await line.close()


async def test_nobody_there() -> None:
    async with GrpcHeadUnit("127.0.0.1:1") as unit:
        with pytest.raises(HeadUnitError, match="start it with 'cabin-agent serve'"):
            await unit.open(Zone.DRIVER, "en", True)


def test_command_line_names_a_wrong_scenario(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = tmp_path / "x.scenario.yaml"
    scenario.write_text("name: x\nturns:\n  - sai: hello\n", encoding="utf-8")
    assert main([str(scenario)]) == 2
    assert "x.scenario.yaml:3:5: unknown key 'sai'; did you mean 'say'?" in capsys.readouterr().err


def test_command_line_reports_a_missing_service(tmp_path: Path) -> None:
    scenario = tmp_path / "x.scenario.yaml"
    scenario.write_text("name: x\nturns:\n  - type: hello\n", encoding="utf-8")
    written = tmp_path / "deep" / "trace.json"
    assert main([str(scenario), "--target", "127.0.0.1:1", "--json", str(written)]) == 1
    document = json.loads(written.read_text(encoding="utf-8"))
    assert "start it with 'cabin-agent serve'" in document["aborted"]
    assert 0 <= document["seconds"] < 10


def test_command_line_lists_voices(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--voices"]) == 0
    assert "anna" in capsys.readouterr().out
