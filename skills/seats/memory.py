"""Where a person sits: positions kept under a name or a number."""

from __future__ import annotations

from collections.abc import Mapping

from cabin_agent.sdk import Cabin, CannotDo, Names, Number, Person, Said, Scalar, Zone, intent

KEY = "memory"
LEAVES = ("Position", "Height", "Tilt", "Backrest.Recline", "Backrest.LumbarSupport")
MAX_KEPT = 50

Positions = Mapping[str, Scalar]


class MemoryFull(Exception):
    """No further seat fits."""


class Remembering:
    """The part of the seats that keeps where a person sits."""

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
        name = owner(person, _number(value), cabin.zones[0])
        kept = await positions(cabin, cabin.zones[0])
        if not kept:
            raise CannotDo("This seat does not report where it stands.", "这个座椅没有位置信息")
        try:
            save(cabin, name, kept)
        except MemoryFull:
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
        found = recall(cabin, owner(person, _number(value), cabin.zones[0]))
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


def owner(person: str | None, number: int | None, zone: Zone) -> str:
    """Under what a seat is kept: the person, the number, or whoever sits there."""
    if person:
        return person.strip()
    return str(number) if number else str(zone)


async def positions(cabin: Cabin, zone: Zone) -> dict[str, Scalar]:
    """How the seat stands now, by leaf; what the car does not report is left out."""
    seat = cabin.paths(zone).seat
    known = {leaf: await cabin.get(f"{seat}.{leaf}") for leaf in LEAVES}
    return {leaf: value for leaf, value in known.items() if value is not None}


def save(cabin: Cabin, name: str, kept: Positions) -> None:
    """Keep `kept` under `name`."""
    seats = _all(cabin)
    if len(seats) >= MAX_KEPT and name not in seats:
        raise MemoryFull
    cabin.storage.set(KEY, {**seats, name: dict(kept)})


def recall(cabin: Cabin, name: str) -> tuple[str, Positions] | None:
    """The seat kept under `name` or what sounds like it, and the name it is kept under."""
    seats = _all(cabin)
    found = name if name in seats else Names((key, key) for key in seats).find(name)
    return None if found is None else (found, seats[found])


def _all(cabin: Cabin) -> dict[str, Positions]:
    kept: dict[str, Positions] = cabin.storage.get(KEY, {})
    return kept


def _number(value: Number | None) -> int | None:
    return None if value is None else round(value)


def _whose(name: str) -> tuple[str, str]:
    if name in set(Zone):
        return "your", "您的"
    return (f"memory {name}", f"记忆{name}的") if name.isdigit() else (f"{name}'s", f"{name}的")
