"""Moving a seat: steps, limits, and what is said about each direction."""

from __future__ import annotations

from cabin_agent.sdk import Cabin, Number, Said, Steps, ensure, moved

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
