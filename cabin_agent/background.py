"""What skills do between turns: what is due, what a signal tells, what the head unit tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cabin_agent.sdk.run import Performed, Runner
from cabin_agent.turn import Language
from vehicle_bus import patterns
from vehicle_bus.bus import Bus
from vehicle_bus.values import Datapoint, Scalar

NAMES = "names"
MOST_NAMES = 20_000


class Background:
    """Calls the marked methods of a car's skills. `tick` drives it, so that simulated time does."""

    def __init__(self, runner: Runner, bus: Bus) -> None:
        self._runner = runner
        self._bus = bus
        self._seen: dict[str, Scalar] = {}

    async def tick(self, language: Language) -> tuple[Performed, ...]:
        """What has come due or changed since the last tick, and what is to be said about it."""
        return (*await self._due(language), *await self._observed(language))

    async def inform(
        self, topic: str, payload: Mapping[str, Any], language: Language
    ) -> tuple[Performed, ...]:
        """Tell the skills that want to know about `topic`."""
        told = [
            await self._runner.call(method.skill, method.method, language, dict(payload))
            for method in self._runner.background("informed")
            if method.mark.on == topic
        ]
        return tuple(each for each in told if each)

    async def names(self) -> tuple[str, ...]:
        """What the skills' contacts, places and titles are called, so that they can be heard; of a
        skill's the first `MOST_NAMES`."""
        found: dict[str, None] = {}
        for each in await self.inform(NAMES, {}, Language.ENGLISH):
            for event in each.handed_over:
                listed = event.payload.get(NAMES) if event.name == NAMES else None
                found.update(dict.fromkeys(_texts(listed)[:MOST_NAMES]))
        return tuple(found)

    def topics(self) -> frozenset[str]:
        """What some skill wants to be told about."""
        wanted = {method.mark.on for method in self._runner.background("informed")}
        return frozenset(wanted - {NAMES})

    async def _due(self, language: Language) -> tuple[Performed, ...]:
        done = [
            await self._runner.call(entry.skill, entry.method, language, dict(entry.data))
            for entry in self._runner.due()
        ]
        return tuple(each for each in done if each)

    async def _observed(self, language: Language) -> tuple[Performed, ...]:
        """A signal that changed several times since the last tick is told once, as it is now."""
        methods = self._runner.background("observe")
        if not methods:
            return ()
        changed = self._changes(await self._bus.snapshot())
        told = [
            await self._runner.call(method.skill, method.method, language, path, value)
            for method in methods
            for path, value in changed.items()
            if patterns.matches(method.mark.on, path)
        ]
        return tuple(each for each in told if each)

    def _changes(self, snapshot: Mapping[str, Datapoint]) -> dict[str, Scalar]:
        """What differs from the last tick; nothing at the first, which only looks."""
        now = {path: point.value for path, point in snapshot.items()}
        first, before, self._seen = not self._seen, self._seen, now
        return {} if first else {p: v for p, v in now.items() if before.get(p) != v}


def _texts(listed: object) -> list[str]:
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
