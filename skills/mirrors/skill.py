"""The outside mirrors."""

from __future__ import annotations

from cabin_agent.sdk import (
    Cabin,
    Manifest,
    Option,
    Said,
    Skill,
    Steps,
    Zone,
    ensure,
    intent,
    number,
    switch,
)

MIRRORS = "Vehicle.Body.Mirrors"
SIDES = ("DriverSide", "PassengerSide")
TILT = Steps(small=5, plain=10, large=30, low=-100, high=100)  # percent of the travel


class Direction(Option):
    """Which way the glass turns: the VSS leaf, and its sign."""

    UP = ("Tilt+", ("up", "upwards", "higher", "往上", "向上", "调高", "上"))
    DOWN = ("Tilt-", ("down", "downwards", "lower", "往下", "向下", "调低", "下"))
    LEFT = ("Pan+", ("left", "to the left", "向左", "往左", "左"))
    RIGHT = ("Pan-", ("right", "to the right", "向右", "往右", "右"))


class Mirrors(Skill):
    manifest = Manifest(
        name="mirrors",
        version="1.0.0",
        summary_en="outside mirrors",
        summary_zh="后视镜",
        actuates=(
            f"{MIRRORS}.*.IsFolded",
            f"{MIRRORS}.*.IsHeatingOn",
            f"{MIRRORS}.*.Tilt",
            f"{MIRRORS}.*.Pan",
        ),
    )

    @intent(
        domain="mirror",
        en=("fold the mirrors", "fold in the {zone} mirror", "tuck the mirrors in", "mirrors in"),
        zh=("折叠后视镜", "收起{zone}后视镜", "把后视镜收起来", "合上后视镜"),
    )
    async def fold(self, cabin: Cabin) -> Said:
        return await _fold(cabin, True, "folded", "已折叠")

    @intent(
        domain="mirror",
        en=(
            "unfold the mirrors",
            "fold out the {zone} mirror",
            "open the mirrors",
            "mirrors out",
        ),
        zh=("展开后视镜", "展开{zone}后视镜", "把后视镜打开", "后视镜放出来"),
    )
    async def unfold(self, cabin: Cabin) -> Said:
        return await _fold(cabin, False, "unfolded", "已展开")

    @intent(
        domain="mirror",
        en=(
            "turn on the mirror heating",
            "heat the {zone} mirror",
            "demist the mirrors",
            "the mirrors are fogged up",
        ),
        zh=("打开后视镜加热", "{zone}后视镜加热", "后视镜除雾", "后视镜有水珠"),
    )
    async def heat_on(self, cabin: Cabin) -> Said:
        return await switch(
            cabin, _sides(cabin, "IsHeatingOn"), True, "Mirror heating", "后视镜加热"
        )

    @intent(
        domain="mirror",
        en=(
            "turn off the mirror heating",
            "stop heating the {zone} mirror",
            "mirror heating off",
            "the mirrors are clear now",
        ),
        zh=("关闭后视镜加热", "{zone}后视镜加热关闭", "后视镜不用加热了", "停止后视镜除雾"),
    )
    async def heat_off(self, cabin: Cabin) -> Said:
        return await switch(
            cabin, _sides(cabin, "IsHeatingOn"), False, "Mirror heating", "后视镜加热"
        )

    @intent(
        domain="mirror",
        en=(
            "adjust the mirror",
            "tilt the {zone} mirror {option}",
            "move the mirror {option} a bit",
            "i can't see well in the mirror",
        ),
        zh=("调节后视镜", "{zone}后视镜{option}", "后视镜{option}一点", "后视镜角度不对"),
    )
    async def adjust(self, cabin: Cabin, option: Direction | None = None) -> Said:
        if option is None:
            return cabin.ask("Up, down, left or right?", "往上、往下、往左还是往右？")
        leaf, sign = option.code[:-1], option.code[-1]
        sides = _sides(cabin, leaf) if cabin.explicit_place else [f"{MIRRORS}.DriverSide.{leaf}"]
        values = {}
        for path in sides:
            now = await number(cabin, path)
            step = TILT.up if sign == "+" else TILT.down
            values[path] = round(step(now, cabin.degree))
        english = option.words[0]
        mandarin = next(word for word in option.words if not word.isascii())
        return await ensure(
            cabin,
            values,
            cabin.say(f"Mirror moved {english}.", f"后视镜已{mandarin}调"),
            cabin.say(f"The mirror is as far {english} as it goes.", "后视镜已经到头了"),
        )

    @intent(
        domain="mirror",
        en=(
            "are the mirrors folded",
            "is the mirror heating on",
            "is the {zone} mirror open",
            "what are the mirrors doing",
        ),
        zh=("后视镜折叠了吗", "后视镜加热开着吗", "{zone}后视镜展开了吗", "后视镜打开没有"),
    )
    async def query(self, cabin: Cabin) -> Said:
        folded = any([await cabin.get(path) for path in _sides(cabin, "IsFolded")])
        heated = any([await cabin.get(path) for path in _sides(cabin, "IsHeatingOn")])
        return cabin.say(
            f"Mirrors {'folded' if folded else 'unfolded'}, heating {'on' if heated else 'off'}.",
            f"后视镜{'折叠着' if folded else '展开着'}，加热{'开着' if heated else '关着'}",
        )


def _sides(cabin: Cabin, leaf: str) -> list[str]:
    """Both mirrors where no place was said, otherwise those on the sides named."""
    chosen = {cabin.paths(zone).door.rpartition(".")[2] for zone in _named(cabin)}
    return [f"{MIRRORS}.{side}.{leaf}" for side in SIDES if not chosen or side in chosen]


def _named(cabin: Cabin) -> tuple[Zone, ...]:
    return cabin.zones if cabin.explicit_place else ()


async def _fold(cabin: Cabin, folded: bool, en: str, zh: str) -> Said:
    return await ensure(
        cabin,
        dict.fromkeys(_sides(cabin, "IsFolded"), folded),
        cabin.say(f"Mirrors {en}.", f"后视镜{zh}"),
        cabin.say(f"The mirrors are already {en}.", f"后视镜之前就{zh}"),
    )
