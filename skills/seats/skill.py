"""Seats: heating, ventilation, massage and position; and the heated steering wheel."""

from __future__ import annotations

from cabin_agent.sdk import (
    Cabin,
    Degree,
    Level,
    Manifest,
    Number,
    Percent,
    Said,
    Skill,
    Steps,
    Text,
    characters_percent,
    ensure,
    intent,
    moved,
    number,
)

SEAT = "Vehicle.Cabin.Seat.*.*"
WHEEL = "Vehicle.Chassis.SteeringWheel.HeatingCooling"

POWER = {1: 33, 2: 66, 3: 100}  # percent of HeatingCooling by level
POWER_BY_DEGREE = {
    Degree.SMALL: POWER[1],
    Degree.MIN: POWER[1],
    Degree.NONE: POWER[2],
    Degree.LARGE: POWER[3],
    Degree.MAX: POWER[3],
}
MASSAGE = 50
SLIDE = Steps(small=20, plain=40, large=80, low=0, high=300)  # mm from the front
LIFT = Steps(small=10, plain=20, large=40, low=0, high=100)  # mm from the lowest
BACKREST = Steps(small=5, plain=10, large=20, low=0, high=70)  # degrees from upright
LUMBAR = Steps(small=10, plain=20, large=40, low=0, high=100)  # percent
MM_PER_CM = 10
SPOKEN_IN_CM = 30  # nobody moves a seat by 30 mm in words; "by five" are centimetres


