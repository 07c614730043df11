"""A cabin to speak to in tests: what is said goes through the model, the planner and the skills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cabin_agent import events
from cabin_agent.assistant import Assistant, Seat
from cabin_agent.config import Config
from cabin_agent.errors import NotReady
from cabin_agent.hearing.stream import HearingStream
from cabin_agent.hearing.vocabulary.words import CarWords
from cabin_agent.sdk import registry as skills
from cabin_agent.sdk.handle import HandOver
from cabin_agent.sdk.loader import Loader, Rules
from cabin_agent.sdk.registry import BUILT_IN, Registry
from cabin_agent.sdk.run import Performed
from cabin_agent.sdk.storage import Home
from cabin_agent.sdk.testing import NOON, PARKED, instant_vehicle
from cabin_agent.turn import Change, Language, Turn
from cabin_agent.understanding.session import Understander
from vehicle_bus.broker import Broker
from vehicle_bus.bus import Registration
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import Scalar, Zone


class BrokenSkill(AssertionError):
    """A skill under test could not be loaded: every mistake, with file and line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one sentence."""

    turn: Turn
    events: tuple[HandOver, ...]

    @property
    def signals(self) -> Mapping[str, Scalar]:
        """The target values, by path."""
        return {change.path: change.after for change in self.turn.changes}

    @property
    def said(self) -> str:
        return self.turn.reply.text

    @property
    def asks(self) -> bool:
        """Whether an answer is waited for."""
        return self.turn.reply.expects_answer

    @property
    def intents(self) -> tuple[str, ...]:
        """What was understood and planned, in order."""
        return tuple(step.action.intent for step in self.turn.plan.steps)


@dataclass(frozen=True, slots=True)
class Announced:
    """What a skill did and said of itself, between turns."""

    said: str
    signals: Mapping[str, Scalar]
    events: tuple[HandOver, ...]


class Garage:
    """What all cabins of a test session share: the skills and the model are loaded once."""

    def __init__(self, folders: Iterable[Path] = (), isolated_home: Path | None = None) -> None:
        """`folders` hold the skills under test. They run in this process, where a debugger can
        follow them; or each in its own, as in a car, with their folders in `isolated_home`.
        BrokenSkill names every mistake."""
        self.registry = _load(tuple(folders), isolated_home)
        wrong = [problem for problem in self.registry.problems if problem.blocking]
        if wrong:
            raise BrokenSkill("\n".join(str(problem) for problem in wrong))
        self._time = [0.0]
        model = Path(Config().understanding_model)
        self.understander = Understander.load(model, lambda: self._time[0])
        self.understander.learn(self.registry.phrases())

    def cabin(self) -> TestCabin:
        """A fresh one."""
        return TestCabin(self.registry, self.understander)


class TestCabin:
    """A parked car in daylight whose actuators reach every target at once. Time stands still
    but for `wait`."""

    __test__ = False  # no test class, whatever its name

    def __init__(self, registry: Registry, understander: Understander) -> None:
        self._registry = registry
        self._understander = understander
        self._time = 0.0
        self._car: tuple[Broker, Registration, Assistant] | None = None

    async def say(
        self, text: str, zone: Zone | str = Zone.DRIVER, language: Language | str | None = None
    ) -> Answer:
        """Somebody in `zone` says it; the language is seen from the script unless given."""
        _, _, assistant = await self._parked()
        spoken = Language(language) if language else language_of(text)
        handed_over: list[HandOver] = []

        def emit(event: events.Event) -> None:
            if isinstance(event, events.HeadUnitEvent):
                handed_over.append(HandOver(event.name, event.payload))

        turn = await assistant.ask(_seat(zone, spoken), text, emit=emit)
        return Answer(turn, tuple(handed_over))

    async def undo(
        self, zone: Zone | str = Zone.DRIVER, language: Language | str = Language.ENGLISH
    ) -> Mapping[str, Scalar]:
        """Take back the last change of that seat; gives the values that were written."""
        _, _, assistant = await self._parked()
        changes, _ = await assistant.undo(_seat(zone, Language(language)))
        return _targets(changes)

    async def set(self, signals: Mapping[str, Scalar]) -> None:
        """Let the car report these values."""
        _, wheel, _ = await self._parked()
        await wheel.publish(signals)

    async def get(self, path: str) -> Scalar | None:
        bus, _, _ = await self._parked()
        point = (await bus.get(path))[path]
        return None if point is None else point.value

    async def inform(self, topic: str, payload: Mapping[str, Any]) -> tuple[Announced, ...]:
        """Tell the skills something as the head unit would."""
        _, _, assistant = await self._parked()
        return _announced(await assistant.inform(topic, payload))

    async def wait(self, seconds: float) -> tuple[Announced, ...]:
        """Let time pass: what the skills do of themselves by the end of it."""
        _, _, assistant = await self._parked()
        self._time += seconds
        return _announced(await assistant.tick())

    async def _parked(self) -> tuple[Broker, Registration, Assistant]:
        if self._car is None:
            bus, wheel = await instant_vehicle(lambda: self._time)
            await wheel.publish(PARKED)
            assistant = Assistant(
                Config(),
                bus,
                lambda: self._time,
                self._understander,
                self._registry,
                _Deaf(),
                voice=None,
                wall_clock=lambda: NOON + timedelta(seconds=self._time),
                home=Home(),
            )
            await assistant.tick()
            self._car = bus, wheel, assistant
        return self._car


def language_of(text: str) -> Language:
    """Mandarin if there is a Chinese character in it."""
    chinese = any("\u4e00" <= character <= "\u9fff" for character in text)
    return Language.MANDARIN if chinese else Language.ENGLISH


def _load(folders: tuple[Path, ...], isolated_home: Path | None) -> Registry:
    leaves = tuple(Catalogue.load())
    if isolated_home is None:
        return skills.load((BUILT_IN, *folders), leaves)
    return Loader(Rules(isolated_home, folders, leaves, allow_unsigned=True)).load()


def _seat(zone: Zone | str, language: Language) -> Seat:
    return Seat("test", f"seat {zone}", Zone(zone), language)


class _Deaf:
    """Ears for tests, which have no sound."""

    def __call__(self, language: Language) -> HearingStream:
        raise NotReady("this cabin hears no sound", "say it as text")

    def listen_for(self, words: Mapping[Language, CarWords]) -> None:
        """There is nothing to hear them with."""


def _announced(performed: tuple[Performed, ...]) -> tuple[Announced, ...]:
    return tuple(
        Announced(each.outcome.said, _targets(each.outcome.changes), each.handed_over)
        for each in performed
    )


def _targets(changes: tuple[Change, ...]) -> Mapping[str, Scalar]:
    return {change.path: change.after for change in changes}
