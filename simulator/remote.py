"""Driving against a running assistant, on the clock of the wall."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from simulator.clock import WallClock
from simulator.grpc_head_unit import GrpcHeadUnit
from simulator.head_unit import HeadUnitError
from simulator.report import Report
from simulator.run_events import RunEvent
from simulator.runner import run
from simulator.scenario import Scenario
from simulator.suite import Drive
from simulator.voices import Speaker
from simulator.world import Vehicle
from vehicle_bus.bus import Bus
from vehicle_bus.remote import RemoteBus


class Process(Protocol):
    """The process of a service; it listens at the same address after each start."""

    async def kill(self) -> None: ...

    async def start(self) -> None: ...


class RemoteService:
    """What can be done to a service of which we have the process."""

    breakable = frozenset({"service"})
    skills: tuple[str, ...] = ()

    def __init__(self, process: Process, head_unit: GrpcHeadUnit) -> None:
        self._process = process
        self._head_unit = head_unit

    def break_skill(self, name: str) -> None:
        raise HeadUnitError(f"the skill {name!r} runs in another process; drive in virtual time")

    mend_skill = break_skill

    async def kill(self) -> None:
        await self._process.kill()

    async def start(self) -> Bus:
        await self._process.start()
        await self._head_unit.connect_again()
        return RemoteBus(self._head_unit.channel)


@asynccontextmanager
async def driving_at(target: str, process: Process | None = None) -> AsyncIterator[Drive]:
    """Drives through the service at `target` ("host:port"): its assistant and its vehicle bus.
    `process` is that of the service, if it is ours to end."""
    clock = WallClock()

    async def drive(
        scenario: Scenario, on_event: Callable[[RunEvent], None], stop: asyncio.Event
    ) -> Report:
        async with GrpcHeadUnit(target) as assistant:
            vehicle = Vehicle(RemoteBus(assistant.channel), clock)
            service = RemoteService(process, assistant) if process is not None else None
            return await run(scenario, assistant, vehicle, clock, on_event, speaker, stop, service)

    with Speaker() as speaker:
        yield drive
