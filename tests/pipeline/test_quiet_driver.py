"""Rule 15: questions that nobody asked for wait while the road needs the driver."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing

import pytest

from cabin_agent import events
from cabin_agent.assistant import Assistant
from cabin_agent.config import Config
from cabin_agent.hearing.stream import HearingStream
from cabin_agent.hearing.vocabulary.words import CarWords
from cabin_agent.sdk.registry import Registry
from cabin_agent.sdk.run import Performed
from cabin_agent.turn import Action, Language, Outcome, Status, Step
from simulator.clock import VirtualClock
from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.values import Scalar

SPEED, GEAR = "Vehicle.Speed", "Vehicle.Powertrain.Transmission.SelectedGear"
TIRED: Mapping[str, Scalar] = {SPEED: 90.0, GEAR: 127, "Vehicle.Driver.FatigueLevel": 80.0}


class DeafEars:
    def __call__(self, language: Language) -> HearingStream:
        raise NotImplementedError

    def listen_for(self, words: Mapping[Language, CarWords]) -> None:
        pass


class Said:
    """Skills that say something between turns, once each."""

    def __init__(self) -> None:
        self.next: tuple[Performed, ...] = ()

    def says(self, text: str, asks: bool) -> None:
        step = Step(Action("timer.up"), ())
        self.next = (Performed(Outcome(step, Status.DONE, said=text, asks=asks)),)

    async def tick(self, language: Language) -> tuple[Performed, ...]:
        said, self.next = self.next, ()
        return said

    async def names(self) -> tuple[str, ...]:
        return ()


@pytest.fixture
def bus() -> Broker:
    return Broker(Catalogue.load(), SafetyPolicy(), VirtualClock())


@pytest.fixture
def assistant(bus: Broker) -> Assistant:
    registry = Registry((), ())
    return Assistant(Config(), bus, bus.clock, None, registry, DeafEars(), None)  # type: ignore[arg-type]


@pytest.fixture
def skills(assistant: Assistant) -> Said:
    said = Said()
    assistant._background = said  # type: ignore[assignment]
    return said


async def announced(assistant: Assistant, ticks: int) -> list[str]:
    """What watchers hear within so many ticks."""
    heard: list[str] = []

    async def listen() -> None:
        async with aclosing(assistant.watch()) as told:
            async for _, event in told:
                if isinstance(event, events.Announced):
                    heard.append(event.reply.text)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    for _ in range(ticks):
        await assistant.tick()
        await asyncio.sleep(0)
    listening.cancel()
    return heard


async def test_a_question_waits_until_the_driver_can_answer(
    assistant: Assistant, bus: Broker, skills: Said
) -> None:
    await bus.publish(TIRED)
    skills.says("Shall I put everything back?", asks=True)
    assert await announced(assistant, 3) == []
    await bus.publish({SPEED: 0.0, GEAR: 126})
    assert await announced(assistant, 3) == ["Shall I put everything back?"]


async def test_what_is_no_question_is_said_at_once(
    assistant: Assistant, bus: Broker, skills: Said
) -> None:
    await bus.publish(TIRED)
    skills.says("The timer is up.", asks=False)
    assert await announced(assistant, 1) == ["The timer is up."]


async def test_a_driver_who_is_awake_is_asked(
    assistant: Assistant, bus: Broker, skills: Said
) -> None:
    await bus.publish({**TIRED, "Vehicle.Driver.FatigueLevel": 10.0})
    skills.says("Shall I put everything back?", asks=True)
    assert await announced(assistant, 1) == ["Shall I put everything back?"]
