"""The assistant behind `cabin.v1.CabinService.Converse`: one stream a seat, one session a car."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType

import grpc

from cabin.v1 import cabin_pb2 as pb
from cabin.v1 import cabin_pb2_grpc
from simulator import head_unit
from simulator.head_unit import Camera, CameraFrame, Event, HeadUnitError
from simulator.voices import SAMPLE_RATE
from vehicle_bus.values import Scalar, Zone

CLIENT = "simulator"
OPEN_S = 30.0
CLOSE_S = 5.0

ZONES = {
    Zone.UNKNOWN: pb.ZONE_UNSPECIFIED,
    Zone.DRIVER: pb.ZONE_DRIVER,
    Zone.PASSENGER: pb.ZONE_PASSENGER,
    Zone.REAR_LEFT: pb.ZONE_REAR_LEFT,
    Zone.REAR_RIGHT: pb.ZONE_REAR_RIGHT,
}

CAMERAS = {Camera.CABIN: pb.CAMERA_CABIN, Camera.ROAD: pb.CAMERA_ROAD}

_Outbox = asyncio.Queue[pb.ConverseRequest | None]
_Call = grpc.aio.StreamStreamCall[pb.ConverseRequest, pb.ConverseResponse]


class GrpcHeadUnit:
    """A `HeadUnit` at `target` ("host:port"). Close it, or use it as an async context."""

    speaks = True

    def __init__(self, target: str) -> None:
        self._target = target
        self._channel = grpc.aio.insecure_channel(target)
        self._stub = cabin_pb2_grpc.CabinServiceStub(self._channel)
        self._session = ""

    async def __aenter__(self) -> GrpcHeadUnit:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._channel.close(None)

    async def connect_again(self) -> None:
        """Forget the connection and the session: the service is another one now."""
        await self._channel.close(None)
        self._channel = grpc.aio.insecure_channel(self._target)
        self._stub = cabin_pb2_grpc.CabinServiceStub(self._channel)
        self._session = ""

    @property
    def channel(self) -> grpc.aio.Channel:
        """The connection; the vehicle bus is served on it too."""
        return self._channel

    async def open(self, zone: Zone, language: str, microphone: bool) -> GrpcSeatLine:
        """Open a stream for `zone`. Raises HeadUnitError if the service is not there or refuses."""
        audio = pb.AudioFormat(sample_rate_hz=SAMPLE_RATE, channels=1, encoding="pcm_s16le")
        opening = pb.Open(
            client=CLIENT,
            session=self._session,
            zone=ZONES[zone],
            language=language,
            audio=audio if microphone else None,
        )
        outbox: _Outbox = asyncio.Queue()
        outbox.put_nowait(pb.ConverseRequest(open=opening))
        call = self._stub.Converse(_drain(outbox))
        try:
            async with asyncio.timeout(OPEN_S):
                first = await call.read()
        except TimeoutError:
            call.cancel()
            raise HeadUnitError(
                f"{self._target}: no answer within {OPEN_S:g} s; is that the assistant?"
            ) from None
        except grpc.aio.AioRpcError as error:
            raise _failure(self._target, error) from None
        if not isinstance(first, pb.ConverseResponse):
            raise _hung_up(self._target)
        self._session = first.opened.session
        return GrpcSeatLine(self._target, call, outbox)

    async def inform(self, topic: str, payload: Mapping[str, object]) -> None:
        """Raises HeadUnitError if the service is gone or does not know `topic`."""
        request = pb.InformRequest(client=CLIENT, topic=topic, payload_json=json.dumps(payload))
        try:
            await self._stub.Inform(request)
        except grpc.aio.AioRpcError as error:
            raise _failure(self._target, error) from None


class GrpcSeatLine:
    """An open stream; tasks of their own write and read it all the time."""

    def __init__(self, target: str, call: _Call, outbox: _Outbox) -> None:
        self._target = target
        self._call = call
        self._outbox = outbox
        self._events: list[Event] = []
        self._error: HeadUnitError | None = None
        self._reading = asyncio.create_task(self._read())

    async def hear(self, pcm: bytes) -> list[Event]:
        """Send microphone sound; what came back until now."""
        if pcm:
            self._outbox.put_nowait(pb.ConverseRequest(audio=pcm))
        return self._collect()

    async def read(self, text: str) -> list[Event]:
        """Send a typed line; what came back until now."""
        self._outbox.put_nowait(pb.ConverseRequest(text=text))
        return self._collect()

    async def see(self, frame: CameraFrame) -> list[Event]:
        """Send a picture; what came back until now."""
        message = pb.Frame(
            camera=CAMERAS[frame.camera],
            encoding=pb.FRAME_ENCODING_RGB8,
            width=frame.width,
            height=frame.height,
            content=frame.rgb,
        )
        self._outbox.put_nowait(pb.ConverseRequest(frame=message))
        return self._collect()

    async def close(self) -> None:
        """Say that nothing more will come and wait until the service has hung up."""
        self._outbox.put_nowait(None)
        done, _ = await asyncio.wait((self._reading,), timeout=CLOSE_S)
        if not done:
            self._call.cancel()
            await asyncio.wait((self._reading,), timeout=CLOSE_S)

    def _collect(self) -> list[Event]:
        events, self._events = self._events, []
        if not events and self._error is not None:
            raise self._error
        return events

    async def _read(self) -> None:
        try:
            while isinstance(response := await self._call.read(), pb.ConverseResponse):
                self._events += translate(response)
        except grpc.aio.AioRpcError as error:
            self._error = _failure(self._target, error)
            return
        self._error = _hung_up(self._target)


async def _drain(outbox: _Outbox) -> AsyncIterator[pb.ConverseRequest]:
    while (request := await outbox.get()) is not None:
        yield request


def translate(response: pb.ConverseResponse) -> list[Event]:
    """One message of the stream as the simulator's events."""
    match response.WhichOneof("event"):
        case "speech_started":
            return [head_unit.SpeechStarted(response.speech_started.at_s)]
        case "speech_stopped":
            return [head_unit.SpeechStopped(response.speech_stopped.at_s)]
        case "partial":
            return [head_unit.Partial(response.partial.text)]
        case "understood":
            return [_understood(response.understood)]
        case "action_done":
            return _action_done(response.action_done)
        case "amended":
            return [head_unit.Amended(_changes(response.amended.changes))]
        case "confirmation_requested":
            return [head_unit.Asked(response.confirmation_requested.question)]
        case "reply":
            return [head_unit.ReplyText(response.reply.text, response.reply.expects_answer)]
        case "reply_audio":
            audio = response.reply_audio
            return [head_unit.ReplyAudio(audio.pcm_s16le, audio.sample_rate_hz, audio.last)]
        case "head_unit_event":
            event = response.head_unit_event
            return [head_unit.HandedOver(event.name, event.payload_json)]
        case "announcement":
            announcement = response.announcement
            return [head_unit.Announced(announcement.skill, announcement.reply.text)]
        case "turn":
            return [_turn(response.turn)]
        case _:
            return []


