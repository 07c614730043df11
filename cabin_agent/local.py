"""An assistant and a simulated car in this process, in virtual time.

What `ask`, `listen` and `understand` use: nothing listens on a port, nothing waits.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cabin_agent.assembly import load_eyes, load_registry, load_understander, make_bus, make_ears
from cabin_agent.assistant import Assistant, Ears, Seat
from cabin_agent.config import Config
from cabin_agent.hearing.transcribe import read_pcm
from cabin_agent.rows import turn_row
from cabin_agent.sdk.registry import Registry
from cabin_agent.seeing.eyes import Eyes
from cabin_agent.turn import Status, Turn
from cabin_agent.understanding.explain import Explanation
from cabin_agent.understanding.session import Understander
from simulator.clock import VirtualClock
from simulator.world import Vehicle, settle
from vehicle_bus.bus import Bus
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.policy import Policy
from vehicle_bus.values import Scalar, Zone

SETTLE_S = 6.0
NOON = datetime(2026, 3, 14, 12, 5)
"""Longer than any window, roof or shade takes from end to end."""

Effects = Mapping[str, tuple[Scalar | None, Scalar]]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every car of a batch shares: loaded once."""

    config: Config
    clock: VirtualClock
    registry: Registry
    understander: Understander
    ears: Ears
    eyes: Eyes | None

    @classmethod
    def load(cls, config: Config) -> Workshop:
        clock = VirtualClock()
        registry = load_registry(config)
        understander = load_understander(config, registry, clock)
        return cls(
            config, clock, registry, understander, make_ears(config, clock), load_eyes(config)
        )

    def assistant(self, bus: Bus, registry: Registry | None = None) -> Assistant:
        """An assistant of its own for the car on `bus`; `registry`: with other skills."""
        return Assistant(
            self.config,
            bus,
            self.clock,
            self.understander,
            registry or self.registry,
            self.ears,
            voice=None,
            wall_clock=lambda: NOON + timedelta(seconds=self.clock()),
            eyes=self.eyes,
        )

    @asynccontextmanager
    async def car(
        self, signals: Mapping[str, Scalar], speaker: Zone, policy: Policy | None = None
    ) -> AsyncIterator[LocalCar]:
        """A fresh car, parked with the ignition on unless `signals` say otherwise. `policy`: in
        place of the configured one."""
        bus = make_bus(self.config, self.clock, policy)
        vehicle = Vehicle(bus, self.clock, bus.catalogue)
        known = {path: value for path, value in signals.items() if path in bus.catalogue}
        occupants = () if speaker is Zone.UNKNOWN else (speaker,)
        await vehicle.start(known, occupants)
        try:
            yield LocalCar(self.assistant(bus), vehicle, self.clock, bus.catalogue)
        finally:
            await vehicle.stop()


@dataclass(frozen=True, slots=True)
class LocalCar:
    """One simulated car with its assistant."""

    assistant: Assistant
    vehicle: Vehicle
    clock: VirtualClock
    catalogue: Catalogue

    async def set(self, signals: Mapping[str, Scalar]) -> tuple[str, ...]:
        """Change signals from outside. Gives the paths that the catalogue does not know."""
        known = {path: value for path, value in signals.items() if path in self.catalogue}
        if known:
            await self.vehicle.set(known)
        return tuple(path for path in signals if path not in known)

    async def ask(self, seat: Seat, text: str) -> dict[str, Any]:
        """One typed line; a confirmation that the policy wants is given."""
        return await self._turn(seat, lambda: self.assistant.ask(seat, text))

    async def listen(self, seat: Seat, pcm: bytes) -> dict[str, Any]:
        """One recorded utterance, likewise; the row holds what was heard. "Did you say ...?" is
        not answered: nobody here knows."""
        return await self._turn(seat, lambda: self.assistant.listen(seat, pcm), heard=True)

    async def _turn(
        self, seat: Seat, say: Callable[[], Awaitable[Turn]], heard: bool = False
    ) -> dict[str, Any]:
        before = dict(self.vehicle.values)
        began = time.perf_counter()
        turns = [await say()]
        ms = (time.perf_counter() - began) * 1000.0
        waiting = [o for o in turns[0].outcomes if o.status is Status.NEEDS_CONFIRMATION]
        if any(not outcome.doubted for outcome in waiting):
            turns.append(await self.assistant.confirm(seat))
        await settle(self.vehicle, self.clock, SETTLE_S)
        effects = self._effects(before, turns)
        row = turn_row(turns, self.assistant.names, effects, ms, self.assistant.addressed_from)
        return {"heard": turns[0].hypothesis.text, **row} if heard else row

    def _effects(self, before: Mapping[str, Scalar], turns: list[Turn]) -> Effects:
        """Positions that a switch moved: the switch itself is back at rest by now."""
        switches = {c.path for turn in turns for c in turn.changes if c.path.endswith(".Switch")}
        moved = (f"{path.removesuffix('Switch')}Position" for path in switches)
        after = self.vehicle.values
        return {
            path: (before.get(path), after[path])
            for path in moved
            if path in after and after[path] != before.get(path)
        }


async def ask_parked_car(config: Config, seat: Seat, text: str) -> dict[str, Any]:
    """One typed line to a parked car."""
    async with Workshop.load(config).car({}, seat.zone) as car:
        return await car.ask(seat, text)


async def explain_in_parked_car(
    config: Config, seat: Seat, texts: Sequence[str], signals: Mapping[str, Scalar]
) -> Explanation:
    """Why the last of some lines, typed one after the other, is understood as it is."""
    async with Workshop.load(config).car(signals, seat.zone) as car:
        turns = [await car.assistant.ask(seat, text) for text in texts]
        return await car.assistant.explain(turns[-1].utterance.id)


async def listen_in_parked_car(config: Config, seat: Seat, file: Path) -> dict[str, Any]:
    """One recorded utterance in a parked car."""
    pcm = read_pcm(file)
    async with Workshop.load(config).car({}, seat.zone) as car:
        return await car.listen(seat, pcm)