class Seats(Skill):
    manifest = Manifest(
        name="seats",
        version="1.0.0",
        summary_en="seats",
        summary_zh="座椅",
        actuates=(
            f"{SEAT}.HeatingCooling",
            f"{SEAT}.Massage.Level",
            f"{SEAT}.Massage.TypeActive",
            f"{SEAT}.Position",
            f"{SEAT}.Height",
            f"{SEAT}.Backrest.Recline",
            f"{SEAT}.Backrest.LumbarSupport",
            WHEEL,
        ),
    )

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
        return await _heating(cabin, _power(cabin, value))

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
        return await _heating(cabin, 0)

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
        return await _heat_levels(cabin, _levels(cabin, value))

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
        return await _heat_levels(cabin, -_levels(cabin, value))

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
        return await _heating(cabin, -_power(cabin, value))

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
        return await _heating(cabin, 0)

    @intent(
        domain="seat",
        en=(
            "turn on the massage",
            "give me a massage",
            "massage level {value}",
            "start the {option} massage {zone}",
        ),
        zh=(
            "打开座椅按摩",
            "给我按摩一下",
            "按摩力度调到{value}",
            "开{option}按摩",
            "{zone}座椅按摩打开",
        ),
    )
    async def massage_on(
        self, cabin: Cabin, value: Level | Percent | None = None, option: Text | None = None
    ) -> Said:
        power = MASSAGE if value is None and cabin.degree is Degree.NONE else _power(cabin, value)
        values: dict[str, int | str] = {}
        for zone in cabin.zones:
            seat = cabin.paths(zone).seat
            values[f"{seat}.Massage.Level"] = power
            if option is not None:
                values[f"{seat}.Massage.TypeActive"] = str(option)
        return await ensure(
            cabin,
            values,
            cabin.say(
                f"{cabin.place} massage {power} percent.",
                f"{cabin.place}按摩{characters_percent(power)}",
            ),
            cabin.say(f"{cabin.place} massage is already on.", f"{cabin.place}按摩已经打开了"),
        )

    @intent(
        domain="seat",
        en=(
            "turn off the massage",
            "stop the massage",
            "massage off {zone}",
            "that's enough massage",
        ),
        zh=("关闭座椅按摩", "按摩关掉", "别按摩了", "{zone}按摩停止"),
    )
    async def massage_off(self, cabin: Cabin) -> Said:
        paths = [f"{cabin.paths(zone).seat}.Massage.Level" for zone in cabin.zones]
        return await ensure(
            cabin,
            dict.fromkeys(paths, 0),
            cabin.say(f"{cabin.place} massage off.", f"{cabin.place}按摩已关闭"),
            cabin.say(f"{cabin.place} massage is already off.", f"{cabin.place}按摩已经关了"),
        )

    @intent(
        domain="seat",
        en=(
            "move my seat forward",
            "seat closer to the front {zone}",
            "slide the seat forward {value} centimetres",
            "i sit too far back",
        ),
        zh=("座椅往前", "座椅向前{value}厘米", "{zone}座椅往前移", "座位靠前一点"),
    )
    async def forward(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await _move(cabin, SLIDE, "Position", up=False, by=_mm(value), names=FORWARD)

    @intent(
        domain="seat",
        en=(
            "move my seat back",
            "more legroom please {zone}",
            "slide the seat back {value} centimetres",
            "i sit too far forward",
        ),
        zh=("座椅往后", "座椅向后{value}厘米", "{zone}座椅往后移", "座位靠后一点"),
    )
    async def back(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await _move(cabin, SLIDE, "Position", up=True, by=_mm(value), names=BACK)

    @intent(
        name="raise",
        domain="seat",
        en=(
            "raise my seat",
            "seat higher {zone}",
            "lift the seat {value} centimetres",
            "i want to sit higher",
        ),
        zh=("座椅升高", "座椅调高{value}厘米", "{zone}座椅高一点", "我想坐高一点"),
    )
    async def lift(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await _move(cabin, LIFT, "Height", up=True, by=_mm(value), names=HIGHER)

    @intent(
        domain="seat",
        en=(
            "lower my seat",
            "seat lower {zone}",
            "lower the seat by {value} centimetres",
            "i want to sit lower",
        ),
        zh=("座椅降低", "座椅调低{value}厘米", "{zone}座椅低一点", "我想坐低一点"),
    )
    async def lower(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await _move(cabin, LIFT, "Height", up=False, by=_mm(value), names=LOWER)

    @intent(
        domain="seat",
        en=(
            "recline my seat",
            "lean the backrest back {zone}",
            "recline by {value} degrees",
            "let me lie back a bit",
        ),
        zh=("椅背往后躺", "靠背放倒一点", "{zone}靠背后仰{value}度", "把座椅放平"),
    )
    async def recline(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await _move(cabin, BACKREST, "Backrest.Recline", up=True, by=value, names=RECLINED)

    @intent(
        domain="seat",
        en=(
            "put my seat upright",
            "backrest more upright {zone}",
            "sit me up by {value} degrees",
            "straighten the backrest",
        ),
        zh=("椅背调直", "靠背立起来", "{zone}靠背往前{value}度", "把靠背竖起来"),
    )
    async def upright(self, cabin: Cabin, value: Number | None = None) -> Said:
        return await _move(cabin, BACKREST, "Backrest.Recline", up=False, by=value, names=UPRIGHT)

    @intent(
        domain="seat",
        en=(
            "more lumbar support",
            "increase the lumbar support {zone}",
            "my lower back needs support",
            "push the lumbar out by {value}",
        ),
        zh=("腰托往外一点", "增加腰部支撑", "{zone}腰托调大", "腰托加{value}"),
    )
    async def lumbar_more(self, cabin: Cabin, value: Number | None = None) -> Said:
        leaf = "Backrest.LumbarSupport"
        return await _move(cabin, LUMBAR, leaf, up=True, by=value, names=LUMBAR_MORE)

    @intent(
        domain="seat",
        en=(
            "less lumbar support",
            "decrease the lumbar support {zone}",
            "the lumbar presses my back",
            "pull the lumbar in by {value}",
        ),
        zh=("腰托往里一点", "减少腰部支撑", "{zone}腰托调小", "腰托减{value}"),
    )
    async def lumbar_less(self, cabin: Cabin, value: Number | None = None) -> Said:
        leaf = "Backrest.LumbarSupport"
        return await _move(cabin, LUMBAR, leaf, up=False, by=value, names=LUMBAR_LESS)

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
        power = _power(cabin, value)
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

    @intent(
        domain="seat",
        en=(
            "is the seat heating on",
            "how warm is my seat",
            "what level is the seat heating {zone}",
            "how is the {zone} seat set",
        ),
        zh=("座椅加热开着吗", "座椅加热几档", "{zone}座椅加热是多少", "座椅通风开了吗"),
    )
    async def query(self, cabin: Cabin) -> Said:
        seat = cabin.paths(cabin.zones[0]).seat
        power = round(await number(cabin, f"{seat}.HeatingCooling"))
        massage = round(await number(cabin, f"{seat}.Massage.Level"))
        en, zh = _heat_state(power)
        return cabin.say(
            f"{cabin.place} seat {en}, massage {'on' if massage else 'off'}.",
            f"{cabin.place}座椅{zh}，按摩{'开着' if massage else '关着'}",
        )


FORWARD = ("moved forward", "已前移", "all the way forward", "已经在最前面了")
BACK = ("moved back", "已后移", "all the way back", "已经在最后面了")
HIGHER = ("raised", "已升高", "at its highest", "已经是最高了")
LOWER = ("lowered", "已降低", "at its lowest", "已经是最低了")
RECLINED = ("reclined", "靠背已后仰", "fully reclined", "靠背已经放到底了")
UPRIGHT = ("more upright", "靠背已调直", "fully upright", "靠背已经竖直了")
LUMBAR_MORE = (
    "lumbar support stronger",
    "腰托已增强",
    "lumbar support at its strongest",
    "腰托已经最强了",
)
LUMBAR_LESS = (
    "lumbar support softer",
    "腰托已减弱",
    "lumbar support at its softest",
    "腰托已经最弱了",
)


def _power(cabin: Cabin, value: Level | Percent | None) -> int:
    """Percent of full heating or cooling."""
    if value is None:
        return POWER_BY_DEGREE[cabin.degree]
    return POWER[value] if isinstance(value, Level) else int(value)


def _levels(cabin: Cabin, value: Number | None) -> int:
    """How many levels "warmer" goes."""
    if value is not None:
        return round(abs(value))
    return {Degree.LARGE: 2, Degree.MAX: 3, Degree.MIN: 3}.get(cabin.degree, 1)


def _mm(value: Number | None) -> float | None:
    if value is None:
        return None
    return value * MM_PER_CM if value < SPOKEN_IN_CM else float(value)


def _heat_state(power: int) -> tuple[str, str]:
    if power == 0:
        return "heating off", "加热已关闭"
    if power > 0:
        return f"heating {power} percent", f"加热{characters_percent(power)}"
    return f"ventilation {-power} percent", f"通风{characters_percent(-power)}"


async def _heating(cabin: Cabin, power: int) -> Said:
    paths = [f"{cabin.paths(zone).seat}.HeatingCooling" for zone in cabin.zones]
    en, zh = _heat_state(power)
    return await ensure(
        cabin,
        dict.fromkeys(paths, power),
        cabin.say(f"{cabin.place} seat {en}.", f"{cabin.place}座椅{zh}"),
        cabin.say(f"{cabin.place} seat already {en}.", f"{cabin.place}座椅之前就{zh}"),
    )


async def _heat_levels(cabin: Cabin, levels: int) -> Said:
    """Go up or down by levels from where each seat is; "the lowest" is level one."""
    scale = [0, *POWER.values()]

    def target(now: float) -> float:
        if cabin.degree is Degree.MIN:
            return POWER[1]
        level = min(range(len(scale)), key=lambda index: abs(scale[index] - max(now, 0)))
        return scale[min(len(scale) - 1, max(0, level + levels))]

    paths = [f"{cabin.paths(zone).seat}.HeatingCooling" for zone in cabin.zones]
    values = {path: round(value) for path, value in (await moved(cabin, paths, target)).items()}
    en, zh = _heat_state(max(values.values()))
    return await ensure(
        cabin,
        values,
        cabin.say(f"{cabin.place} seat {en}.", f"{cabin.place}座椅{zh}"),
        cabin.say(f"{cabin.place} seat already {en}.", f"{cabin.place}座椅之前就{zh}"),
    )


async def _move(
    cabin: Cabin,
    steps: Steps,
    leaf: str,
    *,
    up: bool,
    by: float | None,
    names: tuple[str, str, str, str],
) -> Said:
    paths = [f"{cabin.paths(zone).seat}.{leaf}" for zone in cabin.zones]
    step = steps.up if up else steps.down
    values = await moved(cabin, paths, lambda now: step(now, cabin.degree, by))
    en, zh, limit_en, limit_zh = names
    return await ensure(
        cabin,
        {path: value if "Backrest" in leaf else round(value) for path, value in values.items()},
        cabin.say(f"{cabin.place} seat {en}.", f"{cabin.place}座椅{zh}"),
        cabin.say(f"{cabin.place} seat is {limit_en}.", f"{cabin.place}座椅{limit_zh}"),
    )
