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
    moved,
)

POWER = {1: 33, 2: 66, 3: 100}  # percent of HeatingCooling by level
POWER_BY_DEGREE = {
    Degree.SMALL: POWER[1],
    Degree.MIN: POWER[1],
    Degree.NONE: POWER[2],
    Degree.LARGE: POWER[3],
    Degree.MAX: POWER[3],
}


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
