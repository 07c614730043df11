"""The surface of the road: it gets wet in rain, dries again, and freezes."""

from __future__ import annotations

from dataclasses import dataclass

SOAKED_S = 20.0  # heaviest rain: wet in so many seconds
DRIES_S = 900.0  # at 10 Celsius, faster when warm
DRY_GRIP, WET_GRIP, ICE_GRIP = 8.5, 5.0, 2.0  # m/s^2 that tyres can transmit


@dataclass(slots=True)
class Road:
    """`wetness` 0..1."""

    wetness: float = 0.0

    def step(self, dt: float, rain: float, outside: float) -> None:
        """Weather for `dt` seconds; `rain` in percent, `outside` in Celsius."""
        if rain > 0:
            self.wetness = min(1.0, self.wetness + dt * rain / 100 / SOAKED_S)
        elif self.wetness > 0:
            faster = 2 ** ((outside - 10.0) / 10.0)
            self.wetness = max(0.0, self.wetness - dt * faster / DRIES_S)

    def grip(self, outside: float) -> float:
        """m/s^2 that the tyres can transmit at most."""
        slippery = ICE_GRIP if outside < 0 else WET_GRIP
        return DRY_GRIP + (slippery - DRY_GRIP) * self.wetness
