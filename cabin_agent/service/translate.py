"""Pipeline values -> messages of cabin.v1, and the enums back."""

from __future__ import annotations

import json
from collections.abc import Iterable

from cabin.v1 import cabin_pb2 as pb
from cabin_agent import events
from cabin_agent.rows import Names
from cabin_agent.sdk.registry import LoadedSkill
from cabin_agent.seeing.eyes import Look
from cabin_agent.seeing.frames import Camera, Encoding
from cabin_agent.seen import LIKELY, SEATS, SIGNS, SeatSeen, looks, pointed_at
from cabin_agent.turn import (
    Action,
    Change,
    Language,
    Outcome,
    Reply,
    Stamps,
    Turn,
    Understanding,
    Zone,
)
from cabin_agent.understanding.explain import Explanation
from vehicle_bus.presentation import Presentation, Row
from vehicle_bus.values import Scalar, Verdict

ZONES = {
    pb.ZONE_UNSPECIFIED: Zone.UNKNOWN,
    pb.ZONE_DRIVER: Zone.DRIVER,
    pb.ZONE_PASSENGER: Zone.PASSENGER,
    pb.ZONE_REAR_LEFT: Zone.REAR_LEFT,
    pb.ZONE_REAR_RIGHT: Zone.REAR_RIGHT,
}
CAMERAS = {pb.CAMERA_CABIN: Camera.CABIN, pb.CAMERA_ROAD: Camera.ROAD}
CAMERA_NUMBERS = {camera: number for number, camera in CAMERAS.items()}
ENCODINGS = {
    pb.FRAME_ENCODING_RGB8: Encoding.RGB8,
    pb.FRAME_ENCODING_JPEG: Encoding.JPEG,
    pb.FRAME_ENCODING_PNG: Encoding.PNG,
}
ZONE_NUMBERS = {zone: number for number, zone in ZONES.items()}


def value(scalar: Scalar) -> pb.SignalValue:
    match scalar:
        case bool():
            return pb.SignalValue(bool_value=scalar)
        case int():
            return pb.SignalValue(int_value=scalar)
        case float():
            return pb.SignalValue(double_value=scalar)
        case str():
            return pb.SignalValue(string_value=scalar)


def change(item: Change) -> pb.SignalChange:
    before = None if item.before is None else value(item.before)
    return pb.SignalChange(path=item.path, before=before, after=value(item.after), at_s=item.at)


def verdict(item: Verdict, language: Language) -> pb.Verdict:
    reason = item.reason_zh if language is Language.MANDARIN else item.reason_en
    return pb.Verdict(decision=str(item.decision), paths=item.paths, rule=item.rule, reason=reason)


def action(item: Action, names: Names) -> pb.Action:
    skill, domain = names(item.intent)
    return pb.Action(
        intent=item.intent,
        skill=skill,
        domain=domain,
        slots=dict(item.slots),
        target=str(item.target),
        degree=str(item.degree),
        confidence=item.confidence,
    )


def understood(item: Understanding, final: bool, names: Names) -> pb.Understood:
    return pb.Understood(
        text=item.text,
        addressed=item.addressed,
        complete=item.complete,
        route=str(item.route),
        actions=[action(each, names) for each in item.actions],
        model_ms=item.model_ms,
        final=final,
        at_s=item.at,
    )


def action_done(item: Outcome, language: Language, names: Names) -> pb.ActionDone:
    return pb.ActionDone(
        action=action(item.step.action, names),
        status=str(item.status),
        changes=[change(each) for each in item.changes],
        verdicts=[verdict(each, language) for each in item.verdicts],
        error=item.error,
    )


def reply(item: Reply) -> pb.Reply:
    return pb.Reply(text=item.text, language=str(item.language), expects_answer=item.expects_answer)


def stamps(item: Stamps) -> pb.Stamps:
    return pb.Stamps(
        speech_start_s=item.speech_start,
        last_word_s=item.last_word,
        first_partial_s=item.first_partial,
        decided_s=item.decided,
        first_actuation_s=item.first_actuation,
        final_s=item.final,
        reply_s=item.reply,
        last_word_to_action_ms=item.last_word_to_action_ms,
    )


def turn(item: Turn, names: Names, addressed_from: float) -> pb.TurnSummary:
    utterance, understanding = item.utterance, item.understanding
    return pb.TurnSummary(
        id=utterance.id,
        session=utterance.session,
        zone=ZONE_NUMBERS[utterance.zone],
        language=str(utterance.language),
        heard=item.hypothesis.text,
        addressed=understanding.addressed >= addressed_from,
        complete=understanding.complete >= addressed_from,
        route=str(item.plan.route),
        actions=[action(step.action, names) for step in item.plan.steps],
        changes=[change(each) for each in item.changes],
        verdicts=[verdict(each, utterance.language) for each in item.verdicts],
        reply=reply(item.reply),
        stamps=stamps(item.stamps),
        amended=item.amended,
    )


