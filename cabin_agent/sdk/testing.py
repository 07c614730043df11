"""A pytest kit for skills: the real bus and policy, no audio, no server, a fake clock.

pytest has the fixture `cabin` as soon as cabin-agent is installed: a parked car with the built-in
skills and yours, and the real model::

    async def test_it(cabin: TestCabin) -> None:
        result = await cabin.say("lower the rear shade to half", zone="driver")
        assert result.signals == {"Vehicle.Cabin.RearShade.Position": 50}

`TestCar` is the same without the model: an intent is asked for by name::

    async def test_warmer() -> None:
        car = await TestCar.parked()
        result = await car.ask("climate.temperature_up", zone=Zone.PASSENGER, degree=Degree.SMALL)
        assert result.signals == {"Vehicle.Cabin.HVAC.Station.Row1.Passenger.Temperature": 23.0}
        assert result.said == "Passenger temperature 23 degrees."
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cabin_agent.background import Background
from cabin_agent.sdk.handle import HandOver
from cabin_agent.sdk.registry import BUILT_IN, Registry, load
from cabin_agent.sdk.run import Performed, Runner
from cabin_agent.sdk.storage import Home
from cabin_agent.turn import Action, Consent, Degree, Language, Outcome, Step, Target
from vehicle_bus.broker import Broker
from vehicle_bus.bus import Registration
from vehicle_bus.catalogue import Catalogue, Kind
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.situation import VehicleProfile
from vehicle_bus.values import Clock, Scalar, Zone

PARKED: Mapping[str, Scalar] = {
    "Vehicle.Speed": 0.0,
    "Vehicle.LowVoltageSystemState": "ON",
    "Vehicle.Cabin.DriverPosition": "LEFT",
    "Vehicle.Exterior.LightIntensity": 80.0,
    "Vehicle.Powertrain.Transmission.SelectedGear": 126,
    "Vehicle.Powertrain.Transmission.CurrentGear": 0,
}
NOON = datetime(2026, 3, 14, 12, 5)


@dataclass(frozen=True, slots=True)
class Result:
    """What one request did: `signals` are the target values, by path."""

    outcome: Outcome
    signals: Mapping[str, Scalar]
    events: tuple[HandOver, ...]

    @property
    def said(self) -> str:
        return self.outcome.said


class TestCar:
    """A car whose actuators reach every target at once."""

    __test__ = False  # no test class, whatever its name

    def __init__(self, bus: Broker, runner: Runner, wheel: Registration, time: list[float]) -> None:
        self.bus = bus
        self.runner = runner
        self._background = Background(runner, bus)
        self._actuators = wheel
        self._time = time

    @classmethod
    async def parked(
        cls,
        registry: Registry | None = None,
        signals: Mapping[str, Scalar] | None = None,
        folders: Iterable[Path] = (BUILT_IN,),
        deadline_s: float = 1.0,
        auto_reverse: bool = True,
        home: Home | None = None,
    ) -> TestCar:
        """In Park, ignition on, in daylight; `signals` are set on top."""
        time = [0.0]
        bus, wheel = await instant_vehicle(lambda: time[0], auto_reverse)
        loaded = registry or load(tuple(folders))
        wall = lambda: NOON + timedelta(seconds=time[0])  # noqa: E731
        runner = Runner(loaded, bus, lambda: time[0], wall, deadline_s, home)
        car = cls(bus, runner, wheel, time)
        await car.set({**PARKED, **(signals or {})})
        return car

    async def set(self, signals: Mapping[str, Scalar]) -> None:
        """Let the car report these values."""
        await self._actuators.publish(signals)

    async def get(self, path: str) -> Scalar | None:
        point = (await self.bus.get(path))[path]
        return None if point is None else point.value

    async def ask(
        self,
        intent: str,
        *,
        speaker: Zone = Zone.DRIVER,
        zone: Zone | tuple[Zone, ...] | None = None,
        degree: Degree = Degree.NONE,
        language: Language = Language.ENGLISH,
        consent: Consent = Consent.NONE,
        words: str = "",
        **slots: str,
    ) -> Result:
        """Ask for one intent; `zone` is the place that was said, `slots` the words of the sentence
        `words` by name."""
        zones = zone if isinstance(zone, tuple) else (zone or speaker,)
        target = Target.NONE if zone is None else Target.ALL
        step = Step(Action(intent, target, degree, slots), zones, words)
        return _result(await self.runner.perform(step, speaker, language, consent))

    async def inform(self, topic: str, payload: Mapping[str, Any]) -> tuple[Result, ...]:
        """Tell the skills something as the head unit would."""
        return _results(await self._background.inform(topic, payload, Language.ENGLISH))

    async def wait(self, seconds: float) -> tuple[Result, ...]:
        """Let time pass: what the skills do of themselves by the end of it."""
        self._time[0] += seconds
        return _results(await self._background.tick(Language.ENGLISH))

    async def undo(self, *results: Result, speaker: Zone = Zone.DRIVER) -> tuple[Outcome, ...]:
        """Take back what the results changed."""
        outcomes = [result.outcome for result in results]
        return await self.runner.undo(outcomes, speaker, Language.ENGLISH)


@cache
def _signals() -> Catalogue:
    return Catalogue.load()


async def instant_vehicle(clock: Clock, auto_reverse: bool = True) -> tuple[Broker, Registration]:
    """A bus, and the provider of everything that moves, which is where it should be at once."""
    catalogue = _signals()
    bus = Broker(catalogue, SafetyPolicy(VehicleProfile(auto_reverse=auto_reverse)), clock)

    async def reach(values: Mapping[str, Scalar]) -> None:
        await wheel.publish(values)

    actuators = tuple(p for p, leaf in catalogue.items() if leaf.kind is Kind.ACTUATOR)
    wheel = await bus.provide(actuators, reach)
    return bus, wheel


def __getattr__(name: str) -> object:
    """`TestCabin` needs the model, which `TestCar` does not: loaded when it is asked for."""
    if name in ("TestCabin", "Answer", "Announced"):
        from cabin_agent.sdk import cabin_kit

        return getattr(cabin_kit, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _results(performed: tuple[Performed, ...]) -> tuple[Result, ...]:
    return tuple(_result(each) for each in performed)


def _result(performed: Performed) -> Result:
    outcome, events = performed
    return Result(outcome, {c.path: c.after for c in outcome.changes}, events)


def values(result: Result) -> list[Any]:
    """The target values alone, for skills that touch one signal."""
    return list(result.signals.values())
