"""Seats: heating, ventilation, massage and position; and the heated steering wheel."""

from __future__ import annotations

from cabin_agent.sdk import (
    Cabin,
    CannotDo,
    Degree,
    Level,
    Manifest,
    Number,
    Percent,
    Person,
    Said,
    Skill,
    Text,
    Zone,
    characters_percent,
    ensure,
    intent,
    number,
)

from . import memory
from .heat import by_levels, levels_of, power_of, set_heating, state
from .moves import (
    BACK,
    BACKREST,
    FORWARD,
    HIGHER,
    LIFT,
    LOWER,
    LUMBAR,
    LUMBAR_LESS,
    LUMBAR_MORE,
    RECLINED,
    SLIDE,
    UPRIGHT,
    millimetres,
    move,
)

SEAT = "Vehicle.Cabin.Seat.*.*"
WHEEL = "Vehicle.Chassis.SteeringWheel.HeatingCooling"

MASSAGE = 50


class Seats(Skill):
    manifest = Manifest(
        name="seats",
        version="1.0.0",
        summary_en="seats",
        summary_zh="座椅",
        storage=True,
        actuates=(
            f"{SEAT}.Tilt",
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
        power = MASSAGE if value is None and cabin.degree is Degree.NONE else power_of(cabin, value)
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
        return await move(cabin, SLIDE, "Position", up=False, by=millimetres(value), names=FORWARD)

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
        return await move(cabin, SLIDE, "Position", up=True, by=millimetres(value), names=BACK)

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
        return await move(cabin, LIFT, "Height", up=True, by=millimetres(value), names=HIGHER)

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
        return await move(cabin, LIFT, "Height", up=False, by=millimetres(value), names=LOWER)

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
        return await move(cabin, BACKREST, "Backrest.Recline", up=True, by=value, names=RECLINED)

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
        return await move(cabin, BACKREST, "Backrest.Recline", up=False, by=value, names=UPRIGHT)

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
        return await move(cabin, LUMBAR, leaf, up=True, by=value, names=LUMBAR_MORE)

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
        return await move(cabin, LUMBAR, leaf, up=False, by=value, names=LUMBAR_LESS)

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

    @intent(
        domain="seat",
        en=(
            "remember my seat",
            "save my seat position",
            "remember this seat position",
            "save the seat as {value}",
            "store the seat in memory {value}",
            "save this seat for {person}",
            "i'm {person} remember my seat",
            "remember how i sit",
            "keep this seat position for {person}",
            "save the {zone} seat position",
            "save seat memory {value}",
            "store this as {person}'s seat",
        ),
        zh=(
            "记住我的座椅",
            "保存座椅位置",
            "记住现在的座椅位置",
            "保存座椅记忆{value}",
            "把座椅存到记忆{value}",
            "我是{person}记住我的座椅",
            "把这个座椅位置存给{person}",
            "存一下我的座椅",
            "记忆当前坐姿",
            "保存{zone}座椅位置",
            "设置座椅记忆{value}",
            "记住{person}的座椅位置",
        ),
    )
    async def memory_save(
        self, cabin: Cabin, person: Person | None = None, value: Number | None = None
    ) -> Said:
        name = memory.owner(person, _number(value), cabin.zones[0])
        kept = await memory.positions(cabin, cabin.zones[0])
        if not kept:
            raise CannotDo("This seat does not report where it stands.", "这个座椅没有位置信息")
        try:
            memory.save(cabin, name, kept)
        except memory.MemoryFull:
            raise CannotDo("The seat memory is full.", "座椅记忆已满") from None
        of_en, of_zh = _whose(name)
        return cabin.say(f"Saved {of_en} seat position.", f"已记住{of_zh}座椅位置")

    @intent(
        domain="seat",
        en=(
            "set my seat",
            "i'm {person} set my seat",
            "recall seat memory {value}",
            "set the seat for {person}",
            "put the seat where {person} has it",
            "restore my seat position",
            "my usual seat position please",
            "seat memory {value}",
            "somebody changed my seat put it back",
            "{person} is driving set the seat",
            "move the {zone} seat to memory {value}",
            "load {person}'s seat",
        ),
        zh=(
            "调出我的座椅位置",
            "座椅调成我的",
            "我是{person}调一下我的座椅",
            "调用座椅记忆{value}",
            "座椅调到{person}的位置",
            "恢复座椅记忆",
            "座椅切到记忆{value}",
            "把座椅调成我习惯的",
            "换成{person}的座椅",
            "谁动了我的座椅给我调回来",
            "{zone}座椅恢复记忆位置",
            "座椅按上次的来",
        ),
    )
    async def memory_recall(
        self, cabin: Cabin, person: Person | None = None, value: Number | None = None
    ) -> Said:
        found = memory.recall(cabin, memory.owner(person, _number(value), cabin.zones[0]))
        if found is None:
            return cabin.say(
                'I know no seat of yours yet; say "remember my seat" first.',
                "还没有记住您的座椅，请先说“记住我的座椅”",
            )
        name, kept = found
        seats = [cabin.paths(zone).seat for zone in cabin.zones]
        await cabin.actuate({f"{seat}.{leaf}": v for seat in seats for leaf, v in kept.items()})
        of_en, of_zh = _whose(name)
        return cabin.say(f"Setting {of_en} seat position.", f"正在调到{of_zh}座椅位置")

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
        en, zh = state(power)
        return cabin.say(
            f"{cabin.place} seat {en}, massage {'on' if massage else 'off'}.",
            f"{cabin.place}座椅{zh}，按摩{'开着' if massage else '关着'}",
        )


def _number(value: Number | None) -> int | None:
    return None if value is None else round(value)


def _whose(name: str) -> tuple[str, str]:
    if name in set(Zone):
        return "your", "您的"
    return (f"memory {name}", f"记忆{name}的") if name.isdigit() else (f"{name}'s", f"{name}的")