def response(
    item: events.Event, language: Language, names: Names, addressed_from: float
) -> pb.ConverseResponse:
    """One event of the pipeline as one message of the stream."""
    match item:
        case events.SpeechStarted(at=at):
            return pb.ConverseResponse(speech_started=pb.SpeechStarted(at_s=at))
        case events.SpeechStopped(at=at):
            return pb.ConverseResponse(speech_stopped=pb.SpeechStopped(at_s=at))
        case events.Partial(text=text, at=at):
            return pb.ConverseResponse(partial=pb.Partial(text=text, at_s=at))
        case events.Understood(understanding=understanding, final=final):
            return pb.ConverseResponse(understood=understood(understanding, final, names))
        case events.ActionDone(outcome=outcome):
            return pb.ConverseResponse(action_done=action_done(outcome, language, names))
        case events.Amended(changes=changes):
            message = pb.Amended(changes=[change(each) for each in changes])
            return pb.ConverseResponse(amended=message)
        case events.ConfirmationRequested(question=question):
            message_ = pb.ConfirmationRequested(question=question)
            return pb.ConverseResponse(confirmation_requested=message_)
        case events.Replied(reply=item_):
            return pb.ConverseResponse(reply=reply(item_))
        case events.ReplyAudio(pcm=pcm, sample_rate=rate, last=last):
            audio = pb.ReplyAudio(pcm_s16le=pcm, sample_rate_hz=rate, last=last)
            return pb.ConverseResponse(reply_audio=audio)
        case events.HeadUnitEvent():
            return pb.ConverseResponse(head_unit_event=head_unit_event(item))
        case events.Announced():
            return pb.ConverseResponse(announcement=announcement(item))
        case events.FrameSeen(look=look):
            return pb.ConverseResponse(frame_seen=frame_seen(look))
        case events.TurnEnded(turn=ended):
            return pb.ConverseResponse(turn=turn(ended, names, addressed_from))


def head_unit_event(item: events.HeadUnitEvent) -> pb.HeadUnitEvent:
    payload = json.dumps(dict(item.payload), ensure_ascii=False)
    return pb.HeadUnitEvent(name=item.name, payload_json=payload)


def frame_seen(look: Look) -> pb.FrameSeen:
    return pb.FrameSeen(
        camera=CAMERA_NUMBERS[look.camera],
        blind=look.blind or "",
        seats=[
            seat_seen(name, seat)
            for name, seat in zip(SEATS if look.seats else (), look.seats, strict=True)
        ],
        sign="" if look.sign is None else SIGNS[look.sign],
    )


def seat_seen(name: str, seat: SeatSeen) -> pb.SeatSeen:
    return pb.SeatSeen(
        seat=name,
        occupied=seat.occupied >= LIKELY,
        child_seat=seat.child_seat >= LIKELY,
        asleep=seat.occupied >= LIKELY and seat.asleep >= LIKELY,
        points_at=pointed_at(seat),
        looks=looks(seat),
    )


def announcement(item: events.Announced) -> pb.Announcement:
    return pb.Announcement(skill=item.skill, reply=reply(item.reply))


def skill(item: LoadedSkill) -> pb.Skill:
    manifest, health = item.manifest, item.body.health()
    return pb.Skill(
        name=manifest.name,
        version=manifest.version,
        summary_en=manifest.summary_en,
        summary_zh=manifest.summary_zh,
        reads=manifest.reads,
        actuates=manifest.actuates,
        isolated=item.body.isolated,
        state=str(health.state),
        state_reason=health.reason,
        signed_by=item.signer,
        intents=[
            pb.Intent(
                intent=intent.id,
                domain=intent.domain,
                phrases_en=intent.phrases[Language.ENGLISH],
                phrases_zh=intent.phrases[Language.MANDARIN],
            )
            for intent in item.intents
        ],
    )


def presentation(limits: Presentation, rows: Iterable[Row]) -> pb.WatchPresentationResponse:
    return pb.WatchPresentationResponse(
        text_chars=limits.text_chars,
        list_items=limits.list_items,
        list_depth=limits.list_depth,
        video=limits.video,
        keyboard=limits.keyboard,
        scrolling_text=limits.scrolling_text,
        messages_shown=limits.messages_shown,
        partials=limits.partials,
        setup=limits.setup,
        short=limits.short,
        deferred=limits.deferred,
        rules=[
            pb.PresentationRule(
                name=row.name,
                source=row.source,
                reason_en=row.reason_en,
                reason_zh=row.reason_zh,
            )
            for row in rows
        ],
    )


def explanation(of: Explanation) -> pb.ExplainTurnResponse:
    causes = [
        pb.Cause(kind=each.kind, name=each.name, value=each.value, effect=each.effect)
        for each in of.causes
    ]
    return pb.ExplainTurnResponse(
        heard=of.text, decision=of.decision, confidence=of.confidence, causes=causes
    )
