"""Things that take time to move: windows, roof, shades, lids, doors, seats, the steering column.

Speeds are those of series cars: a window travels its height in about 4 s, a roof in 5, a power
tailgate in 5 to 6, a seat rail about 20 mm/s. VSS leaves open what 0 and 100 of an item mean; here
0 is closed and 100 is open for all of them, which agrees with IsOpen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vehicle_bus.values import Scalar

CLOSED, OPEN, TILTED = 0.0, 100.0, -100.0
PINCH_RELEASE = 40.0  # percent it opens again: UN R21 wants room for a body's part
INACTIVE = "INACTIVE"
SWITCH_TARGETS = {
    "OPEN": OPEN,
    "ONE_SHOT_OPEN": OPEN,
    "CLOSE": CLOSED,
    "ONE_SHOT_CLOSE": CLOSED,
    "TILT_UP": TILTED,
    "TILT_DOWN": CLOSED,
}

DOORS = tuple(
    f"Vehicle.Cabin.Door.{row}.{side}"
    for row in ("Row1", "Row2")
    for side in ("DriverSide", "PassengerSide")
)
WINDOWS = tuple(f"{door}.Window" for door in DOORS)
LIDS = ("Vehicle.Body.Hood", "Vehicle.Body.Trunk.Front", "Vehicle.Body.Trunk.Rear")
SHADES = (
    *(f"{door}.Shade" for door in DOORS),
    "Vehicle.Cabin.Sunroof.Shade",
    "Vehicle.Cabin.RearShade",
)
ROOF = "Vehicle.Cabin.Sunroof"
SEATS = tuple(door.replace(".Door.", ".Seat.") for door in DOORS)

ITEM_SPEEDS = {
    **dict.fromkeys(WINDOWS, 25.0),
    **dict.fromkeys(SHADES, 20.0),
    **dict.fromkeys(LIDS, 18.0),
    **dict.fromkeys(DOORS, 25.0),
    ROOF: 20.0,
}
"""Branch -> percent a second; the branch has Position, Switch and (the roof not) IsOpen."""

SETTING_SPEEDS = {
    "Position": 20.0,
    "Height": 10.0,
    "Tilt": 4.0,
    "Seating.Length": 10.0,
    "Backrest.Recline": 8.0,
    "Backrest.LumbarSupport": 25.0,
    "Backrest.SideBolsterSupport": 25.0,
    "Backrest.LumbarHeight": 20.0,
    "Headrest.Height": 15.0,
    "Headrest.Angle": 8.0,
}
"""Leaf below a seat -> its units (mm, degrees, percent) a second."""

COLUMN_SPEEDS = {
    "Vehicle.Chassis.SteeringWheel.Extension": 20.0,
    "Vehicle.Chassis.SteeringWheel.Tilt": 20.0,
}


@dataclass(slots=True)
class Mover:
    """One thing that moves. `branch` is empty for a plain setting without switch."""

    path: str
    speed: float
    branch: str = ""
    position: float = 0.0
    target: float = 0.0
    obstacle: float | None = None

    @property
    def moving(self) -> bool:
        return self.position != self.target

    @property
    def switch(self) -> str:
        return f"{self.branch}.Switch" if self.branch else ""

    @property
    def is_open(self) -> str:
        return f"{self.branch}.IsOpen" if self.branch and self.branch != ROOF else ""

    def command(self, path: str, value: Scalar) -> None:
        """Take a target for the position, IsOpen or the switch."""
        if path == self.is_open:
            self.target = OPEN if value else CLOSED
        elif path == self.switch:
            self.target = SWITCH_TARGETS.get(str(value), self.position)
        elif not isinstance(value, str):
            self.target = float(value)

    def step(self, dt: float) -> None:
        """Move for `dt` seconds; closing onto an obstacle, turn round and open."""
        reach = self.speed * dt
        gap = self.target - self.position
        moved = self.target if abs(gap) <= reach else self.position + (reach if gap > 0 else -reach)
        if self.obstacle is not None and gap < 0 and moved <= self.obstacle < self.position:
            moved = self.obstacle
            self.target = min(OPEN, self.obstacle + PINCH_RELEASE)
        self.position = moved


def movers() -> Iterator[Mover]:
    """Everything in the car that takes time to move."""
    for branch, speed in ITEM_SPEEDS.items():
        yield Mover(f"{branch}.Position", speed, branch)
    for seat in SEATS:
        for leaf, speed in SETTING_SPEEDS.items():
            yield Mover(f"{seat}.{leaf}", speed)
    for path, speed in COLUMN_SPEEDS.items():
        yield Mover(path, speed)
