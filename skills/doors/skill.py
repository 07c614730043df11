"""Doors, locks, trunk and charge flap. Whether they may open now is the policy's to say."""

from __future__ import annotations

import re

from cabin_agent.sdk import (
    Cabin,
    Manifest,
    Percent,
    Said,
    Skill,
    Zone,
    characters_percent,
    ensure,
    intent,
    switch,
)

DOOR = "Vehicle.Cabin.Door"
TRUNK = "Vehicle.Body.Trunk.Rear"
FRUNK = "Vehicle.Body.Trunk.Front.IsOpen"
CHILD_LOCK = "Vehicle.Cabin.IsWindowChildLockEngaged"
FLAP = "Vehicle.Powertrain.TractionBattery.Charging.ChargingPort.AnyPosition.IsFlapOpen"
FUEL_FLAP = "Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen"
FUEL = re.compile(r"\b(fuel|petrol|gas|tank|filler)\b|油")
SEATS = (Zone.DRIVER, Zone.PASSENGER, Zone.REAR_LEFT, Zone.REAR_RIGHT)


class Doors(Skill):
    manifest = Manifest(
        name="doors",
        version="1.0.0",
        summary_en="doors and trunk",
        summary_zh="车门和后备箱",
        actuates=(
            f"{DOOR}.*.*.IsOpen",
            f"{DOOR}.*.*.IsLocked",
            f"{TRUNK}.IsOpen",
            f"{TRUNK}.Position",
            FRUNK,
            CHILD_LOCK,
            FLAP,
            FUEL_FLAP,
        ),
    )

    @intent(
        domain="door_trunk",
        en=("open the trunk", "open the boot", "pop the tailgate", "open the tailgate {value}"),
        zh=("打开后备箱", "后备箱开一下", "把尾门打开", "尾门开到{value}"),
        reversible=False,
    )
    async def trunk_open(self, cabin: Cabin, value: Percent | None = None) -> Said:
        if value is not None:
            await cabin.actuate({f"{TRUNK}.Position": value})
            return cabin.say(
                f"Trunk opening to {value} percent.", f"后备箱开到{characters_percent(value)}"
            )
        return await ensure(
            cabin,
            {f"{TRUNK}.IsOpen": True},
            cabin.say("Opening the trunk.", "正在打开后备箱"),
            cabin.say("The trunk is already open.", "后备箱已经开着了"),
        )

    @intent(
        domain="door_trunk",
        en=("close the trunk", "close the boot", "shut the tailgate", "trunk closed please"),
        zh=("关闭后备箱", "后备箱关上", "把尾门关了", "关后备箱"),
        reversible=False,
    )
    async def trunk_close(self, cabin: Cabin) -> Said:
        return await ensure(
            cabin,
            {f"{TRUNK}.IsOpen": False},
            cabin.say("Closing the trunk.", "正在关闭后备箱"),
            cabin.say("The trunk is already closed.", "后备箱已经关好了"),
        )

    @intent(
        domain="door_trunk",
        en=("open the frunk", "open the front trunk", "pop the bonnet", "open the hood"),
        zh=("打开前备箱", "前备箱开一下", "打开引擎盖", "把前备厢打开"),
        reversible=False,
    )
    async def frunk_open(self, cabin: Cabin) -> Said:
        return await ensure(
            cabin,
            {FRUNK: True},
            cabin.say("Opening the front trunk.", "正在打开前备箱"),
            cabin.say("The front trunk is already open.", "前备箱已经开着了"),
        )

    @intent(
        domain="door_trunk",
        en=("lock the doors", "lock the car", "lock the {zone} door", "lock up please"),
        zh=("锁车", "车门锁上", "锁上{zone}车门", "把门锁好"),
        reversible=False,
    )
    async def lock(self, cabin: Cabin) -> Said:
        return await _lock(cabin, True, "locked", "已上锁")

    @intent(
        domain="door_trunk",
        en=("unlock the doors", "unlock the car", "unlock the {zone} door", "let them get in"),
        zh=("车门解锁", "解锁", "解锁{zone}车门", "把门锁打开"),
        reversible=False,
    )
    async def unlock(self, cabin: Cabin) -> Said:
        return await _lock(cabin, False, "unlocked", "已解锁")

    @intent(
        domain="door_trunk",
        en=("open the door", "open my door", "open the {zone} door", "let me out"),
        zh=("打开车门", "开门", "打开{zone}车门", "我要下车开门"),
        reversible=False,
    )
    async def open(self, cabin: Cabin) -> Said:
        return await ensure(
            cabin,
            dict.fromkeys(_doors(cabin, "IsOpen"), True),
            cabin.say(f"{cabin.place} door opening.", f"正在打开{cabin.place}车门"),
            cabin.say(f"{cabin.place} door is already open.", f"{cabin.place}车门已经开着了"),
        )

    @intent(
        domain="door_trunk",
        en=("close the door", "shut my door", "close the {zone} door", "door closed please"),
        zh=("关闭车门", "关门", "关上{zone}车门", "把门关上"),
        reversible=False,
    )
    async def close(self, cabin: Cabin) -> Said:
        return await ensure(
            cabin,
            dict.fromkeys(_doors(cabin, "IsOpen"), False),
            cabin.say(f"{cabin.place} door closing.", f"正在关闭{cabin.place}车门"),
            cabin.say(f"{cabin.place} door is already closed.", f"{cabin.place}车门已经关好了"),
        )

    @intent(
        domain="door_trunk",
        en=(
            "turn on the child lock",
            "child lock on {zone}",
            "kids in the back lock the rear windows",
            "activate the child safety lock",
        ),
        zh=("打开儿童锁", "{zone}儿童锁打开", "后面有小孩锁上儿童锁", "开启儿童安全锁"),
    )
    async def child_lock_on(self, cabin: Cabin) -> Said:
        return await switch(cabin, [CHILD_LOCK], True, "Child lock", "儿童锁")

    @intent(
        domain="door_trunk",
        en=(
            "turn off the child lock",
            "child lock off {zone}",
            "release the child lock",
            "deactivate the child safety lock",
        ),
        zh=("关闭儿童锁", "{zone}儿童锁关掉", "解除儿童锁", "取消儿童安全锁"),
        reversible=False,
    )
    async def child_lock_off(self, cabin: Cabin) -> Said:
        return await switch(cabin, [CHILD_LOCK], False, "Child lock", "儿童锁")

    @intent(
        domain="door_trunk",
        en=(
            "open the charge port",
            "open the charging flap",
            "pop the charge door",
            "i want to plug in open the charger lid",
        ),
        zh=("打开充电口", "打开充电口盖", "充电盖打开", "我要充电打开充电口"),
        reversible=False,
    )
    async def charge_flap_open(self, cabin: Cabin) -> Said:
        return await _flap(cabin, True)

    @intent(
        domain="door_trunk",
        en=(
            "close the charge port",
            "close the charging flap",
            "shut the charge door",
            "i'm done charging close the lid",
        ),
        zh=("关闭充电口", "关上充电口盖", "充电盖关上", "充完电了关充电口"),
        reversible=False,
    )
    async def charge_flap_close(self, cabin: Cabin) -> Said:
        return await _flap(cabin, False)

    @intent(
        domain="door_trunk",
        en=(
            "are the doors locked",
            "is the trunk open",
            "which door is open",
            "is the child lock on",
        ),
        zh=("车门锁了吗", "后备箱关了没", "哪个门没关", "儿童锁开着吗"),
    )
    async def query(self, cabin: Cabin) -> Said:
        doors = [cabin.paths(zone).door for zone in SEATS]
        open_now = sum([bool(await cabin.get(f"{door}.IsOpen")) for door in doors])
        locked = all([await cabin.get(f"{door}.IsLocked") for door in doors])
        trunk = await cabin.get(f"{TRUNK}.IsOpen")
        en = f"{open_now} door{'' if open_now == 1 else 's'} open" if open_now else "Doors closed"
        en += " and locked" if locked else ", not all locked"
        zh = ("有车门没关" if open_now else "车门都关着") + ("，已上锁" if locked else "，没有全锁")
        return cabin.say(
            f"{en}, trunk {'open' if trunk else 'closed'}.",
            f"{zh}，后备箱{'开着' if trunk else '关着'}",
        )


