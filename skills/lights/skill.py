"""Light: ambient colour, reading lamps, and the lamps outside."""

from __future__ import annotations

import re
from collections.abc import Callable

from cabin_agent.sdk import (
    Cabin,
    Colour,
    Level,
    Manifest,
    Number,
    Percent,
    Said,
    Skill,
    Steps,
    Text,
    Zone,
    characters_percent,
    ensure,
    intent,
    moved,
    switch,
)

from .colours import of_the_lamp
from .effects import effect_of

AMBIENT = "Vehicle.Cabin.Light.AmbientLight.*.*"
SPOTLIGHT = "Vehicle.Cabin.Light.Spotlight.*.*"
BAR = "Vehicle.Cabin.Light.InteractiveLightBar"
BAR_SAID = re.compile(r"light bar|交互灯")
DOME = "Vehicle.Cabin.Light.IsDomeOn"
BODY = "Vehicle.Body.Lights"
LOW_BEAM = f"{BODY}.Beam.Low.IsOn"
SWITCH = f"{BODY}.LightSwitch"
AUTOMATIC = re.compile(r"\bauto(matic)?\b|自动")
HIGH_BEAM = f"{BODY}.Beam.High.IsOn"
FRONT_FOG = f"{BODY}.Fog.Front.IsOn"
REAR_FOG = f"{BODY}.Fog.Rear.IsOn"
HAZARD = f"{BODY}.Hazard.IsSignaling"

SEATS = (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)
REAR = (Zone.REAR_LEFT, Zone.REAR_RIGHT)
BRIGHTNESS = Steps(small=10, plain=20, large=40, low=1, high=100)
LEVELS = {1: 33, 2: 66, 3: 100}
PALETTE = (
    Colour("blue", "蓝色", "#0000FF"),
    Colour("purple", "紫色", "#800080"),
    Colour("amber", "琥珀色", "#FFBF00"),
    Colour("green", "绿色", "#00FF00"),
    Colour("warm white", "暖白色", "#FFE4B5"),
)


