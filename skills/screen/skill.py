"""The screens: how bright, day or night, letters and units; what is shown is the head unit's, which
is told by event.

Events: `screen.view` {"view", "on"}, `screen.power` {"on", "seat"}, `screen.select` {"label"},
`screen.command` {"words", "seat"} for everything else (where a screen turns to, wallpapers, pages).
"""

from __future__ import annotations

from cabin_agent.sdk import (
    Cabin,
    Degree,
    Manifest,
    Percent,
    Said,
    Skill,
    Steps,
    Text,
    characters_percent,
    ensure,
    intent,
    number,
)

from .requests import HMI, Kind, understood

BRIGHTNESS = f"{HMI}.Brightness"
LIGHT = Steps(small=10, plain=20, large=40, low=5, high=100)  # percent; never quite dark
UNKNOWN = 50.0


class Screen(Skill):
    manifest = Manifest(
        name="screen",
        version="1.0.0",
        summary_en="the screens",
        summary_zh="屏幕",
        actuates=(
            BRIGHTNESS,
            f"{HMI}.DayNightMode",
            f"{HMI}.FontSize",
            f"{HMI}.TemperatureUnit",
            f"{HMI}.DistanceUnit",
            f"{HMI}.TirePressureUnit",
            f"{HMI}.TimeFormat",
        ),
    )

    @intent(
        domain="screen",
        en=(
            "make the screen brighter",
            "dim the display",
            "set the screen brightness to {value} percent",
            "switch the display to night mode",
            "show the {option}",
            "turn the {option} off",
            "turn the screen back on",
            "the screen is too bright",
            "i can't read the screen",
            "make the letters bigger",
            "show the temperature in fahrenheit",
            "switch to kilometres",
        ),
        zh=(
            "屏幕亮一点",
            "屏幕调暗",
            "屏幕亮度调到{value}",
            "切换到夜间模式",
            "打开{option}画面",
            "显示{option}",
            "关闭{option}画面",
            "屏幕太亮了",
            "屏幕看不清",
            "字体调大",
            "温度单位换成华氏度",
            "点亮屏幕",
        ),
    )
    async def control(
        self, cabin: Cabin, option: Text | None = None, value: Percent | None = None
    ) -> Said:
        wanted = understood(f"{cabin.words} {option or ''}".lower(), value is not None)
        match wanted.kind:
            case Kind.BRIGHTNESS | Kind.BRIGHTER | Kind.DARKER:
                return await _brightness(cabin, wanted.kind, value)
            case Kind.THEME | Kind.FONT | Kind.UNIT:
                return await ensure(
                    cabin,
                    {wanted.path: wanted.value},
                    cabin.say(f"Screen set to {wanted.en}.", f"屏幕已切换到{wanted.zh}"),
                    cabin.say(f"The screen already has {wanted.en}.", f"屏幕已经是{wanted.zh}了"),
                )
            case Kind.VIEW:
                cabin.event("screen.view", {"view": wanted.value, "on": wanted.on})
                if wanted.on:
                    return cabin.say(f"Showing the {wanted.en}.", f"正在显示{wanted.zh}")
                return cabin.say(f"Closing the {wanted.en}.", f"正在关闭{wanted.zh}")
            case Kind.POWER:
                cabin.event("screen.power", {"on": wanted.on, "seat": str(cabin.zones[0])})
                if wanted.on:
                    return cabin.say("Screen on.", "屏幕已打开")
                return cabin.say("Screen off.", "屏幕已关闭")
            case Kind.OTHER:
                seat = str(cabin.zones[0])
                cabin.event("screen.command", {"words": cabin.words, "seat": seat})
                return cabin.say("I've asked the screen for that.", "已交给屏幕处理")

    @intent(
        domain="screen",
        en=("tap {query}", "press {query}", "select {query} on the screen", "choose {query}"),
        zh=("点{query}", "点一下{query}", "选择屏幕上的{query}", "按{query}"),
    )
    async def select(self, cabin: Cabin, query: Text) -> Said:
        cabin.event("screen.select", {"label": str(query)})
        return cabin.say(f"{query}.", f"{query}")


async def _brightness(cabin: Cabin, kind: Kind, value: Percent | None) -> Said:
    now = await number(cabin, BRIGHTNESS, UNKNOWN)
    if value is not None:
        target = LIGHT.clipped(value)
    elif kind is Kind.DARKER or cabin.degree is Degree.MIN:
        target = LIGHT.down(now, cabin.degree)
    else:
        target = LIGHT.up(now, cabin.degree)
    shown = round(target)
    return await ensure(
        cabin,
        {BRIGHTNESS: float(shown)},
        cabin.say(f"Screen brightness {shown} percent.", f"屏幕亮度{characters_percent(shown)}"),
        cabin.say(
            f"The screen is already at {shown} percent.",
            f"屏幕亮度已经是{characters_percent(shown)}",
        ),
    )
