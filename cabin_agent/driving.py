"""The ways in which `cabin-agent simulate` drives: virtual time in this process, or real time
through a service of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from cabin_agent.assembly import load_voice, make_bus
from cabin_agent.config import Config
from cabin_agent.errors import NotReady
from cabin_agent.local import Workshop
from cabin_agent.local_head_unit import LocalHeadUnit
from cabin_agent.speaking.voice import Voice, VoiceError
from cabin_agent.turn import Language
from simulator.remote import driving_at
from simulator.report import Report, TurnReport
from simulator.runner import RunEvent, run
from simulator.scenario import Scenario
from simulator.suite import Drive
from simulator.voices import Speaker
from simulator.world import Vehicle

_LOG = logging.getLogger(__name__)

READY_S = 60.0
ANNOUNCEMENT = "listens on "


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
        bus = make_bus(config, clock)
        vehicle = Vehicle(bus, clock, bus.catalogue)
        head_unit = LocalHeadUnit(workshop.assistant(bus))
        report = await run(scenario, head_unit, vehicle, clock, on_event, speaker, stop)
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
        async with _service(config_file) as target, driving_at(target) as real_time:
            return await real_time(scenario, on_event, stop)

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


@asynccontextmanager
async def _service(config_file: Path | None) -> AsyncIterator[str]:
    """A service in a process of its own, on a free port; gives host:port."""
    configured = () if config_file is None else ("--config", str(config_file))
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cabin_agent", *configured, "serve", "--port", "0", "--no-kuksa"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    try:
        yield await asyncio.wait_for(_target(server), READY_S)
    finally:
        if server.returncode is None:
            server.terminate()
            await server.wait()


async def _target(server: asyncio.subprocess.Process) -> str:
    """host:port as the service announces it."""
    assert server.stdout is not None
    while line := (await server.stdout.readline()).decode():
        if ANNOUNCEMENT in line:
            return line.split(ANNOUNCEMENT, 1)[1].split()[0]
    raise NotReady("the service stopped before it was ready", "run 'cabin-agent serve' to see why")
