"""cabin.v1.CabinService over an `Assistant`: messages in, values through, messages out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import grpc

from cabin.v1 import cabin_pb2 as pb
from cabin.v1 import cabin_pb2_grpc
from cabin_agent import events
from cabin_agent.assistant import Assistant, Seat
from cabin_agent.errors import CabinError
from cabin_agent.pipeline import Conversation
from cabin_agent.service import translate
from cabin_agent.service.check import (
    audio_format,
    client,
    frame,
    frames,
    labels,
    language,
    payload,
    same_machine,
    text,
    whole_utterance,
    zone,
)
from cabin_agent.service.status import status_of
from cabin_agent.turn import Language, Turn

ConverseContext = grpc.aio.ServicerContext[pb.ConverseRequest, pb.ConverseResponse]


class CabinServicer(cabin_pb2_grpc.CabinServiceServicer):
    """Every method checks the fields, asks the assistant and translates what comes back."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def Converse(  # noqa: N802 - the name is the contract's
        self,
        request_iterator: AsyncIterator[pb.ConverseRequest],
        context: ConverseContext,
    ) -> AsyncIterator[pb.ConverseResponse]:
        try:
            seat = await self._seat(request_iterator)
        except CabinError as error:
            await context.abort(*status_of(error))
        outbox: asyncio.Queue[events.Event | None] = asyncio.Queue()
        try:
            async with self._assistant.open(seat, outbox.put_nowait) as conversation:
                yield pb.ConverseResponse(opened=pb.Opened(session=seat.session))
                reading = asyncio.create_task(self._feed(request_iterator, conversation, outbox))
                try:
                    while (event := await outbox.get()) is not None:
                        yield self._response(event, seat.language)
                    await reading
                finally:
                    reading.cancel()
                    await asyncio.wait([reading])
        except CabinError as error:
            await context.abort(*status_of(error))

    async def _seat(self, requests: AsyncIterator[pb.ConverseRequest]) -> Seat:
        first = await anext(requests, None)
        if first is None or first.WhichOneof("request") != "open":
            raise CabinError("the first request must be `open`", "send Open before anything else")
        opening = first.open
        return self._assistant.seat(
            client=client(opening.client),
            session=opening.session,
            zone=zone(opening.zone),
            language=language(opening.language),
            audio=audio_format(opening.audio) if opening.HasField("audio") else None,
            spoken=not opening.text_replies_only,
        )

    async def _feed(
        self,
        requests: AsyncIterator[pb.ConverseRequest],
        conversation: Conversation,
        outbox: asyncio.Queue[events.Event | None],
    ) -> None:
        """Requests into the conversation until the client has no more, then the end mark."""
        try:
            async for request in requests:
                match request.WhichOneof("request"):
                    case "audio":
                        await conversation.hear(request.audio)
                    case "text":
                        await conversation.read(text(request.text, self._assistant.config))
                    case "cancel":
                        await conversation.cancel()
                    case "frame":
                        await conversation.see(frame(request.frame, self._assistant.now))
                    case "screen":
                        conversation.show(labels(request.screen.labels))
                    case other:
                        raise CabinError(
                            f"request: {other or 'empty'} in an open conversation",
                            "send audio, text, cancel, a frame or a screen",
                        )
            await conversation.finish()
        finally:
            outbox.put_nowait(None)

    async def Ask(  # noqa: N802
        self,
        request: pb.AskRequest,
        context: grpc.aio.ServicerContext[pb.AskRequest, pb.AskResponse],
    ) -> pb.AskResponse:
        try:
            return await self._ask(request)
        except CabinError as error:
            await context.abort(*status_of(error))

    async def _ask(self, request: pb.AskRequest) -> pb.AskResponse:
        spoken = request.WhichOneof("input") == "pcm_s16le"
        pcm = whole_utterance(request.pcm_s16le, self._assistant.config) if spoken else b""
        line = "" if spoken else text(request.text, self._assistant.config)
        seat = self._assistant.seat(
            client=client(request.client),
            session=request.session,
            zone=zone(request.zone),
            language=language(request.language),
            audio=audio_format(None) if spoken else None,
            spoken=False,
        )
        sight = frames(request.frames, self._assistant.now)
        turn = await (
            self._assistant.listen(seat, pcm, sight)
            if spoken
            else self._assistant.ask(seat, line, sight)
        )
        answer = pb.AskResponse(turn=self._turn(turn))
        if request.with_audio and turn.reply.text:
            speech = await self._assistant.speak(turn.reply)
            answer.reply_pcm_s16le = speech.pcm
            answer.reply_sample_rate_hz = speech.sample_rate
        return answer

    async def WatchEvents(  # noqa: N802
        self,
        request: pb.WatchEventsRequest,
        context: grpc.aio.ServicerContext[pb.WatchEventsRequest, pb.WatchEventsResponse],
    ) -> AsyncIterator[pb.WatchEventsResponse]:
        async for session, event in self._assistant.watch():
            if request.session and session != request.session:
                continue
            match event:
                case events.TurnEnded(turn=turn):
                    yield pb.WatchEventsResponse(turn=self._turn(turn))
                case events.HeadUnitEvent():
                    handed_over = translate.head_unit_event(event)
                    yield pb.WatchEventsResponse(head_unit_event=handed_over)
                case events.Announced():
                    yield pb.WatchEventsResponse(announcement=translate.announcement(event))

    async def WatchPresentation(  # noqa: N802
        self,
        request: pb.WatchPresentationRequest,
        context: grpc.aio.ServicerContext[
            pb.WatchPresentationRequest, pb.WatchPresentationResponse
        ],
    ) -> AsyncIterator[pb.WatchPresentationResponse]:
        try:
            seat = zone(request.zone)
        except CabinError as error:
            await context.abort(*status_of(error))
        async for limits, rows in self._assistant.presentation(seat):
            yield translate.presentation(limits, rows)

    async def ListSkills(  # noqa: N802
        self,
        request: pb.ListSkillsRequest,
        context: grpc.aio.ServicerContext[pb.ListSkillsRequest, pb.ListSkillsResponse],
    ) -> pb.ListSkillsResponse:
        registry = self._assistant.skills()
        return pb.ListSkillsResponse(
            skills=[translate.skill(each) for each in registry.skills],
            problems=[str(problem) for problem in registry.problems],
        )

    async def ReloadSkills(  # noqa: N802
        self,
        request: pb.ReloadSkillsRequest,
        context: grpc.aio.ServicerContext[pb.ReloadSkillsRequest, pb.ReloadSkillsResponse],
    ) -> pb.ReloadSkillsResponse:
        try:
            client(request.client)
            same_machine(context.peer())
            reloaded = await self._assistant.reload(tuple(request.names))
        except CabinError as error:
            await context.abort(*status_of(error))
        return pb.ReloadSkillsResponse(
            loaded=reloaded.loaded,
            removed=reloaded.removed,
            problems=[str(problem) for problem in reloaded.problems],
        )

    async def Inform(  # noqa: N802
        self,
        request: pb.InformRequest,
        context: grpc.aio.ServicerContext[pb.InformRequest, pb.InformResponse],
    ) -> pb.InformResponse:
        try:
            client(request.client)
            await self._assistant.inform(request.topic, payload(request.payload_json))
        except CabinError as error:
            await context.abort(*status_of(error))
        return pb.InformResponse()

    async def Undo(  # noqa: N802
        self,
        request: pb.UndoRequest,
        context: grpc.aio.ServicerContext[pb.UndoRequest, pb.UndoResponse],
    ) -> pb.UndoResponse:
        try:
            seat = self._assistant.seat(
                client=client(request.client),
                session=request.session,
                zone=zone(request.zone),
                language=language(request.language),
                audio=None,
                spoken=False,
            )
            changes, reply = await self._assistant.undo(seat)
        except CabinError as error:
            await context.abort(*status_of(error))
        return pb.UndoResponse(
            changes=[translate.change(each) for each in changes], reply=translate.reply(reply)
        )

    async def ExplainTurn(  # noqa: N802
        self,
        request: pb.ExplainTurnRequest,
        context: grpc.aio.ServicerContext[pb.ExplainTurnRequest, pb.ExplainTurnResponse],
    ) -> pb.ExplainTurnResponse:
        try:
            client(request.client)
            explanation = await self._assistant.explain(request.turn_id)
        except CabinError as error:
            await context.abort(*status_of(error))
        return translate.explanation(explanation)

    def _response(self, event: events.Event, spoken: Language) -> pb.ConverseResponse:
        names, limit = self._assistant.names, self._assistant.addressed_from
        return translate.response(event, spoken, names, limit)

    def _turn(self, turn: Turn) -> pb.TurnSummary:
        return translate.turn(turn, self._assistant.names, self._assistant.addressed_from)
