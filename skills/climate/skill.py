"""Air in the cabin: temperature, fan, direction, recirculation, defrosting."""

from __future__ import annotations

from collections.abc import Callable

from cabin_agent.sdk import (
    Cabin,
    Level,
    Manifest,
    Number,
    Option,
    Percent,
    Said,
    Skill,
    Steps,
    Temperature,
    Zone,
    characters,
    characters_percent,
    ensure,
    figures,
    intent,
    moved,
    number,
    switch,
)

from .automatic import AIR_CONDITIONING, CABIN_AIR, COMFORT, HVAC, Automatic
from .scent import Scent

RECIRCULATION = f"{HVAC}.IsRecirculationActive"
FRONT_DEFROSTER = f"{HVAC}.IsFrontDefrosterActive"
REAR_DEFROSTER = f"{HVAC}.IsRearDefrosterActive"

DEGREES = Steps(small=1, plain=2, large=4, low=16, high=30)
WIDEST_STEP = DEGREES.high - DEGREES.low
"""Degrees; who asks for a larger step was heard or understood wrongly."""
FAN = Steps(small=10, plain=20, large=40, low=10, high=100)  # "the lowest" still blows
FAN_LEVELS = {1: 33, 2: 66, 3: 100}
FAN_START = 40
SEATS = (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)


class Air(Option):
    """Where the air goes."""

    FACE = (
        "MIDDLE",
        (
            *("face", "body", "chest", "middle", "head", "hands", "dashboard"),
            *("脸", "面", "头", "身", "中间"),
        ),
    )
    FEET = (
        "DOWN",
        (
            *("feet", "foot", "legs", "floor", "footwell", "down", "bottom", "knees"),
            *("脚", "腿", "膝", "下面"),
        ),
    )
    WINDSCREEN = (
        "UP",
        ("windscreen", "windshield", "window", "glass", "up", "玻璃", "前挡", "风挡", "窗", "上面"),
    )


class Screen(Option):
    """Which window is defrosted."""

    FRONT = ("FRONT", ("front", "windscreen", "windshield", "front window", "前", "风挡", "挡风"))
    REAR = ("REAR", ("rear", "back", "rear window", "back window", "后"))


AIR_NAMES = {
    Air.FACE: ("the face", "脸"),
    Air.FEET: ("the feet", "脚"),
    Air.WINDSCREEN: ("the windscreen", "前挡风玻璃"),
}


