"""The gRPC contract over a real server: what works, and what every mistake is answered with."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from harness_service import FORMAT, Loaded, Service, opening, spoken

from cabin.v1 import cabin_pb2 as pb

TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
Code = grpc.StatusCode


async def converse(
    service: Service, requests: Iterable[pb.ConverseRequest], pace_s: float = 0.0
) -> list[pb.ConverseResponse]:
    """Send `requests`, hang up in good order, and give everything that came back."""

    async def sending() -> AsyncIterator[pb.ConverseRequest]:
        for request in requests:
            yield request
            await asyncio.sleep(pace_s)

    return [response async for response in service.stub.Converse(sending())]


def audio(chunks: Iterable[bytes]) -> list[pb.ConverseRequest]:
    return [pb.ConverseRequest(audio=chunk) for chunk in chunks]


def kinds(responses: Iterable[pb.ConverseResponse]) -> list[str]:
    return [response.WhichOneof("event") or "" for response in responses]


def turns(responses: Iterable[pb.ConverseResponse]) -> list[pb.TurnSummary]:
    return [response.turn for response in responses if response.HasField("turn")]


async def refused(service: Service, requests: list[pb.ConverseRequest]) -> tuple[Code, str]:
    before = await service.bus.snapshot()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await converse(service, requests)
    after = await service.bus.snapshot()
    assert {p: d.value for p, d in before.items()} == {p: d.value for p, d in after.items()}
    return caught.value.code(), caught.value.details() or ""


# -- what works ----------------------------------------------------------------------------------


async def test_speech_goes_in_and_the_car_acts(service: Service, loaded: Loaded) -> None:
    chunks = spoken(loaded.voice, "set the temperature to twenty two degrees")
    responses = await converse(service, [opening(audio=FORMAT), *audio(chunks)])
    seen = kinds(responses)
    for kind in ("opened", "speech_started", "partial", "understood", "turn"):
        assert kind in seen
    assert seen.index("speech_started") < seen.index("partial") < seen.index("turn")
    assert turns(responses)[0].heard


async def test_a_typed_line_changes_a_signal_and_is_answered_aloud(service: Service) -> None:
    line = pb.ConverseRequest(text="set the temperature to twenty three degrees")
    responses = await converse(service, [opening(), line])
    assert await service.value(TEMPERATURE) == 23
    (turn,) = turns(responses)
    assert turn.changes[0].path == TEMPERATURE
    assert turn.changes[0].after.double_value == 23
    assert turn.actions[0].skill == "climate"
    sound = [r.reply_audio for r in responses if r.HasField("reply_audio")]
    assert sum(len(piece.pcm_s16le) for piece in sound) > 16000
    assert sound[-1].last
    assert {piece.sample_rate_hz for piece in sound} == {16000}


async def test_text_replies_only(service: Service) -> None:
    line = pb.ConverseRequest(text="open my window")
    responses = await converse(service, [opening(text_replies_only=True), line])
    assert "reply" in kinds(responses)
    assert "reply_audio" not in kinds(responses)


async def test_ask_in_both_languages(service: Service) -> None:
    ask = pb.AskRequest(client="test", zone=pb.ZONE_DRIVER, language="zh", text="温度调到二十四度")
    answer = await service.stub.Ask(ask)
    assert await service.value(TEMPERATURE) == 24
    assert answer.turn.reply.language == "zh"
    ask = pb.AskRequest(client="test", zone=pb.ZONE_DRIVER, text="open my window", with_audio=True)
    answer = await service.stub.Ask(ask)
    assert answer.turn.language == "en"
    assert len(answer.reply_pcm_s16le) > 16000


async def test_ask_with_a_recording(service: Service, loaded: Loaded) -> None:
    pcm = b"".join(spoken(loaded.voice, "open my window", tail_s=0.3))
    answer = await service.stub.Ask(
        pb.AskRequest(client="test", zone=pb.ZONE_DRIVER, pcm_s16le=pcm)
    )
    assert answer.turn.heard
    assert answer.turn.stamps.HasField("last_word_s")


async def test_a_session_remembers_and_undo_takes_back(service: Service) -> None:
    line = {"client": "test", "zone": pb.ZONE_DRIVER, "session": "drive"}
    await service.stub.Ask(pb.AskRequest(**line, text="set the temperature to twenty five degrees"))
    undone = await service.stub.Undo(pb.UndoRequest(**line))
    assert undone.changes[0].path == TEMPERATURE
    assert await service.value(TEMPERATURE) == 21
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.Undo(pb.UndoRequest(**line))
    assert caught.value.code() == Code.NOT_FOUND


async def test_a_turn_is_explained(service: Service) -> None:
    line = {"client": "test", "zone": pb.ZONE_DRIVER, "session": "drive"}
    first = await service.stub.Ask(pb.AskRequest(**line, text="open the sunroof"))
    await service.stub.Ask(pb.AskRequest(**line, text="play some jazz"))
    why = await service.stub.ExplainTurn(
        pb.ExplainTurnRequest(client="test", turn_id=first.turn.id)
    )
    assert why.heard == "open the sunroof"
    assert why.decision == "windows.sunroof_open"
    assert 0.5 < why.confidence <= 1.0
    assert {"sunroof", "open"} & {cause.name for cause in why.causes if cause.kind == "word"}
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.ExplainTurn(pb.ExplainTurnRequest(client="test", turn_id="none"))
    assert caught.value.code() == Code.NOT_FOUND
    assert "turn_id" in (caught.value.details() or "")


async def test_list_skills(service: Service) -> None:
    skills = (await service.stub.ListSkills(pb.ListSkillsRequest())).skills
    names = {skill.name for skill in skills}
    assert {"climate", "windows", "seats", "lights", "media", "navigation"} <= names
    for skill in skills:
        assert all(i.phrases_en and i.phrases_zh and i.domain for i in skill.intents)


async def test_a_watcher_sees_the_turns_of_others(service: Service) -> None:
    watching = service.stub.WatchEvents(pb.WatchEventsRequest())
    first = asyncio.ensure_future(watching.read())
    await asyncio.sleep(0.2)
    ask = pb.AskRequest(client="test", zone=pb.ZONE_DRIVER, text="open my window", session="s1")
    await service.stub.Ask(ask)
    seen = await asyncio.wait_for(first, 5)
    assert seen.turn.session == "s1"
    watching.cancel()


async def test_a_destination_is_handed_to_the_head_unit(service: Service) -> None:
    line = pb.ConverseRequest(text="take me home")
    responses = await converse(service, [opening(text_replies_only=True), line])
    (event,) = [r.head_unit_event for r in responses if r.HasField("head_unit_event")]
    assert event.name.startswith("navigation")
    assert json.loads(event.payload_json)


async def test_health_and_reflection(service: Service) -> None:
    health = health_pb2_grpc.HealthStub(service.channel)
    answer = await health.Check(health_pb2.HealthCheckRequest(service="cabin.v1.CabinService"))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    stub = reflection_pb2_grpc.ServerReflectionStub(service.channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    call = stub.ServerReflectionInfo(iter([request]))
    listed = {s.name async for r in call for s in r.list_services_response.service}
    assert {"cabin.v1.CabinService", "cabin.v1.VehicleBus", "grpc.health.v1.Health"} <= listed


# -- what bad input gets -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"sample_rate_hz": 8000}, "8000"),
        ({"sample_rate_hz": 44100}, "resample to 16000"),
        ({"channels": 2}, "channels"),
        ({"encoding": "opus"}, "opus"),
    ],
)
async def test_wrong_audio_format(service: Service, fields: dict[str, object], named: str) -> None:
    format_ = pb.AudioFormat()
    format_.CopyFrom(FORMAT)
    for name, value in fields.items():
        setattr(format_, name, value)
    code, message = await refused(service, [opening(audio=format_)])
    assert code == Code.INVALID_ARGUMENT
    assert named in message


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        (pb.ConverseRequest(text="hello"), "open"),
        (opening(client=""), "client"),
        (opening(language="fr"), "'fr'"),
        (opening(zone=99), "99"),
    ],
)
async def test_wrong_opening(service: Service, request_: pb.ConverseRequest, named: str) -> None:
    code, message = await refused(service, [request_])
    assert code == Code.INVALID_ARGUMENT
    assert named in message


@pytest.mark.parametrize(
    ("chunk", "code", "named"),
    [
        (b"", Code.INVALID_ARGUMENT, "empty"),
        (b"odd", Code.INVALID_ARGUMENT, "odd"),
        (bytes(64000), Code.RESOURCE_EXHAUSTED, "at most 1"),
    ],
)
async def test_wrong_audio(service: Service, chunk: bytes, code: Code, named: str) -> None:
    requests = [opening(audio=FORMAT), pb.ConverseRequest(audio=chunk)]
    got, message = await refused(service, requests)
    assert got == code
    assert named in message


async def test_audio_without_a_declared_format(service: Service) -> None:
    code, message = await refused(service, [opening(), pb.ConverseRequest(audio=bytes(3200))])
    assert code == Code.INVALID_ARGUMENT
    assert "audio" in message


async def test_garbage_bytes_are_no_speech(service: Service) -> None:
    noise = np.random.default_rng(1).integers(-3000, 3000, 32000).astype("<i2").tobytes()
    chunks = [noise[start : start + 3200] for start in range(0, len(noise), 3200)]
    before = await service.bus.snapshot()
    responses = await converse(service, [opening(audio=FORMAT), *audio(chunks)])
    assert not turns(responses)
    assert (await service.bus.snapshot()).keys() == before.keys()


async def test_endless_speech_is_cut_at_the_limit(service: Service, loaded: Loaded) -> None:
    sentence = "and then he said that it was going to be a very long story indeed "
    chunks = spoken(loaded.voice, sentence * 3, tail_s=0.0)
    responses = await converse(service, [opening(audio=FORMAT), *audio(chunks)])
    assert len(turns(responses)) >= 1
    assert all(len(turn.heard.split()) < 25 for turn in turns(responses))


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({"text": "  "}, Code.INVALID_ARGUMENT, "empty"),
        ({"text": "a" * 3000}, Code.RESOURCE_EXHAUSTED, "2000"),
        ({"text": "hi", "language": "klingon"}, Code.INVALID_ARGUMENT, "klingon"),
        ({"text": "hi", "zone": 7}, Code.INVALID_ARGUMENT, "zone"),
        ({"pcm_s16le": b"abc"}, Code.INVALID_ARGUMENT, "odd"),
        ({"pcm_s16le": bytes(200_000)}, Code.RESOURCE_EXHAUSTED, "at most 3"),
        ({}, Code.INVALID_ARGUMENT, "text"),
    ],
)
async def test_wrong_questions(
    service: Service, fields: dict[str, object], code: Code, named: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.Ask(pb.AskRequest(**{"client": "test", **fields}))  # type: ignore[arg-type]
    assert caught.value.code() == code
    assert named in (caught.value.details() or "")


async def test_no_mandarin_ears_is_said_with_the_mend(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cabin_agent.hearing.models.SHIPPED", tmp_path)
    code, message = await refused(service, [opening(language="zh", audio=FORMAT)])
    assert code == Code.FAILED_PRECONDITION
    assert "VOSK_MODEL_PATH" in message


async def test_two_clients_on_one_zone(service: Service) -> None:
    first = service.stub.Converse()
    await first.write(opening())
    await first.read()
    code, message = await refused(service, [opening()])
    assert code == Code.ALREADY_EXISTS
    assert "driver" in message
    await first.write(pb.ConverseRequest(text="open my window"))
    await first.done_writing()
    responses = []
    while isinstance(response := await first.read(), pb.ConverseResponse):
        responses.append(response)
    assert turns(responses)


async def test_too_many_streams(service: Service) -> None:
    calls = []
    for zone in (pb.ZONE_DRIVER, pb.ZONE_PASSENGER, pb.ZONE_REAR_LEFT):
        call = service.stub.Converse()
        await call.write(opening(zone=zone))
        await call.read()
        calls.append(call)
    code, message = await refused(service, [opening(zone=pb.ZONE_REAR_RIGHT)])
    assert code == Code.RESOURCE_EXHAUSTED
    assert "max_streams" in message
    for call in calls:
        call.cancel()


async def test_a_client_that_vanishes_leaves_nothing_behind(
    service: Service, loaded: Loaded
) -> None:
    await converse(service, [opening(audio=FORMAT), *audio([bytes(3200)])])
    tasks, threads = len(asyncio.all_tasks()), threading.active_count()
    for _ in range(5):
        call = service.stub.Converse()
        await call.write(opening(audio=FORMAT))
        await call.read()
        for chunk in spoken(loaded.voice, "open my window", tail_s=0.0)[:12]:
            await call.write(pb.ConverseRequest(audio=chunk))
        call.cancel()
        await asyncio.sleep(0.2)
    await asyncio.sleep(0.5)
    assert len(asyncio.all_tasks()) <= tasks + 1
    assert threading.active_count() <= threads + 6
    assert await service.value(WINDOW) == 0
    line = pb.ConverseRequest(text="set the temperature to twenty two degrees")
    assert turns(await converse(service, [opening(), line]))


async def test_the_service_goes_on_after_mistakes(service: Service) -> None:
    await refused(service, [opening(audio=FORMAT), pb.ConverseRequest(audio=b"odd")])
    line = pb.ConverseRequest(text="set the temperature to twenty six degrees")
    assert turns(await converse(service, [opening(text_replies_only=True), line]))
    assert await service.value(TEMPERATURE) == 26


async def test_a_label_on_the_screen_is_picked_by_saying_it(service: Service) -> None:
    stream = service.stub.Converse()
    await stream.write(pb.ConverseRequest(open=pb.Open(client="test", zone=pb.ZONE_DRIVER)))
    labels = ["Route options", "Recent calls", "Software update"]
    await stream.write(pb.ConverseRequest(screen=pb.Screen(labels=labels)))
    await stream.write(pb.ConverseRequest(text="tap on software update"))
    await stream.done_writing()
    events = [event async for event in stream]
    (told,) = [event.head_unit_event for event in events if event.HasField("head_unit_event")]
    assert told.name == "screen.select"
    assert "Software update" in str(told)


async def test_too_many_labels_are_refused(service: Service) -> None:
    stream = service.stub.Converse()
    await stream.write(pb.ConverseRequest(open=pb.Open(client="test", zone=pb.ZONE_DRIVER)))
    await stream.write(pb.ConverseRequest(screen=pb.Screen(labels=["x"] * 61)))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in stream:
            pass
    assert caught.value.code() == Code.RESOURCE_EXHAUSTED
    assert "screen.labels" in (caught.value.details() or "")
