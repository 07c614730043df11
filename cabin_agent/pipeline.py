"""One path, from sound to action. Read it from top to bottom.

A `Conversation` is one seat. Sound comes in at `hear`, typed lines at `read`; what happens goes out
through `emit` in order. Every changed hypothesis goes through the model at once; a complete and
reversible request is acted on while the endpoint is still open, and amended if the speaker goes on.

    hear -> _consider -> (commit early | amend) -> _finish -> _conclude -> reply
    read ---------------------------------------------------> _conclude -> reply
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from cabin_agent import events
from cabin_agent.acting import planner, wording
from cabin_agent.acting.commitment import Patience
from cabin_agent.acting.planner import Move, Planned
from cabin_agent.acting.wording import Phrase
from cabin_agent.errors import BadRequest, NotReady
from cabin_agent.hearing import own_voice
from cabin_agent.hearing import stream as hearing
from cabin_agent.hearing.floor import Floor
from cabin_agent.sdk.run import Runner
from cabin_agent.seeing.eyes import NO_VIEWS, Eyes, Look, Views
from cabin_agent.seeing.frames import Frame
from cabin_agent.seen import NOTHING_SEEN
from cabin_agent.speaking.air import Air
from cabin_agent.speaking.mouth import Mouth
from cabin_agent.turn import (
    Action,
    Consent,
    Hypothesis,
    Language,
    Outcome,
    Plan,
    Reply,
    Route,
    Stamps,
    Status,
    Step,
    Turn,
    Understanding,
    Utterance,
    Zone,
)
from cabin_agent.understanding.diary import Diary, Said
from cabin_agent.understanding.memory import Memory, Question
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.session import Understander
from vehicle_bus.bus import Bus
from vehicle_bus.values import Clock
from vehicle_bus.zones import DRIVER_POSITION, RIGHT

Emit = Callable[[events.Event], None]
NO_EARS = ("audio: no format was declared", "open the conversation with `audio`")
NO_EYES = ("frame: no picture encoders are loaded", "set vision_models to a folder that has them")


@dataclass(frozen=True, slots=True)
class Organs:
    """What all conversations of a car share."""

    clock: Clock
    bus: Bus
    understander: Understander
    skills: Runner
    floor: Floor
    patience: Patience
    eyes: Eyes | None = None
    air: Air = field(default_factory=Air)
    diary: Diary = field(default_factory=Diary)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))


@dataclass(frozen=True, slots=True)
class Early:
    """What was done before the utterance ended."""

    planned: Planned
    outcomes: tuple[Outcome, ...]
    decided_at: float
    amended: bool = False


class Conversation:
    """One seat talking with the car. Not for concurrent use: one call at a time."""

    _text: str
    _over: tuple[str, ...]
    _understanding: Understanding | None
    _early: Early | None
    _stamps: Stamps

    def __init__(
        self,
        organs: Organs,
        session: str,
        zone: Zone,
        language: Language,
        emit: Emit,
        ears: hearing.HearingStream | None = None,
        mouth: Mouth | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._organs = organs
        self._session = session
        self._zone = zone
        self._language = language
        self._emit = emit
        self._ears = ears
        self._mouth = mouth
        self.memory = memory or Memory()
        self._moment = Moment(zone)
        self.on_screen: tuple[str, ...] = ()
        self._forget_utterance()

    async def hear(self, pcm: bytes) -> None:
        """Take 16 kHz mono s16le audio; everything that follows from it has happened on return."""
        if self._ears is None:
            raise BadRequest(*NO_EARS)
        async for event in self._ears.hear(pcm, self._has_floor):
            match event:
                case hearing.SpeechStarted(at=at):
                    self._begin(at)
                case hearing.SpeechStopped(at=at):
                    self._last_word(at)
                case hearing.Heard(hypothesis=hypothesis):
                    await self._consider(hypothesis)
                case hearing.UtteranceEnded():
                    await self._finish()
        self._organs.floor.listened(self._zone, self._ears.listened_until)

    async def see(self, frame: Frame) -> Look:
        """Take a camera frame. What is being said is understood anew in its light."""
        if self._organs.eyes is None:
            raise NotReady(*NO_EYES)
        look = await asyncio.to_thread(self._organs.eyes.look, frame)
        self._emit(events.FrameSeen(look))
        if self._text:
            self._understanding = await self._understand(self._text)
        return look

    def show(self, labels: tuple[str, ...]) -> None:
        """What can be tapped on the screen from now on, and so be picked by saying it."""
        self.on_screen = labels

    async def read(self, text: str) -> Turn:
        """Take a typed line as a finished utterance."""
        now = self._organs.clock()
        self._forget_utterance()
        utterance = self._utterance(now, now, typed=True)
        self._stamps = replace(self._stamps, last_word=now, final=now)
        understanding = await self._understand(text)
        return await self._conclude(utterance, Hypothesis(text, True, now), understanding)

    async def listen(self, pcm: bytes) -> Turn:
        """Take one recorded utterance as a whole, its endpoint being its end."""
        if self._ears is None:
            raise BadRequest(*NO_EARS)
        self._forget_utterance()
        began = self._organs.clock()
        hypothesis = await self._ears.whole(pcm)
        now = self._organs.clock()
        self._stamps = replace(self._stamps, speech_start=began, last_word=now, final=now)
        understanding = await self._understand(hypothesis.text)
        understanding = await self._likeliest(hypothesis, understanding)
        utterance = self._utterance(began, now, typed=False)
        return await self._conclude(utterance, hypothesis, understanding)

    async def confirm(self) -> Turn:
        """A yes to our open question from elsewhere than the voice (a button, a batch run)."""
        now = self._organs.clock()
        self._forget_utterance()
        utterance = self._utterance(now, now, typed=True)
        yes = Action("dialogue.yes")
        understanding = Understanding("", 1.0, 1.0, Route.ACT, 1.0, (yes,), now)
        return await self._conclude(utterance, Hypothesis("", True, now), understanding)

    def played(self, pcm: bytes, sample_rate: int) -> None:
        """Our own voice, as it goes to the loudspeakers from now on (mono s16le)."""
        if self._ears is not None:
            self._ears.played(pcm, sample_rate)

    async def finish(self) -> None:
        """No more will be said: conclude what is being heard, and let the reply be spoken."""
        if self._text:
            await self._finish()
        if self._mouth:
            await self._mouth.finished()

    async def undo(self) -> tuple[Outcome, ...]:
        """Take back the last turn that changed a signal. Empty if there is none."""
        if not self.memory.history:
            return ()
        undone = await self._organs.skills.undo(self.memory.history[-1], self._zone, self._language)
        self.memory = self.memory.undone()
        return undone

    async def cancel(self) -> None:
        """Drop the utterance being heard; what was already done for it is taken back."""
        if self._mouth:
            self._mouth.stop()
        await self._abandon()

    async def _abandon(self) -> None:
        """Drop the utterance; what we are saying goes on."""
        if self._early:
            await self._take_back(self._early.outcomes)
        if self._ears is not None:
            await self._ears.finish()
        self._forget_utterance()

    async def close(self) -> None:
        """Release the recogniser. What was done early and never finished is taken back."""
        if self._mouth:
            self._mouth.stop()
        if self._early:
            await self._take_back(self._early.outcomes)
        self._organs.floor.leave(self._zone)
        self._forget_utterance()
        if self._ears is not None:
            await self._ears.close()

    # -- hearing ---------------------------------------------------------------------------

    def _has_floor(self) -> bool:
        """Whether the voice that is heard here now is not another seat's."""
        if self._ears is not None:
            heard_at = self._ears.listened_until
            self._organs.floor.heard(self._zone, self._ears.level_db, heard_at)
        return self._organs.floor.owns(self._zone)

    def _begin(self, at: float) -> None:
        self._forget_utterance()
        deaf_to_us = self._ears is not None and self._ears.cancels_echo
        self._over = () if deaf_to_us else self._organs.air.replies
        if not self._over:
            self._barge_in()
        self._stamps = Stamps(speech_start=at)
        self._emit(events.SpeechStarted(at))

    def _last_word(self, at: float) -> None:
        self._stamps = replace(self._stamps, last_word=at)
        self._emit(events.SpeechStopped(at))

    def _barge_in(self) -> None:
        """The person speaks: we don't."""
        if self._mouth:
            self._mouth.stop()
            if self._ears is not None:
                self._ears.silenced()

    def _is_our_voice(self, text: str) -> bool:
        """Whether it is what we were saying when the utterance began, back from the speakers."""
        return any(own_voice.is_own(text, reply) for reply in self._over)

    async def _consider(self, hypothesis: Hypothesis) -> None:
        """Look at what was heard so far; act on it if that is safe and sure."""
        if self._is_our_voice(hypothesis.text):
            if self._organs.patience.is_over(None, hypothesis.trailing_silence_s):
                await self._abandon()
            return
        self._barge_in()
        paused = hypothesis.trailing_silence_s >= self._organs.patience.commit_s
        if paused and not self._organs.floor.owns(self._zone):
            await self.cancel()
            return
        if hypothesis.text != self._text:
            await self._revise(hypothesis)
        understanding, silence = self._understanding, hypothesis.trailing_silence_s
        if understanding and not self._doubtful(hypothesis) and self._ready(understanding, silence):
            await self._commit(understanding)
        if self._organs.patience.is_over(understanding, silence):
            await self._finish()

    async def _revise(self, hypothesis: Hypothesis) -> None:
        self._text = hypothesis.text
        self._understanding = None
        if not hypothesis.text:
            return
        if self._stamps.first_partial is None:
            self._stamps = replace(self._stamps, first_partial=hypothesis.at)
        self._emit(events.Partial(hypothesis.text, hypothesis.at))
        self._understanding = await self._understand(hypothesis.text)
        self._emit(events.Understood(self._understanding, final=False))

    def _ready(self, understanding: Understanding, silence: float) -> bool:
        organs = self._organs
        has_floor = organs.floor.settled(self._zone) and organs.floor.owns(self._zone)
        return has_floor and organs.patience.may_commit(
            understanding, silence, organs.skills.reversible
        )

    def _doubtful(self, hypothesis: Hypothesis) -> bool:
        return hypothesis.confidence < self._organs.patience.heard

    async def _finish(self) -> None:
        """The utterance is over: hear it out, and conclude."""
        if self._ears is None:
            return
        hypothesis = await self._ears.finish()
        now = self._organs.clock()
        ended = self._stamps.last_word if self._stamps.last_word is not None else now
        started = self._stamps.speech_start if self._stamps.speech_start is not None else now
        self._stamps = replace(self._stamps, final=now)
        if self._is_our_voice(hypothesis.text):
            await self._abandon()
            return
        await self._organs.floor.settle(self._zone)
        if not hypothesis.text or not self._organs.floor.owns(self._zone):
            await self.cancel()
            return
        if hypothesis.text != self._text or self._understanding is None:
            self._understanding = await self._understand(hypothesis.text)
        understanding = await self._likeliest(hypothesis, self._understanding)
        utterance = self._utterance(started, ended, typed=False)
        await self._conclude(utterance, hypothesis, understanding)
        self._forget_utterance()

    def announce(self, outcome: Outcome) -> None:
        """Say what a skill has to say between turns; an answer is understood for a while."""
        reply = Reply(outcome.said, self._language, outcome.asks)
        question = _question((outcome,), reply, self._organs.clock())
        if question or not self.memory.open_question(self._organs.clock()):
            self.memory = self.memory.asked(question)
        self.memory = self.memory.replied(reply)
        self._emit(events.Announced(outcome.step.action.skill, reply))
        if self._mouth:
            self._mouth.say(reply)

    # -- understanding ---------------------------------------------------------------------

    async def _understand(self, text: str) -> Understanding:
        now = self._organs.clock()
        snapshot = await self._organs.bus.snapshot()
        self._moment = Moment(
            speaker=self._zone,
            signals={path: point.value for path, point in snapshot.items()},
            pending_question=self.memory.open_question(now) is not None,
            before=self.memory.recent_words(now),
            on_screen=self.on_screen,
            seen=self._organs.eyes.seen(now) if self._organs.eyes else NOTHING_SEEN,
        )
        understander = self._organs.understander
        understood = await asyncio.to_thread(understander.understand, text, self._moment)
        return self._organs.skills.shapes.settled(understood)

    async def _likeliest(self, hypothesis: Hypothesis, first: Understanding) -> Understanding:
        """Of what an utterance in doubt may have been, what makes the most sense."""
        guesses = hypothesis.guesses if self._early is None else ()
        others = [await self._understand(guess) for guess in guesses]
        return self._organs.patience.clearest(first, others)

    async def _plan(self, understanding: Understanding) -> Planned:
        position = (await self._organs.bus.get(DRIVER_POSITION))[DRIVER_POSITION]
        on_left = position is None or position.value != RIGHT
        now = self._organs.clock()
        return planner.plan(understanding, self.memory, self._zone, on_left, now)

    # -- acting ----------------------------------------------------------------------------

    async def _commit(self, understanding: Understanding) -> None:
        """Act before the end; if something else was done before, it is replaced."""
        planned = await self._plan(understanding)
        if planned.move is not Move.NEW:
            return
        if self._early and self._early.planned.plan.steps == planned.plan.steps:
            return
        decided_at = self._organs.clock()
        outcomes = await self._replace_early(planned)
        self._early = Early(planned, outcomes, decided_at, amended=self._early is not None)

    async def _replace_early(self, planned: Planned) -> tuple[Outcome, ...]:
        """Run `planned`, keeping what an earlier commitment did alike and undoing the rest."""
        kept: tuple[Outcome, ...] = ()
        if self._early:
            kept = tuple(o for o in self._early.outcomes if o.step in planned.plan.steps)
            dropped = tuple(o for o in self._early.outcomes if o not in kept)
            await self._take_back(dropped)
        done = [outcome.step for outcome in kept]
        fresh = tuple(step for step in planned.plan.steps if step not in done)
        return kept + await self._perform(replace(planned.plan, steps=fresh), Consent.NONE)

    async def _perform(self, plan: Plan, consent: Consent) -> tuple[Outcome, ...]:
        outcomes = []
        for step in plan.steps:
            performed = await self._organs.skills.perform(step, self._zone, self._language, consent)
            outcomes.append(performed.outcome)
            self._emit(events.ActionDone(performed.outcome))
            for event in performed.handed_over:
                self._emit(events.HeadUnitEvent(event.name, event.payload))
        return tuple(outcomes)

    async def _take_back(self, outcomes: tuple[Outcome, ...]) -> None:
        undone = await self._organs.skills.undo(outcomes, self._zone, self._language)
        changes = tuple(change for outcome in undone for change in outcome.changes)
        if changes:
            self._emit(events.Amended(changes))

    # -- concluding ------------------------------------------------------------------------

    async def _conclude(
        self, utterance: Utterance, hypothesis: Hypothesis, understanding: Understanding
    ) -> Turn:
        """Run what is left to run, answer, remember, report."""
        self._emit(events.Understood(understanding, final=True))
        early = self._early
        decided_at = early.decided_at if early else self._organs.clock()
        doubtful = self._doubtful(hypothesis) and early is None
        planned, outcomes, reply = await self._decide(understanding, doubtful)
        self._remember(planned, outcomes, reply)
        self._note(utterance, understanding)
        if reply.text:
            self._emit(events.Replied(reply))
            if self._mouth:
                self._mouth.say(reply)
        changes = [change.at for outcome in outcomes for change in outcome.changes]
        stamps = replace(
            self._stamps,
            decided=decided_at,
            first_actuation=min(changes, default=None),
            reply=self._organs.clock(),
        )
        amended = early is not None and (early.amended or early.outcomes != outcomes)
        turn = Turn(
            utterance, hypothesis, understanding, planned.plan, outcomes, reply, stamps, amended
        )
        self._emit(events.TurnEnded(turn))
        return turn

    async def _decide(
        self, understanding: Understanding, doubtful: bool
    ) -> tuple[Planned, tuple[Outcome, ...], Reply]:
        """The plan for the whole utterance, what became of it, and what to say."""
        planned = await self._plan(understanding)
        silent = Reply("", self._language)
        answering = planned.question is not None
        if understanding.addressed < self._organs.patience.addressed and not answering:
            await self._drop_early()
            return Planned(Move.NEW, Plan(Route.DECLINE, ())), (), silent
        match planned.move:
            case Move.UNDO:
                await self._drop_early()
                return planned, *await self._undo_last()
            case Move.STOP:
                await self._drop_early()
                return planned, (), silent
            case Move.REPEAT:
                return planned, (), self.memory.last_reply or self._say(Phrase.LOST)
            case Move.LOST:
                return planned, (), self._say(Phrase.LOST, expects_answer=True)
            case Move.ANSWER_NO:
                return planned, (), self._say(Phrase.LEFT_AS_IT_IS)
            case Move.CORRECT:
                await self.undo()
            case _:
                pass
        return await self._act(planned, understanding, doubtful)

    async def _undo_last(self) -> tuple[tuple[Outcome, ...], Reply]:
        undone = await self.undo()
        if not undone:
            return (), self._say(Phrase.NOTHING_TO_UNDO)
        if any(outcome.status is not Status.DONE for outcome in undone):
            return undone, self._report(undone)
        return undone, self._say(Phrase.UNDONE)

    async def _act(
        self, planned: Planned, understanding: Understanding, doubtful: bool
    ) -> tuple[Planned, tuple[Outcome, ...], Reply]:
        unable = self._unable(planned, understanding)
        if unable is not None:
            await self._drop_early()
            return planned, (), unable
        if planned.move is Move.NEW and doubtful and planned.plan.route is Route.ACT:
            outcomes = _asked_back(planned.plan, understanding.text, self._language)
        elif planned.move is Move.NEW:
            outcomes = await self._replace_early(planned)
        else:
            question = planned.question if planned.move is Move.ANSWER_YES else None
            consent = question.granted if question else Consent.NONE
            outcomes = await self._perform(planned.plan, consent)
        return planned, outcomes, self._report(outcomes)

    def _unable(self, planned: Planned, understanding: Understanding) -> Reply | None:
        """What to say instead of acting, or None if there is something to do."""
        steps = planned.plan.steps
        if planned.move is Move.NEW and self._broken_off(understanding, steps):
            return self._say(Phrase.INCOMPLETE, expects_answer=True)
        if steps and not any(self._organs.skills.knows(step) for step in steps):
            return self._say(Phrase.NO_SKILL)
        if planned.move is Move.NEW and any(self._too_risky(step) for step in steps):
            return self._say(Phrase.LOW_CONFIDENCE, expects_answer=True)
        if steps:
            return None
        told_not_to = (
            understanding.route is Route.ANSWER
            and understanding.route_confidence >= self._organs.patience.sure
        )
        phrase = {
            Route.ANSWER: Phrase.LEFT_AS_IT_IS if told_not_to else Phrase.NOT_UNDERSTOOD,
            Route.CLOUD: Phrase.NEEDS_NETWORK,
            Route.GENERATE: Phrase.CANNOT_WRITE,
            Route.DECLINE: Phrase.DECLINED,
            Route.ASK: Phrase.TOO_VAGUE,
        }.get(planned.plan.route, Phrase.NOT_UNDERSTOOD)
        return self._say(phrase, expects_answer=phrase is Phrase.TOO_VAGUE)

    def _broken_off(self, understanding: Understanding, steps: tuple[Step, ...]) -> bool:
        """Whether the end is missing. A request that is clear and can be taken back, or that only
        asks for its value, is better answered than sent back."""
        if understanding.complete >= self._organs.patience.hopeless:
            return False
        patience, reversible = self._organs.patience, self._organs.skills.reversible
        return not steps or any(
            step.action.confidence < patience.sure or step.action.intent not in reversible
            for step in steps
        )

    def _too_risky(self, step: Step) -> bool:
        """What can't be taken back needs a surer understanding; so does what has no use for the
        value that was said: another device may have been meant ("set the ice maker to forty")."""
        skills, patience = self._organs.skills, self._organs.patience
        if step.action.intent not in skills.reversible:
            return step.action.confidence < patience.sure
        return not skills.has_use_for_value(step) and step.action.confidence < patience.confident

    def _report(self, outcomes: tuple[Outcome, ...]) -> Reply:
        waiting = [o for o in outcomes if o.status is Status.NEEDS_CONFIRMATION]
        if not waiting:
            asks = any(outcome.asks for outcome in outcomes)
            return wording.report(outcomes, self._language, asks)
        done = wording.report((o for o in outcomes if o not in waiting), self._language)
        question = wording.confirm(waiting, self._language)
        self._emit(events.ConfirmationRequested(question))
        text = question if len(waiting) == len(outcomes) else f"{done.text} {question}"
        return Reply(text, self._language, expects_answer=True)

    def _remember(self, planned: Planned, outcomes: tuple[Outcome, ...], reply: Reply) -> None:
        now = self._organs.clock()
        memory = self.memory.asked(_question(outcomes, reply, now))
        if planned.move is not Move.UNDO:
            memory = memory.did(outcomes, now)
        self.memory = memory.replied(reply) if reply.text else memory

    def _note(self, utterance: Utterance, understanding: Understanding) -> None:
        """Keep what is needed to explain the turn, and what the next one may refer to."""
        self._organs.diary.keep(utterance.id, Said(understanding.text, self._moment, self._views()))
        if understanding.addressed >= self._organs.patience.addressed:
            self.memory = self.memory.heard(understanding.text, self._organs.clock())

    def _views(self) -> Views:
        eyes = self._organs.eyes
        return eyes.views(self._moment.seen) if eyes else NO_VIEWS

    async def _drop_early(self) -> None:
        if self._early:
            await self._take_back(self._early.outcomes)
            self._early = None

    def _say(self, phrase: Phrase, expects_answer: bool = False) -> Reply:
        return wording.say(phrase, self._language, expects_answer)

    def _utterance(self, started: float, ended: float, typed: bool) -> Utterance:
        number = next(self._organs.numbers)
        return Utterance(
            f"{self._session}-{self._zone}-{number}",
            self._session,
            self._zone,
            self._language,
            started,
            ended,
            typed,
        )

    def _forget_utterance(self) -> None:
        self._text = ""
        self._over = ()
        self._understanding = None
        self._early = None
        self._stamps = Stamps()


def _asked_back(plan: Plan, text: str, language: Language) -> tuple[Outcome, ...]:
    """Every step waits for a yes to having been heard right."""
    question = wording.heard_right(text, language)
    return tuple(
        Outcome(step, Status.NEEDS_CONFIRMATION, said=question, doubted=True) for step in plan.steps
    )


def _question(outcomes: tuple[Outcome, ...], reply: Reply, now: float) -> Question | None:
    """What stays open after a turn. A yes is one to the policy only if nothing else was asked."""
    waiting = [o for o in outcomes if o.status is Status.NEEDS_CONFIRMATION]
    if waiting:
        return Question(tuple(o.step for o in waiting), reply.text, _asker(waiting), now)
    asking = [o for o in outcomes if o.asks]
    if not asking:
        return None
    steps = tuple(outcome.step for outcome in asking)
    return Question(steps, reply.text, Consent.NONE, now, asking[0].asked)


def _asker(waiting: list[Outcome]) -> Consent:
    if any(outcome.doubted for outcome in waiting):
        return Consent.HEARING
    return Consent.POLICY if all(o.policy_asks for o in waiting) else Consent.SKILL
