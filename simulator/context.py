"""The driving context of a scenario, done to the car as its time comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.daylight import light_percent
from simulator.language.conditions import show
from simulator.language.drive import GEARS, WEATHER, Drive
from simulator.language.frames import Views
from simulator.playback import Playback
from simulator.scenario import Scenario
from simulator.world import CHARGE, HUMIDITY, IGNITION, LIGHT, NETWORK, OUTSIDE, RAIN, Vehicle
from vehicle_bus.values import Scalar

LIGHT_EVERY_S = 5.0
BASE_LIGHT = 80.0
"""Without a time of day it is a bright one."""


class Context:
    """What the scenario does to the car. `tell` notes what people would want to read."""

    def __init__(
        self,
        scenario: Scenario,
        vehicle: Vehicle,
        tell: Callable[[str, float], None],
        playback: Playback | None = None,
    ) -> None:
        self._vehicle = vehicle
        self._tell = tell
        self._playback = playback
        self._drives = list(reversed(scenario.drive))
        self._sky = 1.0
        self._noon_at: float | None = None
        self._light_at = 0.0

    async def change(self, now: float) -> tuple[Drive, ...]:
        """Do to the car what is due at `now`; gives what else is due with it."""
        due: tuple[Drive, ...] = ()
        while self._drives and self._drives[-1].at <= now:
            drive = self._drives.pop()
            await self._apply(drive, now)
            due += (drive,)
        if self._playback is not None and (told := self._playback.until(now)):
            await self._vehicle.set(told)
        if self._noon_at is not None and now >= self._light_at:
            self._light_at = now + LIGHT_EVERY_S
            await self._vehicle.set({LIGHT: round(light_percent(now - self._noon_at, self._sky))})
        return due

    async def _apply(self, drive: Drive, now: float) -> None:
        if not drive.quiet and (text := told(drive)):
            self._tell(text, now)
        if drive.gear is not None:
            self._vehicle.select_gear(drive.gear)
        if drive.speed is not None:
            self._vehicle.drive_at(drive.speed)
        if drive.time is not None:
            self._noon_at = now - drive.time
        for path, position in drive.obstacles.items():
            self._vehicle.obstruct(path, position)
        for seat, how in drive.seats.items():
            await self._vehicle.seat(seat, occupied=how != "empty", belted=how == "occupied")
        if values := self._signals(drive):
            await self._vehicle.set(values)
        if drive.weather is not None or drive.time is not None:
            self._light_at = now

    def _signals(self, drive: Drive) -> dict[str, Scalar]:
        values: dict[str, Scalar] = {}
        if drive.weather is not None:
            rain, humidity, self._sky = WEATHER[drive.weather]
            values |= {RAIN: round(rain), HUMIDITY: humidity}
            if self._noon_at is None:
                values[LIGHT] = BASE_LIGHT * self._sky
        if drive.network is not None:
            values[NETWORK] = drive.network != "none"
        given: Mapping[str, Scalar | None] = {
            RAIN: None if drive.rain is None else round(drive.rain),
            LIGHT: drive.light,
            OUTSIDE: drive.outside,
            IGNITION: drive.ignition,
            CHARGE: drive.charge,
        }
        if drive.light is not None:
            self._noon_at = None
        values |= {path: value for path, value in given.items() if value is not None}
        return values | dict(drive.signals)


def told(drive: Drive) -> str:
    """`60 km/h, rain 30 %`"""
    gears = {number: letter for letter, number in GEARS.items()}
    parts = [
        "" if drive.gear is None else f"gear {gears[drive.gear]}",
        "" if drive.speed is None else f"{drive.speed:g} km/h",
        "" if drive.ignition is None else f"ignition {drive.ignition}",
        (drive.weather or "").replace("_", " "),
        "" if drive.rain is None else f"rain {drive.rain:g} %",
        "" if drive.light is None else f"light {drive.light:g} %",
        "" if drive.time is None else f"{drive.time // 3600:02.0f}:{drive.time % 3600 // 60:02.0f}",
        "" if drive.outside is None else f"{drive.outside:g} °C outside",
        "" if drive.network is None else f"network {drive.network}",
        "" if drive.charge is None else f"charge {drive.charge:g} %",
        *(f"{seat} {how}" for seat, how in drive.seats.items()),
        *(_obstacle(path, position) for path, position in drive.obstacles.items()),
        *(f"told: {message.topic}" for message in drive.messages),
        "" if drive.views == Views() else "cameras",
        *(f"{path.removeprefix('Vehicle.')} {show(v)}" for path, v in drive.signals.items()),
    ]
    return ", ".join(filter(None, parts))


def _obstacle(path: str, position: float | None) -> str:
    name = path.removeprefix("Vehicle.")
    return f"{name} is free" if position is None else f"something is in {name} at {position:g} %"
