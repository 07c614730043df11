"""The driving context over time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from simulator.driveline import DRIVE, NEUTRAL, PARK, REVERSE
from simulator.language import conditions
from simulator.language.frames import Views, views
from simulator.language.people import SEATS
from simulator.motion import movers
from simulator.yaml_reader import Node
from vehicle_bus.catalogue import Catalogue
from vehicle_bus.values import Scalar, Zone

LONGEST_S = 24 * 3600.0
FASTEST_REVERSE_KMH = 40.0
PROFILE_STEP_S = 1.0

GEARS: Mapping[str, int] = {"P": PARK, "R": REVERSE, "N": NEUTRAL, "D": DRIVE}
IGNITION = ("OFF", "ACC", "ON", "START")
NETWORK = ("none", "good")
SEATED = ("occupied", "unbelted", "empty")
DRIVER_KEYS = ("attention", "distraction", "fatigue", "eyes_on_road", "hands_on_wheel")
DRIVE_KEYS = tuple(
    "at speed gear ignition weather rain light time outside network charge fuel driver seats "
    "obstacle inform frames signals".split()
)

WEATHER: Mapping[str, tuple[float, float, float]] = {
    "clear": (0, 45, 1.0),
    "cloudy": (0, 65, 0.6),
    "rain": (35, 90, 0.4),
    "heavy_rain": (90, 94, 0.25),
    "fog": (0, 99, 0.4),
    "snow": (20, 92, 0.5),
}
"""Name -> rain in percent, humidity in percent, share of the daylight that is left."""

DRIVER_SIGNALS = {
    "attention": "Vehicle.Driver.AttentiveProbability",
    "distraction": "Vehicle.Driver.DistractionLevel",
    "fatigue": "Vehicle.Driver.FatigueLevel",
    "eyes_on_road": "Vehicle.Driver.IsEyesOnRoad",
    "hands_on_wheel": "Vehicle.Driver.IsHandsOnWheel",
}
FUEL = "Vehicle.Powertrain.FuelSystem.RelativeLevel"
FUEL_LOW = "Vehicle.Powertrain.FuelSystem.IsFuelLevelLow"
FUEL_LOW_PERCENT = 12
OPENERS = {mover.path: mover for mover in movers()}


@dataclass(frozen=True, slots=True)
class Message:
    """Something that is no signal and that the head unit tells the assistant."""

    topic: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Drive:
    """A change of the driving context at `at` seconds. None: stays as it is. `seats`: who sits
    there from now on, as in `SEATED`; `obstacles`: what is in the way of a window or a roof, and
    where (None: no more). `quiet`: a step of a speed profile; `file`: where it is written."""

    at: float
    speed: float | None = None
    gear: int | None = None
    ignition: str | None = None
    weather: str | None = None
    rain: float | None = None
    light: float | None = None
    time: float | None = None
    outside: float | None = None
    network: str | None = None
    charge: float | None = None
    seats: Mapping[Zone, str] = field(default_factory=dict)
    obstacles: Mapping[str, float | None] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    views: Views = field(default_factory=Views)
    signals: Mapping[str, Scalar] = field(default_factory=dict)
    quiet: bool = False
    file: str = ""


def drives(node: Node, catalogue: Catalogue) -> tuple[Drive, ...]:
    """The list in the order of time; speed profiles are made into steps."""
    found: list[Drive] = []
    ignition = "ON"
    for item in node.items():
        for drive in _drives(item, catalogue):
            if drive.quiet:
                found.append(drive)
                continue
            listed = [each for each in found if not each.quiet and each.file == item.file]
            if listed and drive.at < listed[-1].at:
                cause = f"{drive.at:g} s comes before {listed[-1].at:g} s"
                item.fail(cause, "sort the list by 'at'")
            ignition = drive.ignition or ignition
            if drive.speed and ignition in ("OFF", "ACC"):
                item.fail(f"a car can't drive with the ignition {ignition}", "add 'ignition: ON'")
            found.append(drive)
    return tuple(sorted(found, key=lambda drive: drive.at))


def _drives(node: Node, catalogue: Catalogue) -> Iterator[Drive]:
    """What one item of the list says, and the steps of its speed profile."""
    keys = node.fields(DRIVE_KEYS)
    if "at" not in keys:
        node.fail("'at' is missing", "say when: 'at: 3'")
    if len(keys) == 1:
        node.fail("nothing changes", f"add one of {', '.join(DRIVE_KEYS[1:])}")
    drive = replace(_drive(keys, catalogue), file=node.file)
    if "speed" not in keys or not keys["speed"].is_sequence():
        yield drive
        return
    profile = _profile(keys["speed"])
    yield replace(drive, speed=profile[0][1])
    for (since, before), (until, after) in pairwise(profile):
        steps = max(1, round((until - since) / PROFILE_STEP_S))
        for step in range(1, steps + 1):
            share = step / steps
            moment = drive.at + since + (until - since) * share
            yield Drive(moment, speed=before + (after - before) * share, quiet=True)


def _drive(keys: Mapping[str, Node], catalogue: Catalogue) -> Drive:
    def number(key: str, low: float, high: float, unit: str) -> float | None:
        return keys[key].number(low, high, unit) if key in keys else None

    def choice(key: str, known: tuple[str, ...]) -> str | None:
        return keys[key].choice(known) if key in keys else None

    profiled = "speed" in keys and keys["speed"].is_sequence()
    speed = None if profiled else number("speed", 0, 300, "km/h")
    gear = GEARS[keys["gear"].choice(GEARS)] if "gear" in keys else None
    if speed and gear in (PARK, NEUTRAL):
        keys["gear"].fail("a car can't drive in P or N", "select D or R, or set speed to 0")
    if speed and gear == REVERSE and speed > FASTEST_REVERSE_KMH:
        keys["speed"].fail(f"no car reverses at {speed:g} km/h", f"{FASTEST_REVERSE_KMH:g} or less")
    signals = _told(keys)
    if "signals" in keys:
        signals |= conditions.values(keys["signals"], catalogue)
    return Drive(
        at=keys["at"].number(0, LONGEST_S, "seconds"),
        speed=speed,
        gear=gear,
        ignition=choice("ignition", IGNITION),
        weather=choice("weather", tuple(WEATHER)),
        rain=number("rain", 0, 100, "percent"),
        light=number("light", 0, 100, "percent"),
        time=keys["time"].time_of_day() if "time" in keys else None,
        outside=number("outside", -60, 60, "Celsius"),
        network=choice("network", NETWORK),
        charge=number("charge", 0, 100, "percent"),
        seats=_seats(keys["seats"]) if "seats" in keys else {},
        obstacles=_obstacles(keys["obstacle"]) if "obstacle" in keys else {},
        messages=_messages(keys["inform"]) if "inform" in keys else (),
        views=views(keys["frames"]) if "frames" in keys else Views(),
        signals=signals,
    )


def _told(keys: Mapping[str, Node]) -> dict[str, Scalar]:
    """Signals that have a word of their own in the language."""
    told: dict[str, Scalar] = {}
    if "fuel" in keys:
        told[FUEL] = round(keys["fuel"].number(0, 100, "percent"))
        told[FUEL_LOW] = int(told[FUEL]) < FUEL_LOW_PERCENT
    if "driver" in keys:
        for key, value in keys["driver"].fields(DRIVER_KEYS).items():
            flag = key in ("eyes_on_road", "hands_on_wheel")
            told[DRIVER_SIGNALS[key]] = value.flag() if flag else value.number(0, 100, "percent")
    return told


def _profile(node: Node) -> list[tuple[float, float]]:
    """[seconds after `at`, km/h] points."""
    points: list[tuple[float, float]] = []
    for item in node.items():
        pair = item.items()
        if len(pair) != 2:
            item.fail("a point of a speed profile has two numbers", "write [seconds, km/h]")
        after, speed = pair[0].number(0, LONGEST_S, "seconds"), pair[1].number(0, 300, "km/h")
        if points and after <= points[-1][0]:
            pair[0].fail(f"{after:g} s is not after {points[-1][0]:g} s", "sort the points")
        points.append((after, speed))
    if not points:
        node.fail("the speed profile has no points", "write [[0, 0], [10, 50]]")
    return points


def _seats(node: Node) -> dict[Zone, str]:
    return {SEATS[seat.choice(SEATS)]: how.choice(SEATED) for seat, how in node.entries()}


def _obstacles(node: Node) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for key, value in node.entries():
        path = key.choice(OPENERS)
        found[path] = None if value.is_null() else value.number(0, 100, "percent")
    return found


def _messages(node: Node) -> tuple[Message, ...]:
    messages = []
    for topic, payload in node.entries():
        if not payload.is_mapping():
            payload.fail("what is told is a mapping", "write {from: Anna, text: hello}")
        plain = payload.plain()
        try:
            json.dumps(plain)
        except (TypeError, ValueError) as error:
            payload.fail(f"it can't be told as JSON ({error})", "use texts, numbers and lists")
        assert isinstance(plain, dict)
        messages.append(Message(topic.text(), plain))
    return tuple(messages)
