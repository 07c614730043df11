from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from simulator.report import Check, Report, TurnReport
from simulator.scenario import Scenario
from simulator.suite import Drive
from vehicle_bus.values import Zone

LIMIT = 80.0
"""km/h above which the stand-in for an assistant understands nothing."""


@asynccontextmanager
async def deaf_when_fast() -> AsyncIterator[Drive]:
    """A way of driving that hears the first turn only below LIMIT, and every other one always."""

    async def drive(scenario: Scenario, *_: object) -> Report:
        speed = max((item.speed for item in scenario.drive if item.speed is not None), default=0.0)
        turns = tuple(
            _turn(number, turn.text, speed < LIMIT or "warmer" not in turn.text)
            for number, turn in enumerate(scenario.turns, 1)
        )
        return Report(scenario.name, scenario.seed, 3.0, turns, len(turns))

    yield drive


def _turn(number: int, text: str, held: bool) -> TurnReport:
    check = Check("reply", "found 'ok'", "ok" if held else "pardon?", held, 1.0)
    return TurnReport(
        number=number,
        seat=Zone.DRIVER,
        language="en",
        voice="",
        text=text,
        typed=True,
        began=0.0,
        last_word=0.0,
        ended=1.0,
        speed=0.0,
        heard="",
        partials=(),
        route="",
        addressed=True,
        actions=(),
        refusals=(),
        question="",
        answered="",
        changes=(),
        amended=False,
        handed_over=(),
        reply="",
        latency_ms=None,
        service_latency_ms=None,
        checks=(check,),
    )
