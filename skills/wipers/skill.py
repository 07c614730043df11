"""Wipers. VSS has no washer actuator, so washing is handed to the head unit as an event."""

from __future__ import annotations

import re

from cabin_agent.sdk import (
    Cabin,
    CannotDo,
    Degree,
    Level,
    Manifest,
    Said,
    Skill,
    Zone,
    ensure,
    intent,
)

WINDSHIELD = "Vehicle.Body.Windshield"
FLUID_LOW = f"{WINDSHIELD}.Front.WasherFluid.IsLevelLow"
AUTOMATIC = re.compile(r"\bauto(matic)?\b|rain sens|自动|感应")
SPEEDS = ("INTERVAL", "SLOW", "MEDIUM", "FAST")
BY_LEVEL = {1: "SLOW", 2: "MEDIUM", 3: "FAST"}
BY_DEGREE = {Degree.SMALL: "SLOW", Degree.MIN: "INTERVAL", Degree.LARGE: "FAST", Degree.MAX: "FAST"}
NAMES = {
    "INTERVAL": ("on interval", "间歇"),
    "SLOW": ("slow", "慢速"),
    "MEDIUM": ("medium", "中速"),
    "FAST": ("fast", "快速"),
    "RAIN_SENSOR": ("on automatic", "自动"),
}


class Wipers(Skill):
    manifest = Manifest(
        name="wipers",
        version="1.0.0",
        summary_en="wipers",
        summary_zh="雨刮",
        reads=(FLUID_LOW,),
        actuates=(f"{WINDSHIELD}.*.Wiping.Mode",),
    )

    @intent(
        domain="wiper",
        en=(
            "turn on the wipers",
            "wipers on",
            "wipers to level {value}",
            "start the {zone} wiper",
            "it's raining wipe the windscreen",
        ),
        zh=("打开雨刷", "开雨刮", "雨刷{value}档", "打开{zone}雨刮", "下雨了开雨刷"),
    )
    async def on(self, cabin: Cabin, value: Level | None = None) -> Said:
        if value is None and AUTOMATIC.search(cabin.words):
            return await _wipe(cabin, "RAIN_SENSOR")
        mode = BY_DEGREE.get(cabin.degree, "MEDIUM") if value is None else BY_LEVEL[value]
        return await _wipe(cabin, mode)

    @intent(
        domain="wiper",
        en=("turn off the wipers", "wipers off", "stop the wipers", "stop wiping {zone}"),
        zh=("关闭雨刷", "雨刮关掉", "停止雨刮", "雨停了关{zone}雨刷"),
    )
    async def off(self, cabin: Cabin) -> Said:
        return await ensure(
            cabin,
            {_mode(cabin): "OFF"},
            cabin.say("Wipers off.", "雨刮已关闭"),
            cabin.say("The wipers are already off.", "雨刮已经关了"),
        )

    @intent(
        domain="wiper",
        en=(
            "wipers faster",
            "speed up the wipers",
            "wipe faster it's pouring",
            "turn the wipers up",
        ),
        zh=("雨刷快一点", "雨刮调快", "雨大了雨刮快点", "雨刮加一档"),
    )
    async def faster(self, cabin: Cabin) -> Said:
        return await _shift(cabin, 1)

    @intent(
        domain="wiper",
        en=(
            "wipers slower",
            "slow down the wipers",
            "wipe slower the rain is easing",
            "turn the wipers down",
        ),
        zh=("雨刷慢一点", "雨刮调慢", "雨小了雨刮慢点", "雨刮减一档"),
    )
    async def slower(self, cabin: Cabin) -> Said:
        return await _shift(cabin, -1)

    @intent(
        domain="wiper",
        en=(
            "wash the windscreen",
            "clean the windshield",
            "spray the washer fluid",
            "the windscreen is dirty",
        ),
        zh=("喷玻璃水", "清洗挡风玻璃", "喷点水刮一下", "玻璃脏了洗一下"),
        reversible=False,
    )
    async def wash(self, cabin: Cabin) -> Said:
        if await cabin.get(FLUID_LOW):
            raise CannotDo("The washer fluid is too low.", "玻璃水不足，无法清洗")
        cabin.event("wipers.wash", {})
        return cabin.say("Washing the windscreen.", "正在清洗挡风玻璃")


def _mode(cabin: Cabin) -> str:
    rear = cabin.explicit_place and set(cabin.zones) <= {Zone.REAR_LEFT, Zone.REAR_RIGHT}
    return f"{WINDSHIELD}.{'Rear' if rear else 'Front'}.Wiping.Mode"


async def _wipe(cabin: Cabin, mode: str) -> Said:
    en, zh = NAMES[mode]
    return await ensure(
        cabin,
        {_mode(cabin): mode},
        cabin.say(f"Wipers {en}.", f"雨刮{zh}"),
        cabin.say(f"The wipers are already {en}.", f"雨刮已经是{zh}了"),
    )


async def _shift(cabin: Cabin, by: int) -> Said:
    """One speed up or down; off and the rain sensor count as the slowest."""
    if cabin.degree in (Degree.MAX, Degree.MIN):
        return await _wipe(cabin, SPEEDS[-1 if by > 0 and cabin.degree is Degree.MAX else 0])
    now = await cabin.get(_mode(cabin))
    index = SPEEDS.index(str(now)) if now in SPEEDS else 0
    steps = 2 * by if cabin.degree is Degree.LARGE else by
    return await _wipe(cabin, SPEEDS[min(len(SPEEDS) - 1, max(0, index + steps))])
