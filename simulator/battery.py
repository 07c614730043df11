"""The traction battery at a charger: how fast it fills, and how long that takes.

A 50 kW charger and a battery that takes it all up to 80 %, then less and less, as series cars do.
"""

from __future__ import annotations

from simulator.driveline import CAPACITY_KWH

CHARGER_KW = 50.0
FULL_POWER_UNTIL = 80.0
LAST_KW = 8.0
STEP_PERCENT = 1.0


def charging_kw(percent: float) -> float:
    """What the battery takes at a state of charge of `percent`."""
    if percent <= FULL_POWER_UNTIL:
        return CHARGER_KW
    share = (percent - FULL_POWER_UNTIL) / (100.0 - FULL_POWER_UNTIL)
    return CHARGER_KW + (LAST_KW - CHARGER_KW) * min(1.0, share)


def charged(percent: float, limit: float, dt: float) -> float:
    """The state of charge after `dt` seconds (up to some seconds) at the charger."""
    gained = charging_kw(percent) * dt / 3600 / CAPACITY_KWH * 100
    return max(percent, min(limit, percent + gained))


def seconds_to(percent: float, limit: float) -> int:
    """How long charging from `percent` to `limit` takes."""
    seconds = 0.0
    while percent < limit:
        step = min(STEP_PERCENT, limit - percent)
        seconds += step / 100 * CAPACITY_KWH / charging_kw(percent + step / 2) * 3600
        percent += step
    return round(seconds)