class Lights(Skill):
    manifest = Manifest(
        name="lights",
        version="1.0.0",
        summary_en="lights",
        summary_zh="灯光",
        actuates=(
            f"{AMBIENT}.*",
            f"{SPOTLIGHT}.IsLightOn",
            f"{BAR}.*",
            DOME,
            LOW_BEAM,
            SWITCH,
            HIGH_BEAM,
            FRONT_FOG,
            REAR_FOG,
            HAZARD,
        ),
    )

    @intent(
        domain="light",
        en=(
            "turn on the ambient light",
            "switch on the mood lighting",
            "ambient lighting on {zone}",
            "give me some atmosphere light",
        ),
        zh=("打开氛围灯", "氛围灯亮起来", "打开{zone}氛围灯", "来点氛围灯"),
    )
    async def ambient_on(self, cabin: Cabin) -> Said:
        return await switch(cabin, _ambient(cabin, "IsLightOn"), True, "Ambient light", "氛围灯")

    @intent(
        domain="light",
        en=(
            "turn off the ambient light",
            "switch off the mood lighting",
            "ambient lighting off {zone}",
            "no more atmosphere light",
        ),
        zh=("关闭氛围灯", "氛围灯关掉", "关掉{zone}氛围灯", "不要氛围灯了"),
    )
    async def ambient_off(self, cabin: Cabin) -> Said:
        return await switch(cabin, _ambient(cabin, "IsLightOn"), False, "Ambient light", "氛围灯")

    @intent(
        domain="light",
        en=(
            "make the ambient light {colour}",
            "set the mood lighting to {colour}",
            "{colour} lights please",
            "change the light colour",
            "{zone} ambient light in {colour}",
        ),
        zh=("氛围灯调成{colour}", "把氛围灯换成{colour}", "{zone}氛围灯要{colour}", "换个灯光颜色"),
    )
    async def ambient_colour(self, cabin: Cabin, colour: Colour | None = None) -> Said:
        chosen = of_the_lamp(colour, cabin.words) if colour else await _next_colour(cabin)
        values: dict[str, str | bool] = dict.fromkeys(_ambient(cabin, "Color"), chosen.rgb)
        values |= dict.fromkeys(_ambient(cabin, "IsLightOn"), True)
        return await ensure(
            cabin,
            values,
            cabin.say(f"Ambient light {chosen.en}.", f"氛围灯已调成{chosen.zh}"),
            cabin.say(f"The ambient light is already {chosen.en}.", f"氛围灯已经是{chosen.zh}了"),
        )

    @intent(
        domain="light",
        en=(
            "set the ambient light to {option}",
            "ambient light {option} mode",
            "let the lights follow the music",
            "let the ambient light pulse with the music",
            "breathing light please",
            "rainbow lights",
            "animate the ambient lighting",
            "give us a light show",
            "cycle through the ambient colours",
            "keep the ambient light steady",
            "stop the lights dancing to the music",
            "change the mood lighting effect to {option}",
        ),
        zh=(
            "氛围灯{option}模式",
            "氛围灯跟着音乐动起来",
            "氛围灯呼吸模式",
            "氛围灯律动",
            "氛围灯渐变模式",
            "来个灯光秀",
            "灯光跟音乐走",
            "氛围灯颜色循环",
            "氛围灯别闪了常亮",
            "换个氛围灯效果",
            "氛围灯效果换成{option}",
            "关闭音乐律动",
        ),
    )
    async def ambient_effect(self, cabin: Cabin, option: Text | None = None) -> Said:
        effect = effect_of(f"{option or ''} {cabin.words}".lower())
        values: dict[str, bool] = dict.fromkeys(_ambient(cabin, "IsLightOn"), True)
        await cabin.actuate(values)
        seats = [str(zone) for zone in cabin.zones] if cabin.explicit_place else []
        cabin.event("lights.effect", {"effect": effect.name, "seats": seats})
        return cabin.say(f"Ambient light {effect.en}.", f"氛围灯{effect.zh}")

    @intent(
        domain="light",
        en=(
            "make the ambient light brighter",
            "turn up the ambient lighting",
            "brighter lights {zone}",
            "increase the light brightness by {value}",
        ),
        zh=("氛围灯亮一点", "氛围灯调亮", "{zone}灯光再亮些", "氛围灯亮度加{value}"),
    )
    async def brightness_up(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await _brightness(cabin, lambda now: BRIGHTNESS.up(now, cabin.degree, value))

    @intent(
        domain="light",
        en=(
            "dim the ambient light",
            "turn down the ambient lighting",
            "darker lights {zone}",
            "decrease the light brightness by {value}",
        ),
        zh=("氛围灯暗一点", "氛围灯调暗", "{zone}灯光再暗些", "氛围灯亮度减{value}"),
    )
    async def brightness_down(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await _brightness(
            cabin, lambda now: BRIGHTNESS.down(now, cabin.degree, value), switch_on=False
        )

    @intent(
        domain="light",
        en=(
            "set the ambient light to {value} percent",
            "ambient brightness {value}",
            "put the light brightness at {value}",
            "lights at {value} {zone}",
        ),
        zh=(
            "氛围灯亮度调到{value}",
            "氛围灯亮度{value}",
            "把{zone}灯光亮度设为{value}",
            "氛围灯开到{value}",
        ),
    )
    async def brightness_set(self, cabin: Cabin, value: Level | Percent | None = None) -> Said:
        said = LEVELS[value] if isinstance(value, Level) else value
        target = BRIGHTNESS.limit(cabin.degree) if said is None else BRIGHTNESS.clipped(said)
        if target is None:
            return cabin.ask("How bright, from 1 to 100 percent?", "亮度调到百分之多少？")
        return await _brightness(cabin, lambda _: target)

    @intent(
        domain="light",
        en=(
            "turn on the reading light",
            "switch on the light above me",
            "reading lamp on {zone}",
            "it's too dark in here to read",
        ),
        zh=("打开阅读灯", "开一下车内灯", "打开{zone}阅读灯", "太暗了看不清"),
    )
    async def reading_on(self, cabin: Cabin) -> Said:
        return await _reading(cabin, True)

    @intent(
        domain="light",
        en=(
            "turn off the reading light",
            "switch off the light above me",
            "reading lamp off {zone}",
            "inside lights off",
        ),
        zh=("关闭阅读灯", "关车内灯", "关掉{zone}阅读灯", "把顶灯关了"),
    )
    async def reading_off(self, cabin: Cabin) -> Said:
        return await _reading(cabin, False)

    @intent(
        domain="light",
        en=(
            "turn on the headlights",
            "low beam on",
            "switch on the lights outside",
            "headlights please",
        ),
        zh=("打开大灯", "打开近光灯", "把车灯打开", "开大灯"),
    )
    async def headlights_on(self, cabin: Cabin) -> Said:
        if AUTOMATIC.search(cabin.words):
            return await ensure(
                cabin,
                {SWITCH: "AUTO"},
                cabin.say("Headlights on auto.", "大灯已切到自动"),
                cabin.say("The headlights are already on auto.", "大灯已经是自动了"),
            )
        return await switch(cabin, [LOW_BEAM], True, "Headlights", "近光灯", plural=True)

    @intent(
        domain="light",
        en=(
            "turn off the headlights",
            "low beam off",
            "switch off the lights outside",
            "headlights off please",
        ),
        zh=("关闭大灯", "关闭近光灯", "把车灯关了", "大灯关掉"),
        reversible=False,
    )
    async def headlights_off(self, cabin: Cabin) -> Said:
        return await switch(cabin, [LOW_BEAM], False, "Headlights", "近光灯", plural=True)

    @intent(
        domain="light",
        en=(
            "turn on the high beam",
            "high beams on",
            "full beam please",
            "switch to main beam",
        ),
        zh=("打开远光灯", "开远光", "切换远光", "远光打开"),
    )
    async def high_beam_on(self, cabin: Cabin) -> Said:
        return await switch(cabin, [HIGH_BEAM], True, "High beam", "远光灯")

    @intent(
        domain="light",
        en=(
            "turn off the high beam",
            "high beams off",
            "dip the lights",
            "back to low beam",
        ),
        zh=("关闭远光灯", "关远光", "切回近光", "远光别开了"),
    )
    async def high_beam_off(self, cabin: Cabin) -> Said:
        return await switch(cabin, [HIGH_BEAM], False, "High beam", "远光灯")

    @intent(
        domain="light",
        en=(
            "turn on the fog lights",
            "fog lamps on",
            "switch on the {zone} fog light",
            "it's foggy lights please",
        ),
        zh=("打开雾灯", "开雾灯", "打开{zone}雾灯", "雾太大了开灯"),
    )
    async def fog_on(self, cabin: Cabin) -> Said:
        rear = cabin.explicit_place and set(cabin.zones) <= set(REAR)
        en, zh = ("Rear fog light", "后雾灯") if rear else ("Fog light", "雾灯")
        return await switch(cabin, [REAR_FOG if rear else FRONT_FOG], True, en, zh)

    @intent(
        domain="light",
        en=(
            "turn off the fog lights",
            "fog lamps off",
            "switch off the {zone} fog light",
            "the fog is gone no fog lights",
        ),
        zh=("关闭雾灯", "雾灯关掉", "关闭{zone}雾灯", "不用雾灯了"),
    )
    async def fog_off(self, cabin: Cabin) -> Said:
        paths = [FRONT_FOG, REAR_FOG]
        return await switch(cabin, paths, False, "Fog lights", "雾灯", plural=True)

    @intent(
        domain="light",
        en=(
            "turn on the hazard lights",
            "hazards on",
            "put the warning lights on",
            "four way flashers please",
        ),
        zh=("打开双闪", "开双闪", "打开危险报警灯", "打双闪"),
    )
    async def hazard_on(self, cabin: Cabin) -> Said:
        return await switch(cabin, [HAZARD], True, "Hazard lights", "双闪", plural=True)

    @intent(
        domain="light",
        en=(
            "turn off the hazard lights",
            "hazards off",
            "stop the warning lights",
            "flashers off",
        ),
        zh=("关闭双闪", "双闪关掉", "关闭危险报警灯", "取消双闪"),
        reversible=False,
    )
    async def hazard_off(self, cabin: Cabin) -> Said:
        return await switch(cabin, [HAZARD], False, "Hazard lights", "双闪", plural=True)

    @intent(
        domain="light",
        en=(
            "are the headlights on",
            "is the high beam on",
            "which lights are on",
            "is the ambient light on {zone}",
        ),
        zh=("大灯开着吗", "远光灯开着没", "哪些灯开着", "{zone}氛围灯开了吗"),
    )
    async def query(self, cabin: Cabin) -> Said:
        lamps = {
            LOW_BEAM: ("headlights", "近光灯"),
            HIGH_BEAM: ("high beam", "远光灯"),
            FRONT_FOG: ("fog light", "雾灯"),
            REAR_FOG: ("rear fog light", "后雾灯"),
            HAZARD: ("hazard lights", "双闪"),
            _ambient(cabin, "IsLightOn")[0]: ("ambient light", "氛围灯"),
        }
        lit = [names for path, names in lamps.items() if await cabin.get(path)]
        if not lit:
            return cabin.say("All lights are off.", "灯都关着")
        return cabin.say(
            "On: " + ", ".join(en for en, _ in lit) + ".",
            "开着的有" + "、".join(zh for _, zh in lit),
        )


def _ambient(cabin: Cabin, leaf: str) -> list[str]:
    """Ambient light is the whole cabin's where the speaker may change all of it; the light bar of
    the dashboard is one lamp of its own."""
    if BAR_SAID.search(cabin.words):
        return [f"{BAR}.{leaf}"]
    if cabin.explicit_place or cabin.speaker not in (Zone.DRIVER, Zone.UNKNOWN):
        zones: tuple[Zone, ...] = cabin.zones
    else:
        zones = SEATS if cabin.speaker is Zone.DRIVER else SEATS[1:]
    return [f"{cabin.paths(zone).ambient}.{leaf}" for zone in zones]


async def _next_colour(cabin: Cabin) -> Colour:
    now = await cabin.get(_ambient(cabin, "Color")[0])
    names = [colour.rgb for colour in PALETTE]
    return PALETTE[(names.index(str(now)) + 1) % len(names)] if now in names else PALETTE[0]


async def _brightness(
    cabin: Cabin, target: Callable[[float], float], switch_on: bool = True
) -> Said:
    levels = await moved(cabin, _ambient(cabin, "Intensity"), target, unknown=50)
    values: dict[str, int | bool] = {path: round(value) for path, value in levels.items()}
    shown = max(values.values())
    if switch_on:
        values |= dict.fromkeys(_ambient(cabin, "IsLightOn"), True)
    zh = characters_percent(shown)
    return await ensure(
        cabin,
        values,
        cabin.say(f"Ambient light {shown} percent.", f"氛围灯亮度{zh}"),
        cabin.say(f"The ambient light is already at {shown} percent.", f"氛围灯亮度已经是{zh}"),
    )


async def _reading(cabin: Cabin, on: bool) -> Said:
    paths = [f"{cabin.paths(zone).spotlight}.IsLightOn" for zone in cabin.zones]
    if set(cabin.zones) == set(SEATS):
        paths.append(DOME)
    return await switch(cabin, paths, on, f"{cabin.place} reading light", f"{cabin.place}阅读灯")
