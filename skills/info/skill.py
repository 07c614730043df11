"""The time and the date."""

from __future__ import annotations

from datetime import datetime

from cabin_agent.sdk import Cabin, Date, Manifest, Said, Skill, Text, characters, intent

DAYS_ZH = "一二三四五六日"


class Info(Skill):
    manifest = Manifest(
        name="info",
        version="1.0.0",
        summary_en="time and date",
        summary_zh="时间和日期",
    )

    @intent(
        domain="info",
        en=("what time is it", "what day is it today", "what's the date", "tell me the time"),
        zh=("现在几点", "今天星期几", "今天几号", "告诉我时间"),
    )
    async def query(
        self, cabin: Cabin, time: Date | None = None, query: Text | None = None
    ) -> Said:
        if query is not None:
            cabin.event("info.search", {"query": str(query)})
        now = cabin.now()
        return cabin.say(f"It is {_english(now)}.", f"现在是{_mandarin(now)}")


def _english(now: datetime) -> str:
    return f"{now:%H:%M} on {now:%A}, {now.day} {now:%B}"


def _mandarin(now: datetime) -> str:
    clock = f"{characters(now.hour)}点" + (f"{characters(now.minute)}分" if now.minute else "整")
    day = f"{characters(now.month)}月{characters(now.day)}日星期{DAYS_ZH[now.weekday()]}"
    return f"{day}{clock}"
