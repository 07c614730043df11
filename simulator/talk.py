"""People talking with the assistant: their turns, and the lines of their seats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from simulator import acoustics, head_unit, speech, voices
from simulator.head_unit import (
    Camera,
    CameraFrame,
    Event,
    HeadUnit,
    HeadUnitError,
    SeatLine,
)
from simulator.language.turns import TurnScript
from simulator.microphones import Microphones, surroundings
from simulator.run_events import Actuated, Checked, RunEvent, Told, TurnBegan, TurnFinished
from simulator.scenario import Scenario
from simulator.turn_record import TurnRecord
from simulator.voices import SAMPLE_RATE
from simulator.world import Vehicle
from vehicle_bus.errors import BusError
from vehicle_bus.values import Zone

TICK_S = 0.1
CHUNK = int(TICK_S * SAMPLE_RATE)
ANSWER_AFTER_S = 0.5
HANGING_UP_S = 0.2
"""Real seconds within which the end of a connection is known on all that go over it."""
LOOK_EVERY_S = 1.0
LAST_S = 0.5
"""Seconds the run goes on after the last turn, for the sound of its reply."""

Samples = NDArray[np.float32]


class Talk:
    """`sounds`: (words, answer) of every turn; `speaker`: says the replies where they have no sound
    and are to leak into the microphones; `now`: seconds since the start; `said` is told every
    sentence of the assistant, and whether it was unasked."""

    def __init__(
        self,
        scenario: Scenario,
        assistant: HeadUnit,
        vehicle: Vehicle,
        microphones: Microphones,
        sounds: list[tuple[Samples, Samples]],
        speaker: voices.Speaker | None,
        now: Callable[[], float],
        tell: Callable[[RunEvent], None],
        said: Callable[[str, bool], None],
    ) -> None:
        self._scenario = scenario
        self._assistant = assistant
        self._vehicle = vehicle
        self._microphones = microphones
        self._sounds = sounds
        self._speaker = speaker
        self._now = now
        self._tell = tell
        self._said = said
        self._spoken = {(turn.seat, turn.language) for turn in scenario.turns if not turn.typed}
        spoken_at = {seat for seat, _ in self._spoken}
        self._listening = tuple(seat for seat in scenario.seats if seat in spoken_at)
        self._lines: dict[Zone, SeatLine] = {}
        self._languages: dict[Zone, str] = {}
        self._gone = False
        self._seen: dict[Camera, CameraFrame] = {}
        self._look_at = float("inf")
        self._clock_origin = 0.0
        self.turns: list[TurnRecord] = []

    # -- lines -------------------------------------------------------------------------------

    async def open_all(self) -> None:
        """Open the line of every seat that is used. Raises HeadUnitError."""
        for seat in self._scenario.seats:
            first = next(turn for turn in self._scenario.turns if turn.seat == seat)
            await self._open(seat, self._languages.get(seat, first.language))

    async def hang_up(self) -> None:
        lines, self._lines = self._lines, {}
        with suppress(HeadUnitError, BusError):
            for line in lines.values():
                await line.close()

    async def lose_assistant(self) -> None:
        """The assistant has gone: nobody hears what is said."""
        self._gone = True
        await self.hang_up()

    async def find_assistant(self) -> None:
        """It is back."""
        self._gone = False
        await self.open_all()

    def show(self, frames: Iterable[CameraFrame]) -> None:
        """From now on the cameras see this."""
        self._seen |= {frame.camera: frame for frame in frames}
        self._look_at = self._now()

    async def why_gone(self) -> str:
        """What a line says to a bus that failed: if the assistant has gone too, that is the cause.
        Empty if it is still there."""
        await asyncio.sleep(HANGING_UP_S)
        try:
            for line in self._lines.values():
                await line.hear(b"")
        except HeadUnitError as error:
            return str(error)
        return ""

    async def inform(self, topic: str, payload: object) -> None:
        if not self._gone and isinstance(payload, dict):
            await self._assistant.inform(topic, payload)

    async def _open(self, seat: Zone, language: str) -> None:
        microphone = (seat, language) in self._spoken
        self._lines[seat] = await self._assistant.open(seat, language, microphone)
        self._languages[seat] = language

    # -- turns -------------------------------------------------------------------------------

    @property
    def over(self) -> bool:
        """Whether everybody has had their say, and nothing is left to judge."""
        if not self.turns or len(self.turns) < len(self._scenario.turns):
            return False
        ended = [turn.ended for turn in self.turns]
        last = max((at for at in ended if at is not None), default=0.0)
        return (
            None not in ended
            and self._now() >= last + LAST_S
            and not any(turn.waiting for turn in self.turns)
        )

    async def begin_due(self) -> None:
        """Let people say what it is time for."""
        now = self._now()
        for turn in self._active():
            if turn.answer_at is not None and now >= turn.answer_at:
                await self._answer(turn, now)
        while len(self.turns) < len(self._scenario.turns):
            script = self._scenario.turns[len(self.turns)]
            if not self._is_due(script, now):
                return
            await self._begin(script, now)

    def _active(self) -> list[TurnRecord]:
        return [turn for turn in self.turns[-4:] if turn.ended is None]

    def _is_due(self, script: TurnScript, now: float) -> bool:
        if script.overlap is not None and self.turns:
            before = self.turns[-1]
            return before.ended is not None or now >= before.last_word - script.overlap
        if self._active():
            return False
        since = max((turn.ended or 0.0 for turn in self.turns[-4:]), default=0.0)
        return now >= max(script.at or 0.0, since + script.pause)

    async def _begin(self, script: TurnScript, now: float) -> None:
        number = len(self.turns) + 1
        words, _ = self._sounds[number - 1]
        record = TurnRecord(number, script, now, now, self._vehicle.speed)
        if len(words):
            record.speaks(now - TICK_S, len(words) / SAMPLE_RATE)
        self.turns.append(record)
        self._look_at = min(self._look_at, now)
        self._tell(TurnBegan(number, script, now, self._vehicle.speed))
        if not self._gone and self._languages[script.seat] != script.language:
            await self._lines[script.seat].close()
            await self._open(script.seat, script.language)
        if script.typed:
            await self._type(script.seat, script.text)
        else:
            self._microphones.play(words, script.seat)

    async def _answer(self, turn: TurnRecord, now: float) -> None:
        """The person answers the assistant's question."""
        turn.answer_at = None
        turn.answered = speech.answer_text(turn.script)
        if turn.script.typed:
            turn.last_word = now
            await self._type(turn.script.seat, turn.answered)
            return
        _, words = self._sounds[turn.number - 1]
        turn.speaks(now - TICK_S, len(words) / SAMPLE_RATE)
        self._microphones.play(words, turn.script.seat)

    async def _type(self, seat: Zone, text: str) -> None:
        if line := self._lines.get(seat):
            self._handle(seat, await line.read(text))

    async def listen(self) -> None:
        """Give every open line what its microphone heard, and take what comes back."""
        heard = {}
        if self._listening:
            around = surroundings(self._vehicle.values, self._vehicle.wetness)
            heard = self._microphones.listen(CHUNK, around, self._listening)
        await self._look()
        for seat, line in list(self._lines.items()):
            live = (seat, self._languages[seat]) in self._spoken
            pcm = acoustics.to_pcm(heard[seat]) if live else b""
            for turn in self._active():
                if turn.hears(seat):
                    turn.microphone_pcm += pcm
            self._handle(seat, await line.hear(pcm))

    async def _look(self) -> None:
        """Send what the cameras see: once, and again while somebody talks."""
        now = self._now()
        if not self._lines or now < self._look_at or not self._seen:
            return
        self._look_at = now + LOOK_EVERY_S if self._active() else float("inf")
        seat, line = next(iter(self._lines.items()))
        for frame in self._seen.values():
            self._handle(seat, await line.see(frame))

    def _handle(self, seat: Zone, events: list[Event]) -> None:
        self.note_actuations(seat)
        turn, now = self._turn_at(seat), self._now()
        for event in events:
            match event:
                case head_unit.Announced(text=text):
                    self._said(text, True)
                case head_unit.ReplyText(text=text):
                    self._said(text, False)
                    self._leak(text, self._languages[seat])
                case head_unit.ReplyAudio(pcm=pcm, sample_rate=rate):
                    self._microphones.reply(pcm, rate)
            if turn is not None:
                turn.take(event, now)
                self._tell(Told(turn.number, event, now))
            elif self.turns:
                self.turns[-1].take_elsewhere(seat, event)

    def _leak(self, text: str, language: str) -> None:
        if self._speaker is not None:
            with suppress(voices.VoiceError):
                voice = voices.named(voices.DEFAULT_VOICE[language])
                spoken = acoustics.to_pcm(self._speaker.say(text, voice))
                self._microphones.reply(spoken, SAMPLE_RATE)

    def _turn_at(self, seat: Zone) -> TurnRecord | None:
        """The turn at `seat` that goes on, or that was the last of all."""
        for turn in reversed(self.turns[-4:]):
            if turn.script.seat == seat and (turn.ended is None or turn is self.turns[-1]):
                return turn
        return None

    # -- judging -----------------------------------------------------------------------------

    def started(self, origin: float) -> None:
        """The run begins at `origin` on the bus's clock."""
        self._clock_origin = origin

    def note_actuations(self, seat: Zone | None = None) -> None:
        """Targets that reached the car belong to the turn at `seat`, or to the last one."""
        for actuation in self._vehicle.take_actuations():
            turn = self._turn_at(seat) if seat is not None else None
            if turn is None and self.turns:
                turn = self.turns[-1]
            if turn is not None:
                at = round(actuation.at - self._clock_origin, 4)
                turn.take_actuation(actuation, at)
                self._tell(Actuated(turn.number, actuation, at))

    def judge(self) -> None:
        """Decide the signal expectations that can be decided."""
        now = self._now()
        for turn in self.turns:
            if turn.waiting:
                for check in turn.settled(self._vehicle.value, now):
                    self._tell(Checked(turn.number, check))

    def end_due(self) -> None:
        """End the turns that are over."""
        now = self._now()
        for turn in self._active():
            if turn.answer_at is not None:
                continue
            over = turn.over(now)
            if over and turn.question and turn.script.answer and not turn.answered:
                turn.answer_at = now + ANSWER_AFTER_S
            elif over or now >= turn.last_word + self._scenario.patience:
                for check in turn.end(now):
                    self._tell(Checked(turn.number, check))
                self._tell(TurnFinished(turn.report()))
