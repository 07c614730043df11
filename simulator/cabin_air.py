"""The air in the cabin: one well-mixed volume between heater, outside and open windows.

First order: each influence pulls the temperature towards its own with a rate per second. The rates
give what people know from cars: at 40 % fan the cabin gains about 5 K towards a set point 8 K away
in a minute and a half, a parked closed cabin follows the weather in about twenty minutes, an open
window undoes the heating within a minute or two.
"""

from __future__ import annotations

from dataclasses import dataclass

AIR_FLOW = 0.028  # 1/s at full fan
LEAK = 0.0008  # 1/s, doors and windows closed
WINDOW_STILL = 0.006  # 1/s for one open window, car standing
WINDOW_MOVING = 0.0003  # 1/s more for each km/h


@dataclass(frozen=True, slots=True)
class Influences:
    """`set_point` and `outside` in Celsius, `fan` 0..100 %, `open_windows` how many (a half open
    one counts a half), `speed` in km/h, `cooling` whether the air conditioning runs."""

    set_point: float
    outside: float
    fan: float
    open_windows: float
    speed: float
    cooling: bool


def next_temperature(now: float, around: Influences, dt: float) -> float:
    """The cabin's temperature in Celsius `dt` seconds (up to some seconds) after `now`."""
    draught = LEAK + around.open_windows * (WINDOW_STILL + WINDOW_MOVING * around.speed)
    change = (around.outside - now) * draught
    if around.set_point > now or around.cooling:
        change += (around.set_point - now) * AIR_FLOW * around.fan / 100
    else:
        change += (max(around.set_point, around.outside) - now) * AIR_FLOW * around.fan / 100
    return now + change * dt
