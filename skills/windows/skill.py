"""Windows, their blinds, and the roof."""

from __future__ import annotations

from collections.abc import Callable

from cabin_agent.sdk import (
    Cabin,
    Degree,
    Manifest,
    Percent,
    Said,
    Skill,
    Steps,
    characters_percent,
    ensure,
    figures,
    intent,
    moved,
    number,
)

CABIN = "Vehicle.Cabin"
ROOF_SWITCH = f"{CABIN}.Sunroof.Switch"
ROOF_POSITION = f"{CABIN}.Sunroof.Position"
ROOF_SHADE = f"{CABIN}.Sunroof.Shade.Position"

WINDOW = Steps(small=20, plain=100, large=40, low=0, high=100)
SHADE = Steps(small=20, plain=100, large=50, low=0, high=100)


class Windows(Skill):
    manifest = Manifest(
        name="windows",
        version="1.0.0",
        summary_en="windows, blinds and sunroof",
        summary_zh="车窗、遮阳帘和天窗",
        reads=(ROOF_POSITION,),
        actuates=(
            f"{CABIN}.Door.*.*.Window.Position",
            f"{CABIN}.Door.*.*.Shade.Position",
            ROOF_SWITCH,
            ROOF_SHADE,
        ),
    )

    @intent(
        domain="window",
        en=(
            "open the window",
            "roll down my window",
            "put the windows down {zone}",
            "open the {zone} window {value}",
            "crack the window open",
            "let some air in",
        ),
        zh=(
            "打开车窗",
            "把窗户降下来",
            "打开{zone}车窗",
            "车窗开到{value}",
            "开一条窗缝",
            "开窗通通风",
        ),
    )
    async def open(self, cabin: Cabin, value: Percent | None = None) -> Said:
        target = _target(WINDOW.up, cabin.degree, value)
        return await _windows(cabin, target)

    @intent(
        domain="window",
        en=(
            "close the window",
            "roll my window up",
            "put the windows up {zone}",
            "shut the {zone} window",
            "close the window to {value}",
        ),
        zh=("关闭车窗", "把窗户升起来", "关上{zone}车窗", "车窗关到{value}", "关窗"),
    )
    async def close(self, cabin: Cabin, value: Percent | None = None) -> Said:
        target = _target(WINDOW.down, cabin.degree, value)
        return await _windows(cabin, target)

    @intent(
        domain="window",
        en=(
            "open the blind",
            "open the {zone} window shade",
            "raise the side blinds",
            "roll the window blind up {zone}",
        ),
        zh=("打开遮阳帘", "把{zone}窗帘打开", "侧窗遮阳帘收起来", "{zone}遮阳帘打开"),
    )
    async def shade_open(self, cabin: Cabin, value: Percent | None = None) -> Said:
        return await _blinds(cabin, _target(SHADE.up, cabin.degree, value))

    @intent(
        domain="window",
        en=(
            "close the blind",
            "close the {zone} window shade",
            "pull the side blinds down",
            "the sun is blinding me from the side",
        ),
        zh=("关闭遮阳帘", "把{zone}窗帘拉上", "侧窗遮阳帘放下来", "{zone}遮阳帘关上"),
    )
    async def shade_close(self, cabin: Cabin, value: Percent | None = None) -> Said:
        return await _blinds(cabin, _target(SHADE.down, cabin.degree, value))

    @intent(
        domain="sunroof",
        en=(
            "open the sunroof",
            "open the roof",
            "slide the sunroof back",
            "i want to see the sky open the moonroof",
        ),
        zh=("打开天窗", "天窗打开", "把天窗开开", "开一下天窗"),
    )
    async def sunroof_open(self, cabin: Cabin, value: Percent | None = None) -> Said:
        position = await number(cabin, ROOF_POSITION)
        if value == 0:
            return await self.sunroof_close(cabin)
        return await _roof(cabin, "OPEN", position >= WINDOW.high, "open", "打开")

    @intent(
        domain="sunroof",
        en=("close the sunroof", "shut the roof", "slide the sunroof shut", "roof closed please"),
        zh=("关闭天窗", "天窗关上", "把天窗关了", "关一下天窗"),
    )
    async def sunroof_close(self, cabin: Cabin) -> Said:
        position = await number(cabin, ROOF_POSITION)
        return await _roof(cabin, "CLOSE", position == 0, "closed", "关闭")

    @intent(
        domain="sunroof",
        en=(
            "tilt the sunroof",
            "vent the sunroof",
            "tip the roof up a bit",
            "put the sunroof in the tilt position",
        ),
        zh=("天窗翘起来", "天窗开到通风位置", "倾斜打开天窗", "天窗起翘"),
    )
    async def sunroof_tilt(self, cabin: Cabin) -> Said:
        position = await number(cabin, ROOF_POSITION)
        return await _roof(cabin, "TILT_UP", position < 0, "tilted", "翘起")

    @intent(
        domain="sunroof",
        en=(
            "open the sunshade",
            "open the roof blind",
            "slide the sunroof shade back",
            "open the sunshade {value}",
        ),
        zh=("打开天窗遮阳帘", "天窗遮阳板打开", "打开车顶遮阳帘", "天窗遮阳帘开到{value}"),
    )
    async def sunshade_open(self, cabin: Cabin, value: Percent | None = None) -> Said:
        return await _sunshade(cabin, _target(SHADE.up, cabin.degree, value))

    @intent(
        domain="sunroof",
        en=(
            "close the sunshade",
            "close the roof blind",
            "the sun is too bright from above",
            "shut the sunroof shade",
        ),
        zh=("关闭天窗遮阳帘", "天窗遮阳板关上", "头顶太晒了", "把车顶遮阳帘拉上"),
    )
    async def sunshade_close(self, cabin: Cabin, value: Percent | None = None) -> Said:
        return await _sunshade(cabin, _target(SHADE.down, cabin.degree, value))

    @intent(
        domain="window",
        en=(
            "is the window open",
            "are the windows closed {zone}",
            "how far is the window open",
            "is the sunroof closed",
        ),
        zh=("车窗开着吗", "{zone}窗户关了吗", "车窗开了多少", "天窗关了没有"),
    )
    async def query(self, cabin: Cabin) -> Said:
        positions = [
            await number(cabin, f"{cabin.paths(zone).door}.Window.Position") for zone in cabin.zones
        ]
        roof = await number(cabin, ROOF_POSITION)
        en, zh = _state(max(positions))
        return cabin.say(
            f"{cabin.place} window {en}, sunroof {'closed' if roof == 0 else 'open'}.",
            f"{cabin.place}车窗{zh}，天窗{'关着' if roof == 0 else '开着'}",
        )


