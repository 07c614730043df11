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

from simulator import injection, speech, voices
from simulator.context import Context
from simulator.head_unit import HeadUnit, HeadUnitError, Service
from simulator.injection import Injection
from simulator.judge import Judge
from simulator.microphones import Microphones
from simulator.pictures import Pictures, drawn
from simulator.playback import Playback
from simulator.report import Happening, Report, ShownFrame
from simulator.route import Route
from simulator.run_events import (
    Actuated,
    Checked,
    RunEvent,
    Told,
    TurnBegan,
    TurnFinished,
    ignore,
)
from simulator.scenario import Scenario
from simulator.sensors import Sensors
from simulator.signal_history import SignalHistory
from simulator.talk import TICK_S, Talk
from simulator.world import Vehicle
from vehicle_bus.errors import BusError

__all__ = [
    "Actuated",
    "Checked",
    "RunClock",
    "RunEvent",
    "Told",
    "TurnBegan",
    "TurnFinished",
    "ignore",
    "run",
]

HANGS_S = 60.0
"""Real seconds after which an assistant that doesn't answer is given up."""

Samples = NDArray[np.float32]


class RunClock(Protocol):
    """A clock that can be waited for: `VirtualClock` or `WallClock`."""

    def __call__(self) -> float: ...

    async def until(self, moment: float) -> None: ...


async def run(
    scenario: Scenario,
    assistant: HeadUnit,
    vehicle: Vehicle,
    clock: RunClock,
    on_event: Callable[[RunEvent], None] = ignore,
    speaker: voices.Speaker | None = None,
    stop: asyncio.Event | None = None,
    service: Service | None = None,
) -> Report:
    """Run `scenario` from start to end.

    Starts and stops `vehicle`; `clock` is its bus's clock; `service` does the faults of the
    assistant itself. Setting `stop`, or an assistant or bus that fails, ends the run early with a
    report of what there was (`Report.aborted` says why). Raises ScenarioError or VoiceError before
    the start if a turn can't be spoken or a fault can't be made.
    """
    injection.check(scenario, service)
    playback = _playback(scenario, vehicle)
    own = voices.Speaker() if speaker is None else speaker
    try:
        leaks = scenario.sound.assistant is not None and not assistant.speaks
        parts = _Parts(
            scenario=scenario,
            assistant=assistant,
            vehicle=vehicle,
            clock=clock,
            tell=on_event,
            sounds=_sounds(scenario, own),
            service=service,
            playback=playback,
            pictures=drawn(scenario),
            speaker=own if leaks else None,
        )
        return await _Run(parts).run(stop or asyncio.Event())
    finally:
        if speaker is None:
            own.close()


def _playback(scenario: Scenario, vehicle: Vehicle) -> Playback | None:
    if scenario.recording is None:
        return None
    return Playback(scenario.recording, vehicle.catalogue)


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


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a run is made of. `speaker` says the replies of an assistant that has no voice here."""

    scenario: Scenario
    assistant: HeadUnit
    vehicle: Vehicle
    clock: RunClock
    tell: Callable[[RunEvent], None]
    sounds: list[tuple[Samples, Samples]]
    service: Service | None
    playback: Playback | None
    pictures: Pictures
    speaker: voices.Speaker | None


class _Run:
    """The state of one run."""

    def __init__(self, parts: _Parts) -> None:
        scenario, vehicle = parts.scenario, parts.vehicle
        self._parts = parts
        self._origin = parts.clock()
        self._happenings: list[Happening] = []
        self._frames: list[ShownFrame] = []
        self._history = SignalHistory(TICK_S)
        microphones = Microphones(scenario.seed, scenario.sound)
        self._judge = Judge(scenario, vehicle, parts.tell)
        self._talk = Talk(
            scenario,
            parts.assistant,
            vehicle,
            microphones,
            parts.sounds,
            parts.speaker,
            self._now,
            parts.tell,
            self._said,
        )
        self._context = Context(scenario, vehicle, self._noting("drive"), parts.playback)
        self._injection = Injection(
            scenario, vehicle, microphones, self._talk, parts.service, self._noting("fault")
        )

    async def run(self, stop: asyncio.Event) -> Report:
        aborted = ""
        try:
            await self._talk.open_all()
            await self._start_car()
            aborted = await self._drive(stop)
        except HeadUnitError as error:
            aborted = str(error)
        except BusError as error:
            aborted = await self._talk.why_gone() or str(error)
        except TimeoutError:
            aborted = f"the assistant has not answered for {HANGS_S:g} s; it hangs"
        finally:
            await self._talk.hang_up()
            with suppress(BusError):
                await self._parts.vehicle.stop()
        return self._report(aborted)

    async def _start_car(self) -> None:
        scenario, vehicle = self._parts.scenario, self._parts.vehicle
        self._injection.before_start()
        recorded = self._parts.playback.beginning() if self._parts.playback else {}
        await vehicle.start(
            recorded | dict(scenario.vehicle),
            scenario.occupants,
            Route(scenario.route) if scenario.route else None,
            Sensors(scenario.seed) if scenario.real_sensors else None,
        )
        self._history.begin(vehicle.values)
        self._origin = self._parts.clock()
        self._talk.started(self._origin)

    async def _drive(self, stop: asyncio.Event) -> str:
        ticks, clock = 0, self._parts.clock
        while not self._talk.over or self._judge.waits:
            if stop.is_set():
                return "stopped by hand"
            if self._now() >= self._parts.scenario.limit:
                return f"not over after {self._parts.scenario.limit:g} s, the scenario's limit"
            async with asyncio.timeout(HANGS_S):
                await self._tick()
            ticks += 1
            await clock.until(self._origin + ticks * TICK_S)
        return ""

    async def _tick(self) -> None:
        now = self._now()
        await self._injection.update(now)
        for drive in await self._context.change(now):
            frames = self._parts.pictures.of(drive)
            self._talk.show(frames)
            self._frames += [ShownFrame(now, frame) for frame in frames]
            for message in drive.messages:
                await self._talk.inform(message.topic, message.payload)
        await self._talk.begin_due()
        await self._talk.listen()
        await self._parts.vehicle.step(TICK_S)
        self._history.note(self._parts.vehicle.take_changes(), now)
        self._talk.note_actuations()
        self._talk.judge()
        self._judge.judge(self._now())
        self._talk.end_due()

    def _now(self) -> float:
        return round(self._parts.clock() - self._origin, 4)

    def _said(self, text: str, unasked: bool) -> None:
        self._judge.hear(text)
        if unasked:
            self._noting("said")(f"“{text}”", self._now())

    def _noting(self, kind: str) -> Callable[[str, float], None]:
        def note(text: str, now: float) -> None:
            happening = Happening(now, kind, text)
            self._happenings.append(happening)
            self._parts.tell(happening)

        return note

    def _report(self, aborted: str) -> Report:
        scenario = self._parts.scenario
        return Report(
            scenario=scenario.name,
            seed=scenario.seed,
            seconds=self._now(),
            turns=tuple(turn.report() for turn in self._talk.turns),
            planned_turns=len(scenario.turns),
            violations=self._judge.violations,
            aborted=aborted,
            about=scenario.about,
            never=tuple(map(str, scenario.never)),
            happenings=tuple(self._happenings),
            checks=(*self._judge.checks, *self._judge.undecided()),
            parameters=scenario.parameters,
            signals=self._history.series(self._now()),
            frames=tuple(self._frames),
        )
