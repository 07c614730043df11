"""Streams of changes for subscribers: the current values first, then what changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from vehicle_bus.bus import BUFFER, Subscription, Update
from vehicle_bus.kuksa.gate import Gate
from vehicle_bus.kuksa.permissions import Permissions
from vehicle_bus.values import Datapoint

Changes = Mapping[str, Datapoint | None]
"""At most one value a signal; None for a signal that nobody has published."""
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Pace:
    """`buffer`: updates of one signal that may wait. `interval_s`: at least that much time between
    two messages, which then hold the latest values only."""

    buffer: int = BUFFER
    interval_s: float = 0.0


async def changes_of(
    gate: Gate, who: Permissions, paths: tuple[str, ...], pace: Pace
) -> AsyncGenerator[Changes, None]:
    """The values of all `paths`, then changes without end; BadToken when the token expires."""
    known = dict(await gate.bus.get(*paths))
    subscription = gate.bus.subscribe(*paths, buffer=pace.buffer)
    try:
        yield known.copy()
        while updates := await gate.in_time(who, subscription.batch()):
            fresh = [u for u in updates if known.pop(u.path, None) != u.datapoint]
            if pace.interval_s and fresh:
                yield {update.path: update.datapoint for update in fresh}
                await gate.in_time(who, asyncio.sleep(pace.interval_s))
                continue
            for changes in _one_a_signal(fresh):
                yield changes
    finally:
        await subscription.aclose()


async def batches_of(
    gate: Gate, who: Permissions, subscription: Subscription
) -> AsyncGenerator[list[Update], None]:
    """What comes; BadToken when the token expires."""
    try:
        while updates := await gate.in_time(who, subscription.batch()):
            yield updates
    finally:
        await subscription.aclose()


async def merged(*streams: AsyncGenerator[_Item, None]) -> AsyncGenerator[_Item, None]:
    """Items of all streams as they come, until one ends; an error of one ends all."""
    waiting = {asyncio.ensure_future(anext(stream)): stream for stream in streams}
    try:
        while True:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                stream = waiting.pop(task)
                try:
                    item = task.result()
                except StopAsyncIteration:
                    return
                yield item
                waiting[asyncio.ensure_future(anext(stream))] = stream
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for stream in streams:
            await stream.aclose()


def _one_a_signal(updates: list[Update]) -> Iterator[Changes]:
    """The updates in order; a signal that changed twice takes two messages."""
    changes: dict[str, Datapoint | None] = {}
    for update in updates:
        if update.path in changes:
            yield changes
            changes = {}
        changes[update.path] = update.datapoint
    if changes:
        yield changes