def _target(
    move: Callable[[float, Degree], float], degree: Degree, value: Percent | None
) -> Callable[[float], float]:
    """Where something goes from where it is; "open it 30 percent" names the place itself."""
    if value is not None:
        return lambda _: float(value)
    least = Degree.SMALL if degree is Degree.MIN else degree
    return lambda now: move(now, least)


def _state(position: float) -> tuple[str, str]:
    if position <= WINDOW.low:
        return "closed", "已关闭"
    if position >= WINDOW.high:
        return "open", "已打开"
    return f"{figures(position)} percent open", f"开到{characters_percent(round(position))}"


async def _place(cabin: Cabin, paths: list[str], en: str, zh: str, values: dict[str, int]) -> Said:
    state_en, state_zh = _state(max(values[path] for path in paths))
    return await ensure(
        cabin,
        values,
        cabin.say(f"{en} {state_en}.", f"{zh}{state_zh}"),
        cabin.say(f"{en} already {state_en}.", f"{zh}之前就{state_zh}"),
    )


async def _windows(cabin: Cabin, target: Callable[[float], float]) -> Said:
    paths = [f"{cabin.paths(zone).door}.Window.Position" for zone in cabin.zones]
    values = {path: round(value) for path, value in (await moved(cabin, paths, target)).items()}
    noun = "window" if len(paths) == 1 else "windows"
    return await _place(cabin, paths, f"{cabin.place} {noun}", f"{cabin.place}车窗", values)


async def _blinds(cabin: Cabin, target: Callable[[float], float]) -> Said:
    paths = [f"{cabin.paths(zone).door}.Shade.Position" for zone in cabin.zones]
    values = {path: round(value) for path, value in (await moved(cabin, paths, target)).items()}
    noun = "blind" if len(paths) == 1 else "blinds"
    return await _place(cabin, paths, f"{cabin.place} {noun}", f"{cabin.place}遮阳帘", values)


async def _sunshade(cabin: Cabin, target: Callable[[float], float]) -> Said:
    values = {
        path: round(value) for path, value in (await moved(cabin, [ROOF_SHADE], target)).items()
    }
    return await _place(cabin, [ROOF_SHADE], "Sunshade", "天窗遮阳帘", values)


async def _roof(cabin: Cabin, command: str, already: bool, en: str, zh: str) -> Said:
    """The roof's position is a sensor; only its switch can be asked, so undo asks it again."""
    position = await number(cabin, ROOF_POSITION)
    back = "CLOSE" if position == 0 else "OPEN" if position > 0 else "TILT_UP"
    await cabin.actuate({ROOF_SWITCH: command}, undo={ROOF_SWITCH: back})
    if already:
        return cabin.say(f"The sunroof is already {en}.", f"天窗之前就{zh}了")
    return cabin.say(f"Sunroof {en}.", f"天窗已{zh}")
