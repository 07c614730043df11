"""The fragrance dispenser. VSS has no signal for it: the head unit gets `climate.scent` {"on",
"name"}."""

from __future__ import annotations

import re

from cabin_agent.sdk import Cabin, Said, Text, intent

_OFF = re.compile(r"\b(off|stop|no more|enough|without|disable)\b|关|停|不要|别|取消")


class Scent:
    """The part of the climate that smells."""

    @intent(
        domain="climate",
        en=(
            "turn on the fragrance",
            "switch on the air freshener",
            "make it smell nice in here",
            "start the scent dispenser",
            "use the {option} scent",
            "a bit of perfume in the car",
            "turn off the fragrance",
            "stop the scent",
            "no more perfume",
            "the fragrance is too strong turn it off",
            "change the fragrance to {option}",
            "fragrance on please",
        ),
        zh=(
            "打开香氛",
            "开启智能香氛",
            "来点香味",
            "车里喷点香",
            "香氛换成{option}",
            "打开香薰",
            "关闭香氛",
            "停止香氛",
            "香氛关掉",
            "香味太浓了关掉",
            "不要香氛了",
            "切换香氛味道",
        ),
    )
    async def scent(self, cabin: Cabin, option: Text | None = None) -> Said:
        on = not _OFF.search(cabin.words)
        cabin.event("climate.scent", {"on": on, "name": str(option or "")})
        if on:
            return cabin.say("Fragrance on.", "香氛已打开")
        return cabin.say("Fragrance off.", "香氛已关闭")
