"""A zone controller: `python -m examples.zone_controllers.controller left_door ENDPOINT KEYFILE`.

It moves a window in steps, as a motor does, or sets a temperature at once.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from vehicle_bus.values import Scalar
from vehicle_bus.zonal import Key, ZoneController, connect

STEP_S = 0.02
ZONES: Mapping[str, Mapping[str, Scalar]] = {
    "left_door": {
        "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position": 0,
        "Vehicle.Cabin.Door.Row1.DriverSide.IsLocked": True,
    },
    "climate": {
        "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature": 21.0,
        "Vehicle.Cabin.HVAC.Station.Row1.Driver.FanSpeed": 20,
    },
}


class Unit:
    """Values that follow their targets."""

    def __init__(self, start: Mapping[str, Scalar]) -> None:
        self.values = dict(start)
        self.targets = dict(start)
        self._wanted = asyncio.Event()

    async def take(self, targets: Mapping[str, Scalar]) -> None:
        """A command: accepted at once, carried out in `follow`."""
        self.targets.update(targets)
        self._wanted.set()

    async def follow(self, controller: ZoneController) -> None:
        await controller.publish(self.values)
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while self.values != self.targets:
                moved = {path: self._next(path) for path in self.targets}
                changed = {path: new for path, new in moved.items() if self.values[path] != new}
                self.values.update(changed)
                await controller.publish(changed)
                await asyncio.sleep(STEP_S)

    def _next(self, path: str) -> Scalar:
        now, target = self.values[path], self.targets[path]
        if not path.endswith("Position"):
            return target
        distance = int(target) - int(now)
        return int(now) + max(-5, min(5, distance))


async def main(name: str, endpoint: str, key: Path) -> None:
    unit = Unit(ZONES[name])
    session = connect(endpoint)
    running = ZoneController.running(session, Key.load(key), name, ZONES[name], unit.take)
    async with running as controller:
        await unit.follow(controller)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
