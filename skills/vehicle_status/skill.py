"""How the car is, whether it gets somewhere, and its settings.

Settings of assistants and warnings are the driver's own (rule 10 of the policy): the head unit gets
the event `settings.open` {"setting", "words"} and shows it. The trip meter is reset here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cabin_agent.sdk import (
    Cabin,
    CannotDo,
    Language,
    Manifest,
    Number,
    Person,
    Place,
    Said,
    Skill,
    Text,
    Zone,
    characters,
    informed,
    intent,
)
from skills.manual.book import Book
from skills.navigation.places import Known, find, from_payload, named, road_km

from . import assistants, reports

HERE = "Vehicle.CurrentLocation"
DESTINATION = "Vehicle.Cabin.Infotainment.Navigation.DestinationSet"
TRIP_METER = "Vehicle.TripMeterReading"
RESERVE_KM = 20.0  # what a driver wants to have left
ROOM = {Language.ENGLISH: 104, Language.MANDARIN: 48}
_REACH = re.compile(
    r"make it|reach|enough|get (to|there|home)|without charging|run out|last until|will be left"
    r"|够|能到|能开到|撑到|能不能(到|开)|没电|剩多少电|还有多少电"
)
_AND_BACK = re.compile(r"and back|round trip|来回|往返")
_HOME, _WORK = re.compile(r"\bhome\b|到家|回家"), re.compile(r"\bwork|office\b|公司|单位")
_HOW_TO = re.compile(
    r"\bhow (do|can|does) (i|you|one|we|it)|show me how|help me|what (kind|type) of|octane|grade"
    r"|steps|why is|what oil|moment.*light|flat tire|怎么办|加多少号|什么型号|为什么亮"
)
_RESET = re.compile(r"(reset|zero|clear).*(trip|mileage)|小计里程清零|里程归零|清零")


class VehicleStatus(Skill):
    manifest = Manifest(
        name="vehicle_status",
        version="1.1.0",
        summary_en="range, battery and tyres",
        summary_zh="续航、电量和胎压",
        reads=(
            *reports.READS,
            *assistants.READS,
            f"{HERE}.Latitude",
            f"{HERE}.Longitude",
            f"{DESTINATION}.Latitude",
            f"{DESTINATION}.Longitude",
        ),
        actuates=(TRIP_METER,),
        storage=True,
    )

    def __init__(self) -> None:
        self._books = {language: Book(language) for language in Language}

    @intent(
        domain="vehicle_status",
        en=(
            "how much range do i have left",
            "what is the {option}",
            "check the {option}",
            "how is the battery",
            "is the {option} okay",
            "can we make it to {place}",
            "do we have enough charge to reach {place}",
            "what is the tyre pressure",
            "when is the next service",
            "is the {option} switched on",
            "how many kilometres are on the car",
            "is something wrong with the car",
        ),
        zh=(
            "还能跑多远",
            "{option}还有多少",
            "查一下{option}",
            "还有多少电",
            "{option}正常吗",
            "能开到{place}吗",
            "电够不够到{place}",
            "胎压多少",
            "什么时候保养",
            "{option}开着吗",
            "一共跑了多少公里",
            "车有没有故障",
        ),
    )
    async def query(
        self, cabin: Cabin, option: Text | None = None, place: Place | None = None
    ) -> Said:
        words = f"{option or ''} {cabin.words}".lower()
        if place is None and _HOW_TO.search(words) and (quoted := self._manual(cabin)):
            return quoted
        if place is not None or _REACH.search(words):
            return await self._reach(cabin, place)
        assistant = assistants.named(words)
        if assistant is not None:
            return await _state(cabin, assistant)
        report = reports.asked_for(words)
        if report is not None:
            return await report(cabin)
        if option is not None:
            return cabin.say(f"The car does not report the {option}.", f"车辆没有提供{option}信息")
        return await reports.energy(cabin)

    @intent(
        name="set",
        domain="driving_mode",
        en=(
            "turn on the {option}",
            "switch off the {option} warning",
            "set the {option} to {value}",
            "enable the {option}",
            "disable the {option}",
            "turn off the blind spot alert",
            "activate the collision warning",
            "reset the trip meter",
            "make the {option} vibrate",
            "change the {option} sensitivity to high",
            "i no longer want {option}",
            "start the software update",
        ),
        zh=(
            "打开{option}提醒",
            "关闭{option}提醒",
            "{option}灵敏度调高",
            "开启{option}预警",
            "停用{option}",
            "打开盲区监测",
            "关闭疲劳提醒",
            "小计里程清零",
            "超速提醒设为{value}公里",
            "打开自动落锁",
            "打开哨兵模式",
            "系统现在升级",
        ),
        reversible=False,
    )
    async def settings(
        self,
        cabin: Cabin,
        option: Text | None = None,
        value: Number | None = None,
        person: Person | None = None,
    ) -> Said:
        if cabin.speaker is not Zone.DRIVER:
            raise CannotDo("The car's settings are the driver's.", "车辆设置只能由驾驶员更改")
        if _RESET.search(cabin.words):
            await cabin.actuate({TRIP_METER: 0})
            return cabin.say("The trip meter is at zero.", "小计里程已清零")
        assistant = assistants.named(f"{option or ''} {cabin.words}".lower())
        en = assistant.en if assistant else str(option or "car settings")
        zh = assistant.zh if assistant else str(option or "车辆设置")
        cabin.event("settings.open", {"setting": en, "words": cabin.words})
        return cabin.say(
            f"That setting is yours to change: {en} is on the screen.",
            f"这项设置由您亲自更改，{zh}已显示在屏幕上",
        )

    @informed("places")
    async def places(self, cabin: Cabin, payload: Mapping[str, Any]) -> None:
        kept = {name: at for name in ("home", "work") if (at := from_payload(payload, name))}
        cabin.storage.set("places", kept)

    async def _reach(self, cabin: Cabin, place: Place | None) -> Said:
        metres = await cabin.get(reports.BATTERY_RANGE)
        if metres is None:
            metres = await cabin.get(reports.RANGE)
        here = await _point(cabin, HERE)
        if metres is None or here is None:
            return reports.silent(cabin)
        there = await self._target(cabin, place)
        if there is None:
            if place is not None:
                return cabin.say(f"I don't know {place}.", f"我不知道{place}在哪")
            return await reports.energy(cabin)
        ways = 2 if _AND_BACK.search(cabin.words) else 1
        distance = ways * road_km(here, there.point)
        left = float(metres) / 1000 - distance
        return _judged(cabin, there, round(distance), round(left))

    async def _target(self, cabin: Cabin, place: Place | None) -> Known | None:
        """The place named, home or work, or the destination that is set."""
        kept = cabin.storage.get("places", {})
        for key, pattern in (("home", _HOME), ("work", _WORK)):
            if pattern.search(f"{place or ''} {cabin.words}"):
                known = named(key.capitalize())
                return known.moved(*kept[key]) if key in kept else known
        if place is not None:
            return find(place)
        point = await _point(cabin, DESTINATION)
        return None if point is None else Known("the destination", "目的地", point, (), "")

    def _manual(self, cabin: Cabin) -> Said | None:
        section = self._books[cabin.language].find(cabin.words)
        if section is None:
            return None
        quoted = section.quoted(ROOM[cabin.language])
        return cabin.say(f"Manual {section.number}: {quoted}", f"手册{section.number}：{quoted}")


def _judged(cabin: Cabin, there: Known, distance: int, left: int) -> Said:
    if left < 0:
        return cabin.say(
            f"No: {there.en} is {distance} kilometres, {-left} more than the range.",
            f"到不了：去{there.zh}有{characters(distance)}公里，还差{characters(-left)}公里",
        )
    if left < RESERVE_KM:
        return cabin.say(
            f"Barely: {there.en} is {distance} kilometres, {left} would be left. Charge first.",
            f"很勉强：去{there.zh}{characters(distance)}公里，只剩{characters(left)}公里",
        )
    return cabin.say(
        f"Yes: {there.en} is {distance} kilometres, {left} would be left.",
        f"能到：去{there.zh}有{characters(distance)}公里，到时还剩{characters(left)}公里",
    )


async def _point(cabin: Cabin, branch: str) -> tuple[float, float] | None:
    latitude = await cabin.get(f"{branch}.Latitude")
    longitude = await cabin.get(f"{branch}.Longitude")
    if latitude is None or longitude is None:
        return None
    return float(latitude), float(longitude)


async def _state(cabin: Cabin, assistant: assistants.Assistant) -> Said:
    on = await cabin.get(assistant.path) if assistant.path else None
    if on is None:
        return cabin.say(
            f"The car does not report the {assistant.en}.", f"车辆没有提供{assistant.zh}的状态"
        )
    return cabin.say(
        f"The {assistant.en} is {'on' if on else 'off'}.",
        f"{assistant.zh}{'开着' if on else '关着'}",
    )
