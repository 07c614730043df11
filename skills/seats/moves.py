"""Moving a seat: steps, limits, and what is said about each direction."""

from __future__ import annotations

from cabin_agent.sdk import Cabin, Number, Said, Steps, ensure, intent, moved

SLIDE = Steps(small=20, plain=40, large=80, low=0, high=300)  # mm from the front
LIFT = Steps(small=10, plain=20, large=40, low=0, high=100)  # mm from the lowest
BACKREST = Steps(small=5, plain=10, large=20, low=0, high=70)  # degrees from upright
LUMBAR = Steps(small=10, plain=20, large=40, low=0, high=100)  # percent
MM_PER_CM = 10
SPOKEN_IN_CM = 30  # nobody moves a seat by 30 mm in words; "by five" are centimetres

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


class Moving:
    """The part of the seats that moves."""

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


def millimetres(value: Number | None) -> float | None:
    if value is None:
        return None
    return value * MM_PER_CM if value < SPOKEN_IN_CM else float(value)


async def move(
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
