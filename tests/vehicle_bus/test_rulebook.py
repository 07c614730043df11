"""The whole table to read: seventeen rules, each with a source and a reason in both languages."""

from __future__ import annotations

import re

import pytest

from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.errors import RateLimited
from vehicle_bus.limits import RateLimit
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.presentation import ROWS
from vehicle_bus.rulebook import Line, lines
from vehicle_bus.rules import RULES
from vehicle_bus.values import ActuationRequest, Judged, Outcome, Requester, Zone

FAN = "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed"
MANDARIN = re.compile(r"[\u4e00-\u9fff]")


def test_every_rule_of_the_design_is_there_and_nothing_twice() -> None:
    assert {line.number for line in lines()} == set(range(1, 18))
    names = [line.name for line in lines()]
    assert len(names) == len(set(names)) == len(RULES) + len(ROWS) + 4


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.name)
def test_every_rule_names_its_source_and_says_why_in_both_languages(line: Line) -> None:
    assert line.source
    assert line.what
    assert 0 < len(line.reason_en) <= 120
    assert 0 < len(line.reason_zh) <= 120
    assert not MANDARIN.search(line.reason_en)
    assert MANDARIN.search(line.reason_zh)


async def test_floods_are_refused_and_both_are_on_record() -> None:
    told: list[Judged] = []
    rate = RateLimit(per_second=1.0, burst=1)
    bus = Broker(Catalogue.load(), SafetyPolicy(), lambda: 0.0, rate=rate, witnesses=(told.append,))

    async def accept(_: object) -> None:
        pass

    await bus.provide((FAN,), accept)
    who = Requester("climate", Zone.DRIVER, ("Vehicle.*",))
    await bus.actuate(ActuationRequest({FAN: 10}, who))
    with pytest.raises(RateLimited, match="wait a moment"):
        await bus.actuate(ActuationRequest({FAN: 20}, who))
    assert [each.outcome for each in told] == [Outcome.ALLOWED, Outcome.LIMITED]
