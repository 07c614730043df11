"""How the car gets faster and slower, which gear it is in, and what that costs.

A small electric car: 0 to 100 km/h in about 10 s, comfortable braking. Longitudinal only.
"""

from __future__ import annotations

from dataclasses import dataclass

PARK, REVERSE, NEUTRAL, DRIVE = 126, -1, 0, 127
"""VSS SelectedGear."""

ACCELERATION = 2.8  # m/s^2 up to 100 km/h, less beyond
BRAKING = 3.5  # m/s^2, what passengers call comfortable
CAPACITY_KWH = 58.0
KWH_PER_KM = 0.165
IDLE_KW = 0.8  # computers, lamps, fans
AIR_CONDITIONING_KW = 1.5

KMH = 3.6


@dataclass(slots=True)
class Driveline:
    """`speed` and `wanted` in km/h, `charge` in percent of the battery, `distance` in m."""

    speed: float = 0.0
    wanted: float = 0.0
    gear: int = PARK
    wanted_gear: int | None = None
    charge: float = 72.0
    distance: float = 0.0
    acceleration: float = 0.0

    def want(self, speed: float) -> None:
        """Let the driver go for `speed` km/h; selects D if the car is parked or in neutral."""
        self.wanted = speed
        if speed > 0:
            self.wanted_gear = None
            if self.gear in (PARK, NEUTRAL):
                self.gear = DRIVE

    def select(self, gear: int) -> None:
        """Select a gear; Park and Reverse wait for standstill."""
        self.wanted_gear = gear

    def step(self, dt: float, air_conditioning: bool, grip: float = BRAKING) -> None:
        """Drive for `dt` seconds; the tyres transmit `grip` m/s^2 at most."""
        before = self.speed
        self._accelerate(dt, grip)
        self.acceleration = (self.speed - before) / KMH / dt
        if self.wanted_gear is not None and (
            self.speed == 0 or self.wanted_gear not in (PARK, REVERSE)
        ):
            self.gear, self.wanted_gear = self.wanted_gear, None
        metres = (before + self.speed) / 2 / KMH * dt
        self.distance += metres
        kilowatts = IDLE_KW + (AIR_CONDITIONING_KW if air_conditioning else 0.0)
        spent = metres / 1000 * KWH_PER_KM + kilowatts * dt / 3600
        self.charge = max(0.0, self.charge - 100 * spent / CAPACITY_KWH)

    @property
    def range_m(self) -> int:
        """Metres left at the average consumption, in whole kilometres."""
        return round(self.charge / 100 * CAPACITY_KWH / KWH_PER_KM) * 1000

    @property
    def current_gear(self) -> int:
        """VSS CurrentGear, which knows no Park: one forward gear, reverse or neutral."""
        return {DRIVE: 1, REVERSE: -1}.get(self.gear, self.gear if self.gear < PARK else 0)

    def _accelerate(self, dt: float, grip: float) -> None:
        fading = 1.0 if self.speed <= 100 else max(0.25, 1 - (self.speed - 100) / 160)
        if self.speed < self.wanted:
            self.speed = min(self.wanted, self.speed + min(grip, ACCELERATION * fading) * KMH * dt)
        else:
            self.speed = max(self.wanted, self.speed - min(grip, BRAKING) * KMH * dt)


def charge_for(range_m: int) -> float:
    """The state of charge in percent that `range_m` metres need, 100 at most."""
    return min(100.0, 100 * range_m / 1000 * KWH_PER_KM / CAPACITY_KWH)
