"""Heating and ventilation of a seat: one VSS value from -100 (cold) to 100 (warm)."""

from __future__ import annotations

from cabin_agent.sdk import (
    Cabin,
    Degree,
    Level,
    Number,
    Percent,
    Said,
    characters_percent,
    ensure,
    intent,
    moved,
)

WHEEL = "Vehicle.Chassis.SteeringWheel.HeatingCooling"
POWER = {1: 33, 2: 66, 3: 100}  # percent of HeatingCooling by level
POWER_BY_DEGREE = {
    Degree.SMALL: POWER[1],
    Degree.MIN: POWER[1],
    Degree.NONE: POWER[2],
    Degree.LARGE: POWER[3],
    Degree.MAX: POWER[3],
}


class Heating:
    """The part of the seats that warms and cools, the wheel with them."""

    @intent(
        domain="seat",
        en=(
            "turn on the seat heating",
            "heat my seat",
            "seat heating to {value}",
            "switch on the heated seat {zone}",
            "warm up the {zone} seat",
        ),
        zh=(
            "打开座椅加热",
            "座椅加热调到{value}档",
            "打开{zone}座椅加热",
            "给座位加热",
            "屁股有点凉",
        ),
    )
    async def heat_on(self, cabin: Cabin, value: Level | Percent | None = None) -> Said:
        return await set_heating(cabin, power_of(cabin, value))

    @intent(
        domain="seat",
        en=(
            "turn off the seat heating",
            "stop heating my seat",
            "switch off the heated seat {zone}",
            "no more seat heating",
        ),
        zh=("关闭座椅加热", "座椅加热关掉", "关掉{zone}座椅加热", "座椅别加热了"),
    )
    async def heat_off(self, cabin: Cabin) -> Said:
        return await set_heating(cabin, 0)

    @intent(
        domain="seat",
        en=(
            "turn the seat heating up",
            "more seat heating",
            "make the seat warmer {zone}",
            "seat heating up {value} levels",
        ),
        zh=("座椅加热调高", "座椅再热一点", "{zone}座椅加热大一点", "座椅加热升{value}档"),
    )
    async def heat_up(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await by_levels(cabin, levels_of(cabin, value))

    @intent(
        domain="seat",
        en=(
            "turn the seat heating down",
            "less seat heating",
            "make the seat less warm {zone}",
            "seat heating down {value} levels",
        ),
        zh=("座椅加热调低", "座椅太烫了", "{zone}座椅加热小一点", "座椅加热降{value}档"),
    )
    async def heat_down(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await by_levels(cabin, -levels_of(cabin, value))

    @intent(
        domain="seat",
        en=(
            "turn on the seat ventilation",
            "cool my seat",
            "seat cooling to {value}",
            "ventilate the {zone} seat",
        ),
        zh=("打开座椅通风", "座椅通风调到{value}档", "打开{zone}座椅通风", "座椅吹吹风"),
    )
    async def vent_on(self, cabin: Cabin, value: Level | Percent | None = None) -> Said:
        return await set_heating(cabin, -power_of(cabin, value))

    @intent(
        domain="seat",
        en=(
            "turn off the seat ventilation",
            "stop cooling my seat",
            "seat cooling off",
            "no more ventilation in the {zone} seat",
        ),
        zh=("关闭座椅通风", "座椅通风关掉", "关掉{zone}座椅通风", "座椅别吹风了"),
    )
    async def vent_off(self, cabin: Cabin) -> Said:
        return await set_heating(cabin, 0)

    @intent(
        domain="seat",
        en=(
            "turn on the steering wheel heating",
            "heat the steering wheel",
            "my hands are cold warm the wheel",
            "steering wheel heating level {value}",
        ),
        zh=("打开方向盘加热", "方向盘加热", "手有点冷加热方向盘", "方向盘加热{value}档"),
    )
    async def wheel_heat_on(self, cabin: Cabin, value: Level | Percent | None = None) -> Said:
        power = power_of(cabin, value)
        return await ensure(
            cabin,
            {WHEEL: power},
            cabin.say(
                f"Steering wheel heating {power} percent.",
                f"方向盘加热{characters_percent(power)}",
            ),
            cabin.say("The steering wheel is already heated.", "方向盘加热已经打开了"),
        )

    @intent(
        domain="seat",
        en=(
            "turn off the steering wheel heating",
            "stop heating the wheel",
            "the steering wheel is too hot",
            "heated wheel off",
        ),
        zh=("关闭方向盘加热", "方向盘加热关掉", "方向盘太烫了", "方向盘别加热了"),
    )
    async def wheel_heat_off(self, cabin: Cabin) -> Said:
        return await ensure(
            cabin,
            {WHEEL: 0},
            cabin.say("Steering wheel heating off.", "方向盘加热已关闭"),
            cabin.say("The steering wheel heating is already off.", "方向盘加热已经关了"),
        )


def power_of(cabin: Cabin, value: Level | Percent | None) -> int:
    """Percent of full heating or cooling."""
    if value is None:
        return POWER_BY_DEGREE[cabin.degree]
    return POWER[value] if isinstance(value, Level) else int(value)


def levels_of(cabin: Cabin, value: Number | None) -> int:
    """How many levels "warmer" goes."""
    if value is not None:
        return round(abs(value))
    return {Degree.LARGE: 2, Degree.MAX: 3, Degree.MIN: 3}.get(cabin.degree, 1)


def state(power: int) -> tuple[str, str]:
    if power == 0:
        return "heating off", "加热已关闭"
    if power > 0:
        return f"heating {power} percent", f"加热{characters_percent(power)}"
    return f"ventilation {-power} percent", f"通风{characters_percent(-power)}"


async def set_heating(cabin: Cabin, power: int) -> Said:
    paths = [f"{cabin.paths(zone).seat}.HeatingCooling" for zone in cabin.zones]
    en, zh = state(power)
    return await ensure(
        cabin,
        dict.fromkeys(paths, power),
        cabin.say(f"{cabin.place} seat {en}.", f"{cabin.place}座椅{zh}"),
        cabin.say(f"{cabin.place} seat already {en}.", f"{cabin.place}座椅之前就{zh}"),
    )


async def by_levels(cabin: Cabin, levels: int) -> Said:
    """Go up or down by levels from where each seat is; "the lowest" is level one."""
    scale = [0, *POWER.values()]

    def target(now: float) -> float:
        if cabin.degree is Degree.MIN:
            return POWER[1]
        level = min(range(len(scale)), key=lambda index: abs(scale[index] - max(now, 0)))
        return scale[min(len(scale) - 1, max(0, level + levels))]

    paths = [f"{cabin.paths(zone).seat}.HeatingCooling" for zone in cabin.zones]
    values = {path: round(value) for path, value in (await moved(cabin, paths, target)).items()}
    en, zh = state(max(values.values()))
    return await ensure(
        cabin,
        values,
        cabin.say(f"{cabin.place} seat {en}.", f"{cabin.place}座椅{zh}"),
        cabin.say(f"{cabin.place} seat already {en}.", f"{cabin.place}座椅之前就{zh}"),
    )
