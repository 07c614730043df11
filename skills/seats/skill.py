"""Seats: heating, ventilation, massage and position; and the heated steering wheel."""

from __future__ import annotations

from cabin_agent.sdk import (
    Cabin,
    Degree,
    Level,
    Manifest,
    Percent,
    Said,
    Skill,
    Text,
    characters_percent,
    ensure,
    intent,
    number,
)

from .heat import WHEEL, Heating, power_of, state
from .memory import Remembering
from .moves import Moving

SEAT = "Vehicle.Cabin.Seat.*.*"

MASSAGE = 50


class Seats(Heating, Moving, Remembering, Skill):
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
