"""The ways in which `cabin-agent simulate` drives: virtual time in this process, or real time
through a service of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from cabin_agent.assembly import load_voice, make_bus
from cabin_agent.assistant import Assistant
from cabin_agent.config import Config
from cabin_agent.local import Workshop
from cabin_agent.local_head_unit import LocalHeadUnit, LocalService
from cabin_agent.sabotage import breakable
from cabin_agent.service_process import ServiceProcess
from cabin_agent.speaking.voice import Voice, VoiceError
from cabin_agent.turn import Language
from simulator.remote import driving_at
from simulator.report import Report, TurnReport
from simulator.run_events import RunEvent
from simulator.runner import run
from simulator.scenario import Scenario
from simulator.suite import Drive
from simulator.voices import Speaker
from simulator.world import Vehicle
from vehicle_bus.broker import Broker

_LOG = logging.getLogger(__name__)


@asynccontextmanager
async def driving_in_virtual_time(config: Config, spoken: bool = False) -> AsyncIterator[Drive]:
    """Each scenario in a fresh car with a fresh assistant, as fast as the machine, and the same
    every time. `spoken`: the reports have the sound of the replies."""
    workshop = Workshop.load(config)
    voice = load_voice(config) if spoken else None

    async def drive(
        scenario: Scenario, on_event: Callable[[RunEvent], None], stop: asyncio.Event
    ) -> Report:
        clock = workshop.clock
        clock.rewind()
        broken: set[str] = set()
        breaks = any(fault.kind == "skill" for fault in scenario.faults)
        registry = breakable(workshop.registry, broken) if breaks else workshop.registry

        def again() -> tuple[Assistant, Broker]:
            bus = make_bus(config, clock)
            return workshop.assistant(bus, registry), bus

        assistant, bus = again()
        vehicle = Vehicle(bus, clock, bus.catalogue)
        head_unit = LocalHeadUnit(assistant, clock)
        service = LocalService(head_unit, registry, broken, again)
        report = await run(scenario, head_unit, vehicle, clock, on_event, speaker, stop, service)
        return report if voice is None else _with_replies(report, voice)

    with Speaker() as speaker:
        try:
            yield drive
        finally:
            if voice is not None:
                voice.close()


@asynccontextmanager
async def driving_own_service(config_file: Path | None) -> AsyncIterator[Drive]:
    """Each scenario in real time through a service that is started for it."""

    async def drive(
        scenario: Scenario, on_event: Callable[[RunEvent], None], stop: asyncio.Event
    ) -> Report:
        process = ServiceProcess(config_file)
        try:
            await process.start()
            async with driving_at(process.target, process) as real_time:
                return await real_time(scenario, on_event, stop)
        finally:
            await process.stop()

    yield drive


def _with_replies(report: Report, voice: Voice) -> Report:
    return replace(report, turns=tuple(_with_reply(turn, voice) for turn in report.turns))


def _with_reply(turn: TurnReport, voice: Voice) -> TurnReport:
    if not turn.reply or turn.reply_pcm:
        return turn
    try:
        speech = voice.speak(turn.reply, Language(turn.language))
    except VoiceError as error:
        _LOG.warning("turn %d: the reply has no sound: %s", turn.number, error)
        return turn
    return replace(turn, reply_pcm=speech.pcm, reply_rate=speech.sample_rate)
