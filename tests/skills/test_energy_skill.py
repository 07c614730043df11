"""Charging."""

from __future__ import annotations

import pytest

from cabin_agent.sdk import Degree, Language
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status

REGISTRY = load()
CHARGING = "Vehicle.Powertrain.TractionBattery.Charging"
CABLE = f"{CHARGING}.ChargingPort.AnyPosition.IsChargingCableConnected"


async def test_charging_starts_and_stops() -> None:
    car = await TestCar.parked(REGISTRY, {CABLE: True})
    started = await car.ask("energy.charge_start", words="start charging")
    assert started.signals == {f"{CHARGING}.StartStopCharging": "START"}
    stopped = await car.ask("energy.charge_stop", language=Language.MANDARIN)
    assert stopped.signals == {f"{CHARGING}.StartStopCharging": "STOP"}
    assert stopped.said == "已停止充电"


async def test_charging_needs_the_cable() -> None:
    car = await TestCar.parked(REGISTRY, {CABLE: False})
    refused = await car.ask("energy.charge_start")
    assert refused.outcome.status is Status.FAILED
    assert refused.said == "The charging cable is not plugged in."
    assert not refused.signals


@pytest.mark.parametrize("time", ["at eleven", "晚上十一点"])
async def test_a_time_is_for_the_head_units_timer(time: str) -> None:
    car = await TestCar.parked(REGISTRY, {CABLE: False})
    done = await car.ask("energy.charge_start", time=time)
    assert not done.signals
    assert [(e.name, e.payload) for e in done.events] == [("charging.schedule", {"time": time})]


@pytest.mark.parametrize(
    ("words", "value", "degree", "limit"),
    [
        ("charge to eighty percent", "eighty", Degree.NONE, 80),
        ("充到百分之九十", "百分之九十", Degree.NONE, 90),
        ("charge to ten percent", "ten", Degree.NONE, 50),
        ("charge it all the way", "", Degree.MAX, 100),
        ("充满电", "", Degree.NONE, 100),
    ],
)
async def test_the_limit(words: str, value: str, degree: Degree, limit: int) -> None:
    car = await TestCar.parked(REGISTRY)
    slots = {"value": value} if value else {}
    done = await car.ask("energy.charge_limit", words=words, degree=degree, **slots)
    assert done.signals == {f"{CHARGING}.ChargeLimit": limit}
    assert str(limit) in done.said