def _doors(cabin: Cabin, leaf: str) -> list[str]:
    return [f"{cabin.paths(zone).door}.{leaf}" for zone in cabin.zones]


async def _flap(cabin: Cabin, opened: bool) -> Said:
    """The fuel flap where fuel is spoken of, otherwise that for the cable."""
    fuel = FUEL.search(cabin.words) is not None
    name_en, name_zh = ("fuel flap", "油箱盖") if fuel else ("charge flap", "充电口")
    state_en, state_zh = ("open", "打开") if opened else ("closed", "关闭")
    already_zh = "开着了" if opened else "关好了"
    return await ensure(
        cabin,
        {FUEL_FLAP if fuel else FLAP: opened},
        cabin.say(f"{name_en.capitalize()} {state_en}.", f"{name_zh}已{state_zh}"),
        cabin.say(f"The {name_en} is already {state_en}.", f"{name_zh}已经{already_zh}"),
    )


async def _lock(cabin: Cabin, locked: bool, en: str, zh: str) -> Said:
    """Every door where no place was said."""
    zones = cabin.zones if cabin.explicit_place else SEATS
    paths = [f"{cabin.paths(zone).door}.IsLocked" for zone in zones]
    whole = set(zones) == set(SEATS)
    name_en, name_zh = ("Doors", "车门") if whole else (f"{cabin.place} door", f"{cabin.place}车门")
    return await ensure(
        cabin,
        dict.fromkeys(paths, locked),
        cabin.say(f"{name_en} {en}.", f"{name_zh}{zh}"),
        cabin.say(f"{name_en} already {en}.", f"{name_zh}之前就{zh}"),
    )
