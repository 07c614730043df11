"""What may be shown and said, and to whom: the rules of the table that concern no actuator.

`presentation` is pure like `policy.decide`: the seat, the car's signals, the time in; the limits
out. The strictest row wins, field by field. It is asked before anything leaves for a display or a
loudspeaker; the head unit gets the limits too, for what it draws by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, fields, replace

from vehicle_bus.bus import Bus
from vehicle_bus.situation import GEAR, IS_MOVING, SPEED, Situation, VehicleProfile, VehicleState
from vehicle_bus.values import Clock, Datapoint, Requester, Zone

GUIDELINES = "NHTSA Visual-Manual Driver Distraction Guidelines 2013, per se lock-outs"
CAR_UX = "Android Automotive CarUxRestrictions"
AAM = "AAM Statement of Principles 2006, 3.1 and 3.2"
DRIVER_STATE = "VSS Vehicle.Driver.*; project hazard analysis"

FATIGUE = "Vehicle.Driver.FatigueLevel"
DISTRACTION = "Vehicle.Driver.DistractionLevel"
EYES_ON_ROAD = "Vehicle.Driver.IsEyesOnRoad"
TIRED_FROM = 60.0
"""Percent of `FatigueLevel` or `DistractionLevel` from which talk is kept short."""
FOLLOWED = (SPEED, IS_MOVING, GEAR, FATIGUE, DISTRACTION, EYES_ON_ROAD)
CHECKS_PER_AGE = 4
"""How often within `max_age_s` a value is found to be too old, though nothing new came."""

TEXT_CHARS, LIST_ITEMS, LIST_DEPTH = 120, 21, 3
"""What CarUxRestrictions' defaults allow while driving."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """What one seat may be shown and told now; None is no limit. `video`, `keyboard`,
    `scrolling_text`, `messages_shown`: on its display. `partials`: words before they are final.
    `setup`: pairing, settings, changes of rules. `short`: only what is needed is said.
    `deferred`: what nobody asked for waits. `interruptible` always holds: whoever speaks or
    cancels ends any speech of ours.
    """

    text_chars: int | None = None
    list_items: int | None = None
    list_depth: int | None = None
    video: bool = True
    keyboard: bool = True
    scrolling_text: bool = True
    messages_shown: bool = True
    partials: bool = True
    setup: bool = True
    short: bool = False
    deferred: bool = False
    interruptible: bool = True

    def as_dict(self) -> dict[str, int | bool | None]:
        """By name."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `limits` hold for a seat when `when` does."""

    number: int
    name: str
    source: str
    reason_en: str
    reason_zh: str
    when: Callable[[Situation], bool]
    limits: Presentation


def at_drivers_display_moving(now: Situation) -> bool:
    """Nobody knows whose display an unknown seat is: it counts as the driver's."""
    return now.zone in (Zone.DRIVER, Zone.UNKNOWN) and now.state is VehicleState.MOVING


def not_parked(now: Situation) -> bool:
    return now.state is not VehicleState.PARKED


def always(_: Situation) -> bool:
    return True


def needs_quiet(now: Situation) -> bool:
    """The driver is tired, distracted or looks away, in a car that moves."""
    if now.state is not VehicleState.MOVING:
        return False
    levels = (now.value(FATIGUE), now.value(DISTRACTION))
    if any(level is not None and float(level) >= TIRED_FROM for level in levels):
        return True
    return now.value(EYES_ON_ROAD) is False


ROWS: tuple[Row, ...] = (
    Row(
        11,
        "nothing_that_holds_the_eye",
        GUIDELINES,
        "Video, keyboard and scrolling text wait until the car stands; messages are read aloud.",
        "行驶中不显示视频、键盘和滚动文字，消息只朗读。",
        at_drivers_display_moving,
        Presentation(video=False, keyboard=False, scrolling_text=False, messages_shown=False),
    ),
    Row(
        12,
        "little_to_read",
        CAR_UX,
        "While driving, little is shown at a time.",
        "行驶中每次只显示少量内容。",
        at_drivers_display_moving,
        Presentation(
            text_chars=TEXT_CHARS, list_items=LIST_ITEMS, list_depth=LIST_DEPTH, partials=False
        ),
    ),
    Row(
        13,
        "setup_only_in_park",
        CAR_UX,
        "Pairing and settings wait until the car is in Park.",
        "配对和设置请在P挡时进行。",
        not_parked,
        Presentation(setup=False),
    ),
    Row(
        14,
        "always_interruptible",
        AAM,
        "Speaking or a tap ends what I say, at any time.",
        "您随时可以打断我。",
        always,
        Presentation(interruptible=True),
    ),
    Row(
        15,
        "quiet_for_a_tired_driver",
        DRIVER_STATE,
        "I keep it short while the road needs you.",
        "请专心驾驶，我尽量少说。",
        needs_quiet,
        Presentation(short=True, deferred=True),
    ),
)
_STRICTER_IF_SET = frozenset({"short", "deferred"})


def presentation(
    zone: Zone, snapshot: Mapping[str, Datapoint], profile: VehicleProfile, now: float
) -> Presentation:
    """The limits at a seat. `now` and `Datapoint.at` are seconds on the same clock."""
    result = Presentation()
    for row in holding(zone, snapshot, profile, now):
        result = _stricter(result, row.limits)
    return result


def holding(
    zone: Zone, snapshot: Mapping[str, Datapoint], profile: VehicleProfile, now: float
) -> tuple[Row, ...]:
    """The rows that hold at a seat."""
    situation = Situation.of(Requester("display", zone), snapshot, profile, now)
    return tuple(row for row in ROWS if row.when(situation))


async def follow(
    bus: Bus, zone: Zone, profile: VehicleProfile, clock: Clock
) -> AsyncIterator[tuple[Presentation, tuple[Row, ...]]]:
    """The limits at a seat and the rows they come from, now and whenever they change."""
    known = {leaf.path for leaf in await bus.signals()}
    subscription = bus.subscribe(*(path for path in FOLLOWED if path in known))
    told: tuple[Row, ...] | None = None
    try:
        while True:
            snapshot = await bus.snapshot()
            rows = holding(zone, snapshot, profile, clock())
            if rows != told:
                told = rows
                yield presentation(zone, snapshot, profile, clock()), rows
            try:
                async with asyncio.timeout(profile.max_age_s / CHECKS_PER_AGE):
                    await subscription.batch()
            except TimeoutError:
                continue
    finally:
        await subscription.aclose()


def _stricter(one: Presentation, other: Presentation) -> Presentation:
    changes: dict[str, int | bool | None] = {}
    for item in fields(Presentation):
        a, b = getattr(one, item.name), getattr(other, item.name)
        if item.name in _STRICTER_IF_SET:
            changes[item.name] = a or b
        elif isinstance(a, bool):
            changes[item.name] = a and b
        else:
            changes[item.name] = min((x for x in (a, b) if x is not None), default=None)
    return replace(one, **changes)  # type: ignore[arg-type]