class Climate(Automatic, Scent, Skill):
    manifest = Manifest(
        name="climate",
        version="1.0.0",
        summary_en="air conditioning",
        summary_zh="空调",
        reads=(CABIN_AIR,),
        actuates=(f"{HVAC}.*",),
    )

    @intent(
        domain="climate",
        en=(
            "turn on the air conditioning",
            "switch the climate control on",
            "ac on",
            "start the air conditioner",
            "turn the air con on {zone}",
        ),
        zh=("打开空调", "空调打开", "开一下空调", "把冷气打开", "打开{zone}空调"),
    )
    async def on(self, cabin: Cabin) -> Said:
        values: dict[str, bool | int] = {AIR_CONDITIONING: True}
        for zone in cabin.zones if cabin.explicit_place else ():
            fan = f"{cabin.paths(zone).hvac}.FanSpeed"
            if not await cabin.get(fan):
                values[fan] = FAN_START
        return await ensure(
            cabin,
            values,
            cabin.say("Air conditioning on.", "空调已打开"),
            cabin.say("The air conditioning is already on.", "空调已经开着了"),
        )

    @intent(
        domain="climate",
        en=(
            "turn off the air conditioning",
            "switch the climate control off",
            "ac off",
            "stop the air conditioner",
            "no more air con {zone}",
        ),
        zh=("关闭空调", "空调关掉", "把空调关了", "不要空调了", "关掉{zone}空调"),
    )
    async def off(self, cabin: Cabin) -> Said:
        if cabin.explicit_place and set(cabin.zones) != set(SEATS):
            await cabin.actuate({f"{cabin.paths(zone).hvac}.FanSpeed": 0 for zone in cabin.zones})
            return cabin.say(f"{cabin.place} air off.", f"{cabin.place}出风已关闭")
        return await switch(cabin, [AIR_CONDITIONING], False, "Air conditioning", "空调")

    @intent(
        domain="climate",
        en=(
            "set the temperature to {value}",
            "make it {value} degrees",
            "{value} degrees please",
            "put the heat at {value} {zone}",
            "i want {value} degrees in here",
        ),
        zh=(
            "温度调到{value}度",
            "空调{value}度",
            "把{zone}温度设成{value}度",
            "我要{value}度",
            "调到{value}度",
        ),
    )
    async def temperature_set(self, cabin: Cabin, value: Temperature | None = None) -> Said:
        target = DEGREES.limit(cabin.degree) if value is None else value
        if target is None:
            return _which_temperature(cabin)
        return await self._temperatures(cabin, lambda _: target)

    @intent(
        domain="climate",
        en=(
            "make it warmer",
            "turn the temperature up",
            "raise the temperature by {value} degrees",
            "a bit warmer {zone}",
            "i'm cold",
        ),
        zh=("温度调高一点", "升高{value}度", "{zone}再暖和一点", "把温度调高", "我有点冷"),
    )
    async def temperature_up(self, cabin: Cabin, value: Number | None = None) -> Said:
        if value is not None and value > WIDEST_STEP:
            return _which_temperature(cabin)
        return await self._temperatures(cabin, lambda now: DEGREES.up(now, cabin.degree, value))

    @intent(
        domain="climate",
        en=(
            "make it cooler",
            "turn the temperature down",
            "lower the temperature by {value} degrees",
            "a bit colder {zone}",
            "i'm hot",
        ),
        zh=("温度调低一点", "降低{value}度", "{zone}再凉快一点", "把温度调低", "我有点热"),
    )
    async def temperature_down(self, cabin: Cabin, value: Number | None = None) -> Said:
        if value is not None and value > WIDEST_STEP:
            return _which_temperature(cabin)
        return await self._temperatures(cabin, lambda now: DEGREES.down(now, cabin.degree, value))

    @intent(
        domain="climate",
        en=(
            "set the fan to {value}",
            "fan speed {value}",
            "put the blower on {value}",
            "set the air flow to {value} {zone}",
        ),
        zh=("风量调到{value}", "风速{value}档", "把{zone}风量设为{value}", "风力调成{value}"),
    )
    async def fan_set(self, cabin: Cabin, value: Level | Percent | None = None) -> Said:
        said = FAN_LEVELS[value] if isinstance(value, Level) else value
        target = FAN.limit(cabin.degree) if said is None else said
        if target is None:
            return cabin.ask("Which fan level, one to three?", "风量要几档？一到三档")
        return await self._fans(cabin, lambda _: target)

    @intent(
        domain="climate",
        en=(
            "turn the fan up",
            "more air",
            "increase the fan speed {zone}",
            "blow harder",
            "fan up by {value}",
        ),
        zh=("风量调大", "风再大一点", "{zone}风速调高", "加大风量", "风量加{value}"),
    )
    async def fan_up(self, cabin: Cabin, value: Percent | None = None) -> Said:
        by = None if value is None else _share(value)
        return await self._fans(cabin, lambda now: FAN.up(now, cabin.degree, by))

    @intent(
        domain="climate",
        en=(
            "turn the fan down",
            "less air",
            "decrease the fan speed {zone}",
            "don't blow so hard",
            "fan down by {value}",
        ),
        zh=("风量调小", "风再小一点", "{zone}风速调低", "减小风量", "风量减{value}"),
    )
    async def fan_down(self, cabin: Cabin, value: Percent | None = None) -> Said:
        by = None if value is None else _share(value)
        return await self._fans(cabin, lambda now: FAN.down(now, cabin.degree, by))

    @intent(
        domain="climate",
        en=(
            "direct the air to my {option}",
            "blow at the {option}",
            "air on the {option} please",
            "point the vents at the {option} {zone}",
        ),
        zh=("风向吹{option}", "对着{option}吹", "{zone}出风口吹{option}", "把风调到{option}"),
    )
    async def air_direction(self, cabin: Cabin, option: Air) -> Said:
        await cabin.actuate(
            {f"{cabin.paths(zone).hvac}.AirDistribution": option.code for zone in cabin.zones}
        )
        en, zh = AIR_NAMES[option]
        return cabin.say(f"{cabin.place} air to {en}.", f"{cabin.place}风向已吹{zh}")

    @intent(
        domain="climate",
        en=(
            "turn on recirculation",
            "recirculate the air",
            "keep the outside air out",
            "close the fresh air intake",
        ),
        zh=("打开内循环", "切换到内循环", "开内循环", "别让外面的空气进来"),
    )
    async def recirculation_on(self, cabin: Cabin) -> Said:
        return await switch(cabin, [RECIRCULATION], True, "Recirculation", "内循环")

    @intent(
        domain="climate",
        en=(
            "turn off recirculation",
            "let some fresh air in through the vents",
            "use outside air",
            "stop recirculating the air",
        ),
        zh=("关闭内循环", "切换到外循环", "打开外循环", "换点新鲜空气"),
    )
    async def recirculation_off(self, cabin: Cabin) -> Said:
        return await switch(cabin, [RECIRCULATION], False, "Recirculation", "内循环")

    @intent(
        domain="climate",
        en=(
            "defrost the {option}",
            "turn on the defroster",
            "clear the windscreen",
            "the window is fogged up",
            "demist the {option} window",
        ),
        zh=("打开{option}除霜", "打开除雾", "玻璃起雾了", "给{option}挡风玻璃除雾", "前挡除霜打开"),
    )
    async def defrost_on(self, cabin: Cabin, option: Screen | None = None) -> Said:
        return await _defrost(cabin, option or Screen.FRONT, True)

    @intent(
        domain="climate",
        en=(
            "stop defrosting the {option}",
            "turn off the defroster",
            "defrost off",
            "stop demisting",
        ),
        zh=("关闭{option}除霜", "关闭除雾", "除霜关掉", "不用除雾了"),
    )
    async def defrost_off(self, cabin: Cabin, option: Screen | None = None) -> Said:
        return await _defrost(cabin, option or Screen.FRONT, False)

    @intent(
        domain="climate",
        en=(
            "sync the temperatures",
            "same temperature for everyone",
            "synchronise all climate zones",
            "set every zone like mine",
        ),
        zh=("温度同步", "空调分区同步", "全车温度一样", "把所有区域温度同步"),
    )
    async def sync(self, cabin: Cabin) -> Said:
        wanted = await number(cabin, f"{cabin.paths(Zone.DRIVER).hvac}.Temperature", COMFORT)
        await cabin.actuate({f"{cabin.paths(zone).hvac}.Temperature": wanted for zone in SEATS})
        return cabin.say(f"All zones {figures(wanted)} degrees.", f"全车温度{characters(wanted)}度")

    @intent(
        domain="climate",
        en=(
            "what is the temperature in here",
            "how warm is it inside",
            "what is the climate set to {zone}",
            "is the air conditioning on",
        ),
        zh=("车里多少度", "现在空调几度", "{zone}温度是多少", "空调开着吗"),
    )
    async def query(self, cabin: Cabin) -> Said:
        wanted = await number(cabin, f"{cabin.paths(cabin.zones[0]).hvac}.Temperature", COMFORT)
        running = await cabin.get(AIR_CONDITIONING)
        inside = await cabin.get(CABIN_AIR)
        en = f"{cabin.place} is set to {figures(wanted)} degrees, air conditioning " + (
            "on" if running else "off"
        )
        zh = f"{cabin.place}设定{characters(wanted)}度，空调" + ("开着" if running else "关着")
        if inside is not None:
            en += f", {figures(float(inside))} inside"
            zh += f"，车内{characters(round(float(inside)))}度"
        return cabin.say(f"{en}.", zh)

    async def _temperatures(self, cabin: Cabin, target: Callable[[float], float]) -> Said:
        paths = [f"{cabin.paths(zone).hvac}.Temperature" for zone in cabin.zones]
        values = await moved(cabin, paths, target, COMFORT)
        shown = sorted(set(values.values()))
        en = " and ".join(figures(value) for value in shown)
        zh = "和".join(characters(value) for value in shown)
        return await ensure(
            cabin,
            values,
            cabin.say(f"{cabin.place} temperature {en} degrees.", f"{cabin.place}温度{zh}度"),
            cabin.say(
                f"{cabin.place} temperature is already {en} degrees.",
                f"{cabin.place}温度已经是{zh}度了",
            ),
        )

    async def _fans(self, cabin: Cabin, target: Callable[[float], float]) -> Said:
        paths = [f"{cabin.paths(zone).hvac}.FanSpeed" for zone in cabin.zones]
        values = {path: round(value) for path, value in (await moved(cabin, paths, target)).items()}
        shown = sorted(set(values.values()))
        en = " and ".join(f"{value}" for value in shown)
        zh = "和".join(characters_percent(value) for value in shown)
        return await ensure(
            cabin,
            values,
            cabin.say(f"{cabin.place} fan {en} percent.", f"{cabin.place}风量{zh}"),
            cabin.say(
                f"{cabin.place} fan is already at {en} percent.", f"{cabin.place}风量已经是{zh}"
            ),
        )


def _which_temperature(cabin: Cabin) -> Said:
    return cabin.ask(
        "What temperature would you like, 16 to 30 degrees?",
        "您想调到多少度？十六到三十度都可以",
    )


def _share(spoken: float) -> float:
    """ "by two" means two notches, "by twenty" percent."""
    return spoken * FAN.plain if spoken < FAN.small else spoken


async def _defrost(cabin: Cabin, screen: Screen, on: bool) -> Said:
    if screen is Screen.REAR:
        return await switch(cabin, [REAR_DEFROSTER], on, "Rear defroster", "后挡除霜")
    return await switch(cabin, [FRONT_DEFROSTER], on, "Front defroster", "前挡除霜")