def _understood(message: pb.Understood) -> head_unit.Understood:
    return head_unit.Understood(
        text=message.text,
        route=message.route,
        actions=tuple(map(_action, message.actions)),
        addressed=message.addressed,
        complete=message.complete,
        final=message.final,
    )


def _action_done(message: pb.ActionDone) -> list[Event]:
    done = head_unit.ActionDone(
        message.action.intent, message.status, _changes(message.changes), message.error
    )
    return [done, *_refusals(message.verdicts)]


def _turn(message: pb.TurnSummary) -> head_unit.TurnEnded:
    acted = message.stamps.HasField("last_word_to_action_ms")
    moments = message.stamps.ListFields()
    return head_unit.TurnEnded(
        heard=message.heard,
        addressed=message.addressed,
        complete=message.complete,
        route=message.route,
        actions=tuple(map(_action, message.actions)),
        changes=_changes(message.changes),
        refusals=_refusals(message.verdicts),
        reply=message.reply.text,
        expects_answer=message.reply.expects_answer,
        amended=message.amended,
        last_word_to_action_ms=message.stamps.last_word_to_action_ms if acted else None,
        stamps={
            field.name.removesuffix("_s"): at for field, at in moments if field.name.endswith("_s")
        },
    )


def _action(message: pb.Action) -> head_unit.Action:
    return head_unit.Action(
        message.intent, message.target, message.degree, dict(message.slots), message.confidence
    )


def _changes(messages: Iterable[pb.SignalChange]) -> tuple[head_unit.Change, ...]:
    return tuple(
        head_unit.Change(
            message.path,
            _value(message.before) if message.HasField("before") else None,
            _value(message.after),
            message.at_s,
        )
        for message in messages
    )


def _refusals(messages: Iterable[pb.Verdict]) -> tuple[head_unit.Refused, ...]:
    return tuple(
        head_unit.Refused(message.rule, message.reason, tuple(message.paths))
        for message in messages
        if message.decision == "refuse"
    )


def _value(message: pb.SignalValue) -> Scalar:
    match message.WhichOneof("value"):
        case "bool_value":
            return message.bool_value
        case "int_value":
            return message.int_value
        case "double_value":
            return message.double_value
        case _:
            return message.string_value


def _failure(target: str, error: grpc.aio.AioRpcError) -> HeadUnitError:
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return HeadUnitError(
            f"{target}: the assistant can't be reached; start it with 'cabin-agent serve'"
        )
    return HeadUnitError(f"{target}: {error.code().name}: {error.details()}")


def _hung_up(target: str) -> HeadUnitError:
    return HeadUnitError(f"{target}: the assistant hung up in the middle; see the service's log")
