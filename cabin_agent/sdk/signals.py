"""Reading and writing signals the way most skills do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from cabin_agent.sdk.contract import Cabin, Said
from vehicle_bus.values import Scalar


async def number(cabin: Cabin, path: str, unknown: float = 0.0) -> float:
    """The signal's value, or `unknown` if the car does not publish it."""
    value = await cabin.get(path)
    return unknown if value is None else float(value)


async def moved(
    cabin: Cabin, paths: Iterable[str], target: Callable[[float], float], unknown: float = 0.0
) -> dict[str, float]:
    """For each path, what `target` makes of its value."""
    return {path: target(await number(cabin, path, unknown)) for path in paths}


async def ensure(
    cabin: Cabin,
    values: Mapping[str, Scalar],
    done: Said,
    already: Said,
    undo: Mapping[str, Scalar] | None = None,
) -> Said:
    """Request `values` and say `done`, or `already` if the car reports them now.

    They are requested in either case: what moves reports its old position for a while.
    """
    same = True
    for path, value in values.items():
        same = same and await cabin.get(path) == value
    await cabin.actuate(values, undo)
    return already if same else done


async def switch(
    cabin: Cabin, paths: Iterable[str], on: bool, en: str, zh: str, plural: bool = False
) -> Said:
    """Switch something on or off, and say so: "Fog lights on." 雾灯已打开"""
    state_en, state_zh = ("on", "打开") if on else ("off", "关闭")
    be = "are" if plural else "is"
    return await ensure(
        cabin,
        dict.fromkeys(paths, on),
        cabin.say(f"{en} {state_en}.", f"{zh}已{state_zh}"),
        cabin.say(f"{en} {be} already {state_en}.", f"{zh}已经{state_zh}了"),
    )
