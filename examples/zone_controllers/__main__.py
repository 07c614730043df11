"""A car of three computers, each a process: the centre with bus and policy, a climate controller,
and the controller of the left door, which loses its power and comes back.

    python -m examples.zone_controllers

Says what happens and ends by itself; the exit status is 0 if everything went as it should.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

from vehicle_bus.broker import Broker
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.errors import BusError, NoProvider, Refused
from vehicle_bus.policy import SafetyPolicy
from vehicle_bus.values import ActuationRequest, Requester, Scalar, Zone
from vehicle_bus.zonal import Centre, Key, listen, zones

PATIENCE_S = 60.0
WINDOW = "Vehicle.Cabin.Door.Row1.DriverSide.Window.Position"
LOCKED = "Vehicle.Cabin.Door.Row1.DriverSide.IsLocked"
TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
DRIVER = Requester("example", Zone.DRIVER, ("Vehicle.Cabin.*",))
DRIVING: dict[str, Scalar] = {
    "Vehicle.Speed": 50.0,
    "Vehicle.Powertrain.Transmission.SelectedGear": 127,
    "Vehicle.LowVoltageSystemState": "ON",
}


async def main() -> int:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        key, endpoint = Path(folder) / "zones.key", f"tcp/127.0.0.1:{_free_port()}"
        key.write_bytes(Key.fresh().secret)
        bus = Broker(Catalogue.load(), SafetyPolicy(), time.monotonic)
        async with zones(bus, listen(endpoint), Key.load(key)) as centre:
            units = {name: await _start(name, endpoint, key) for name in ("climate", "left_door")}
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await _story(bus, centre, units, endpoint, key)
            finally:
                for unit in units.values():
                    await _stop(unit)
        lost = centre.lost
    print(f"done in {time.perf_counter() - began:.1f} s, {lost} signals lost")
    return 1 if lost else 0


async def _story(
    bus: Broker,
    centre: Centre,
    units: dict[str, asyncio.subprocess.Process],
    endpoint: str,
    key: Path,
) -> None:
    await centre.until_there("climate", "left_door")
    print("there: climate, left_door")
    await bus.publish(DRIVING)
    await _move(bus, TEMPERATURE, 23.5)
    await _move(bus, WINDOW, 40)
    await _expect(bus, LOCKED, False, Refused)
    print("the left door loses its power")
    units["left_door"].send_signal(signal.SIGKILL)
    await centre.until_gone("left_door")
    await _expect(bus, WINDOW, 0, NoProvider)
    await _move(bus, TEMPERATURE, 20.0)
    await _stop(units["left_door"])
    units["left_door"] = await _start("left_door", endpoint, key)
    await centre.until_there("left_door")
    print("the left door is back")
    await bus.publish(DRIVING)
    await _move(bus, WINDOW, 25)


async def _move(bus: Broker, path: str, target: Scalar) -> None:
    """Ask for a target and wait until the signal is there."""
    await bus.actuate(ActuationRequest({path: target}, DRIVER))
    steps = 0
    async for update in bus.subscribe(path):
        steps += 1
        if update.datapoint.value == target:
            print(f"{path} = {target}, {steps} values on the way")
            return


async def _expect(bus: Broker, path: str, target: Scalar, error: type[BusError]) -> None:
    """Ask for a target that can't be had."""
    try:
        await bus.actuate(ActuationRequest({path: target}, DRIVER))
    except error as refused:
        print(f"{path} = {target}: {type(refused).__name__}: {refused}")
    else:
        raise AssertionError(f"{path} = {target} should have been {error.__name__}")


async def _start(name: str, endpoint: str, key: Path) -> asyncio.subprocess.Process:
    module = "examples.zone_controllers.controller"
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, name, endpoint, str(key)
    )


async def _stop(unit: asyncio.subprocess.Process) -> None:
    if unit.returncode is None:
        unit.kill()
        await unit.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
