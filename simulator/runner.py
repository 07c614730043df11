"""Drives a scenario: one tick is 100 ms of road, weather, car, sound and listening.

With a `VirtualClock` the run is as fast as the machine and the same every time; with a `WallClock`
it is paced in real time, as a head unit would. A chunk of sound given to the assistant at a tick is
what the microphone heard during the tick before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator import acoustics, speech, voices
from simulator.head_unit import Event, HeadUnit, HeadUnitError, SeatLine
from simulator.microphones import Microphones, surroundings
from simulator.report import Check, Happening, Report, TurnReport, Violation
from simulator.scenario import GEARS, Drive, Never, Scenario, TurnScript, show
from simulator.signal_history import SignalHistory
from simulator.turn_record import TurnRecord
from simulator.voices import SAMPLE_RATE
from simulator.world import LIGHT, OUTSIDE, RAIN, Actuation, Vehicle
from vehicle_bus.errors import BusError
from vehicle_bus.values import Scalar, Zone

TICK_S = 0.1
CHUNK = int(TICK_S * SAMPLE_RATE)
ANSWER_AFTER_S = 0.5
LAST_S = 0.5
"""Seconds the run goes on after the last turn, for the sound of its reply."""

Samples = NDArray[np.float32]


class RunClock(Protocol):
    """A clock that can be waited for: `VirtualClock` or `WallClock`."""

    def __call__(self) -> float: ...

    async def until(self, moment: float) -> None: ...


@dataclass(frozen=True, slots=True)
class TurnBegan:
    number: int
    script: TurnScript
    at: float
    speed: float


@dataclass(frozen=True, slots=True)
class Told:
    """The assistant told something about turn `number`."""

    number: int
    event: Event
    at: float


@dataclass(frozen=True, slots=True)
class Actuated:
    number: int
    actuation: Actuation
    at: float


@dataclass(frozen=True, slots=True)
class Checked:
    number: int
    check: Check


@dataclass(frozen=True, slots=True)
class TurnFinished:
    turn: TurnReport


RunEvent = TurnBegan | Told | Actuated | Checked | TurnFinished | Violation | Happening


def ignore(event: RunEvent) -> None:
    """The observer that looks away."""


async def run(
    scenario: Scenario,
    assistant: HeadUnit,
    vehicle: Vehicle,
    clock: RunClock,
    on_event: Callable[[RunEvent], None] = ignore,
    speaker: voices.Speaker | None = None,
    stop: asyncio.Event | None = None,
) -> Report:
    """Run `scenario` from start to end.

    Starts and stops `vehicle`; `clock` is its bus's clock. Setting `stop`, or an assistant or bus
    that fails, ends the run early with a report of what there was (`Report.aborted` says why).
    Raises ScenarioError or VoiceError before the start if a turn can't be spoken.
    """
    own = voices.Speaker() if speaker is None else speaker
    try:
        sounds = _sounds(scenario, own)
    finally:
        if speaker is None:
            own.close()
    drive = _Run(scenario, assistant, vehicle, clock, on_event, sounds)
    return await drive.run(stop or asyncio.Event())


def _sounds(scenario: Scenario, speaker: voices.Speaker) -> list[tuple[Samples, Samples]]:
    """(words, answer) of every turn; empty where nothing is spoken."""
    nothing = np.zeros(0, dtype=np.float32)
    return [
        (nothing, nothing)
        if turn.typed
        else (
            speech.sound(turn, speaker),
            speech.answer(turn, speaker) if turn.answer else nothing,
        )
        for turn in scenario.turns
    ]


class _Run:
    """The state of one run."""

    def __init__(
        self,
        scenario: Scenario,
        assistant: HeadUnit,
        vehicle: Vehicle,
        clock: RunClock,
        on_event: Callable[[RunEvent], None],
        sounds: list[tuple[Samples, Samples]],
    ) -> None:
        self._scenario = scenario
        self._assistant = assistant
        self._vehicle = vehicle
        self._clock = clock
        self._tell = on_event
        self._sounds = sounds
        self._spoken = {(turn.seat, turn.language) for turn in scenario.turns if not turn.typed}
        spoken_at = {seat for seat, _ in self._spoken}
        self._listening = tuple(seat for seat in scenario.seats if seat in spoken_at)
        self._microphones = Microphones(scenario.seed)
        self._lines: dict[Zone, SeatLine] = {}
        self._languages: dict[Zone, str] = {}
        self._turns: list[TurnRecord] = []
        self._drives = list(scenario.drive)
        self._violations: dict[int, Violation] = {}
        self._happenings: list[Happening] = []
        self._history = SignalHistory(TICK_S)
        self._origin = 0.0
        self._answer_at: float | None = None

    async def run(self, stop: asyncio.Event) -> Report:
        aborted = ""
        self._origin = self._clock()
        try:
            await self._open_all()
            await self._vehicle.start(self._scenario.vehicle, self._scenario.occupants)
            self._history.begin(self._vehicle.values)
            self._origin = self._clock()
            aborted = await self._drive(stop)
        except (HeadUnitError, BusError) as error:
            aborted = str(error)
        finally:
            await self._hang_up()
        return self._report(aborted)

    async def _drive(self, stop: asyncio.Event) -> str:
        ticks = 0
        while not self._done():
            if stop.is_set():
                return "stopped by hand"
            await self._tick()
            ticks += 1
            await self._clock.until(self._origin + ticks * TICK_S)
        return ""

    async def _tick(self) -> None:
        now = self._now()
        await self._change_context(now)
        await self._begin_due(now)
        await self._listen()
        await self._vehicle.step(TICK_S)
        self._history.note(self._vehicle.take_changes(), now)
        self._note_actuations()
        self._judge()
        await self._end_due()

    def _now(self) -> float:
        return round(self._clock() - self._origin, 4)

    @property
    def _turn(self) -> TurnRecord | None:
        return self._turns[-1] if self._turns else None

    def _done(self) -> bool:
        turn = self._turn
        if turn is None or turn.ended is None or len(self._turns) < len(self._scenario.turns):
            return False
        return self._now() >= turn.ended + LAST_S and not any(t.waiting for t in self._turns)

    # -- the drive ---------------------------------------------------------------------------

    async def _change_context(self, now: float) -> None:
        while self._drives and self._drives[0].at <= now:
            drive = self._drives.pop(0)
            self._note_happening("drive", _told(drive), now)
            if drive.gear is not None:
                self._vehicle.select_gear(drive.gear)
            if drive.speed is not None:
                self._vehicle.drive_at(drive.speed)
            if values := _weather(drive):
                await self._vehicle.set(values)

    def _note_happening(self, kind: str, text: str, now: float) -> None:
        happening = Happening(now, kind, text)
        self._happenings.append(happening)
        self._tell(happening)

    # -- talking -----------------------------------------------------------------------------

    async def _begin_due(self, now: float) -> None:
        turn = self._turn
        if turn is not None and turn.ended is None:
            if self._answer_at is not None and now >= self._answer_at:
                await self._answer(turn, now)
            return
        if len(self._turns) == len(self._scenario.turns):
            return
        script = self._scenario.turns[len(self._turns)]
        since = turn.ended if turn is not None and turn.ended is not None else 0.0
        if now >= max(script.at or 0.0, since + script.pause):
            await self._begin(script, now)

    async def _begin(self, script: TurnScript, now: float) -> None:
        number = len(self._turns) + 1
        words, _ = self._sounds[number - 1]
        record = TurnRecord(number, script, now, now, self._vehicle.speed)
        if len(words):
            record.speaks(now - TICK_S, len(words) / SAMPLE_RATE)
        self._turns.append(record)
        self._tell(TurnBegan(number, script, now, self._vehicle.speed))
        if self._languages[script.seat] != script.language:
            await self._lines[script.seat].close()
            await self._open(script.seat, script.language)
        if script.typed:
            self._handle(script.seat, await self._lines[script.seat].read(script.text))
        else:
            self._microphones.play(words, script.seat)

    async def _answer(self, turn: TurnRecord, now: float) -> None:
        """The person answers the assistant's question."""
        self._answer_at = None
        turn.answered = speech.answer_text(turn.script)
        if turn.script.typed:
            turn.last_word = now
            self._handle(turn.script.seat, await self._lines[turn.script.seat].read(turn.answered))
            return
        _, words = self._sounds[turn.number - 1]
        turn.speaks(now - TICK_S, len(words) / SAMPLE_RATE)
        self._microphones.play(words, turn.script.seat)

    async def _listen(self) -> None:
        """Give every open line what its microphone heard, and take what comes back."""
        around = surroundings(self._vehicle.values)
        heard = self._microphones.listen(CHUNK, around, self._listening)
        for seat, line in list(self._lines.items()):
            live = (seat, self._languages[seat]) in self._spoken
            pcm = acoustics.to_pcm(heard[seat]) if live else b""
            turn = self._turn
            if turn is not None and turn.hears(seat):
                turn.microphone_pcm += pcm
            self._handle(seat, await line.hear(pcm))

    def _handle(self, seat: Zone, events: list[Event]) -> None:
        self._note_actuations()
        turn, now = self._turn, self._now()
        if turn is None:
            return
        for event in events:
            if seat != turn.script.seat:
                turn.take_elsewhere(seat, event)
                continue
            turn.take(event, now)
            self._tell(Told(turn.number, event, now))

    # -- judging -----------------------------------------------------------------------------

    def _note_actuations(self) -> None:
        for actuation in self._vehicle.take_actuations():
            if (turn := self._turn) is not None:
                at = round(actuation.at - self._origin, 4)
                turn.take_actuation(actuation, at)
                self._tell(Actuated(turn.number, actuation, at))

    def _judge(self) -> None:
        now = self._now()
        for turn in self._turns:
            if turn.waiting:
                values = {path: self._vehicle.value(path) for path in turn.waiting}
                for check in turn.settled(values, now):
                    self._tell(Checked(turn.number, check))
        for index, never in enumerate(self._scenario.never):
            if index not in self._violations and self._holds(never):
                values = {path: self._vehicle.value(path) for path in never.parts}
                self._violations[index] = Violation(str(never), now, values, never.place)
                self._tell(self._violations[index])

    def _holds(self, never: Never) -> bool:
        return all(part.holds(self._vehicle.value(path)) for path, part in never.parts.items())

    async def _end_due(self) -> None:
        turn, now = self._turn, self._now()
        if turn is None or turn.ended is not None or self._answer_at is not None:
            return
        over = turn.over(now)
        if over and turn.question and turn.script.answer and not turn.answered:
            self._answer_at = now + ANSWER_AFTER_S
            return
        if over or now >= turn.last_word + self._scenario.patience:
            for check in turn.end(now):
                self._tell(Checked(turn.number, check))
            self._tell(TurnFinished(turn.report()))

    # -- lines -------------------------------------------------------------------------------

    async def _open_all(self) -> None:
        for seat in self._scenario.seats:
            first = next(turn for turn in self._scenario.turns if turn.seat == seat)
            await self._open(seat, first.language)

    async def _open(self, seat: Zone, language: str) -> None:
        microphone = (seat, language) in self._spoken
        self._lines[seat] = await self._assistant.open(seat, language, microphone)
        self._languages[seat] = language

    async def _hang_up(self) -> None:
        with suppress(HeadUnitError, BusError):
            for line in self._lines.values():
                await line.close()
        with suppress(BusError):
            await self._vehicle.stop()

    def _report(self, aborted: str) -> Report:
        return Report(
            scenario=self._scenario.name,
            seed=self._scenario.seed,
            seconds=self._now(),
            turns=tuple(turn.report() for turn in self._turns),
            planned_turns=len(self._scenario.turns),
            violations=tuple(self._violations.values()),
            aborted=aborted,
            about=self._scenario.about,
            never=tuple(map(str, self._scenario.never)),
            happenings=tuple(self._happenings),
            signals=self._history.series(self._now()),
        )


def _told(drive: Drive) -> str:
    """`60 km/h, rain 30 %`"""
    gears = {number: letter for letter, number in GEARS.items()}
    parts = [
        "" if drive.gear is None else f"gear {gears[drive.gear]}",
        "" if drive.speed is None else f"{drive.speed:g} km/h",
        "" if drive.rain is None else f"rain {drive.rain:g} %",
        "" if drive.light is None else f"light {drive.light:g} %",
        "" if drive.outside is None else f"{drive.outside:g} °C outside",
        *(f"{path.removeprefix('Vehicle.')} {show(v)}" for path, v in drive.signals.items()),
    ]
    return ", ".join(filter(None, parts))


def _weather(drive: Drive) -> dict[str, Scalar]:
    values: dict[str, Scalar] = dict(drive.signals)
    if drive.rain is not None:
        values[RAIN] = round(drive.rain)
    if drive.light is not None:
        values[LIGHT] = drive.light
    if drive.outside is not None:
        values[OUTSIDE] = drive.outside
    return values
