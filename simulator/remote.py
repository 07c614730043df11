"""Driving against a running assistant, on the clock of the wall."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from simulator.clock import WallClock
from simulator.grpc_head_unit import GrpcHeadUnit
from simulator.report import Report
from simulator.runner import RunEvent, run
from simulator.scenario import Scenario
from simulator.suite import Drive
from simulator.voices import Speaker
from simulator.world import Vehicle
from vehicle_bus.remote import RemoteBus


@asynccontextmanager
async def driving_at(target: str) -> AsyncIterator[Drive]:
    """Drives through the service at `target` ("host:port"): its assistant and its vehicle bus."""
    clock = WallClock()

    async def drive(
        scenario: Scenario, on_event: Callable[[RunEvent], None], stop: asyncio.Event
    ) -> Report:
        async with GrpcHeadUnit(target) as assistant:
            vehicle = Vehicle(RemoteBus(assistant.channel), clock)
            return await run(scenario, assistant, vehicle, clock, on_event, speaker, stop)

    with Speaker() as speaker:
        yield drive
