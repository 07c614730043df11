"""The time and the date. News are the head unit's, which is asked by the event `info.search`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from cabin_agent.sdk import (
    Cabin,
    Date,
    Manifest,
    Place,
    Said,
    Skill,
    Text,
    characters,
    intent,
    spoken_day,
)

DAYS_ZH = "一二三四五六日"
_DATE = re.compile(
    r"\b(day|date|today|week|month|year)\b|几号|星期|周几|礼拜|日期|日子|几月|什么年|农历|节日"
)
_NEWS = re.compile(
    r"news|headline|gossip|happen|politic|league|football|score|council|market|election|won\b"
    r"|新闻|头条|消息|大事|联赛|股市"
)


class Info(Skill):
    manifest = Manifest(
        name="info",
        version="1.1.0",
        summary_en="time and date",
        summary_zh="时间和日期",
    )

    @intent(
        domain="info",
        en=(
            "what time is it",
            "what day is it today",
            "what's the date",
            "tell me the time",
            "what is in the news",
            "read me the headlines",
        ),
        zh=("现在几点", "今天星期几", "今天几号", "告诉我时间", "今天有什么新闻", "播报新闻"),
    )
    async def query(
        self,
        cabin: Cabin,
        time: Date | None = None,
        query: Text | None = None,
        place: Place | None = None,
    ) -> Said:
        words, now = cabin.words, cabin.now()
        if query is not None or place is not None or _NEWS.search(words):
            cabin.event("info.search", {"query": str(query or words), "place": str(place or "")})
            return cabin.say("I can't know that offline; I've asked.", "离线无法得知，已为您查询")
        day = spoken_day(time, now.date()) if time else None
        if day is not None and day != now.date():
            return cabin.say(f"That is {_day_en(day)}.", f"那天是{_day_zh(day)}")
        if re.search(r"tomorrow|明天", words):
            day = now.date() + timedelta(days=1)
            return cabin.say(f"Tomorrow is {_day_en(day)}.", f"明天是{_day_zh(day)}")
        if _DATE.search(words) and not re.search(r"\btime\b|o'?clock|点", words):
            return cabin.say(f"Today is {_day_en(now)}.", f"今天是{_day_zh(now)}")
        return cabin.say(f"It is {_english(now)}.", f"现在是{_mandarin(now)}")


def _english(now: datetime) -> str:
    return f"{now:%H:%M} on {_day_en(now)}"


def _mandarin(now: datetime) -> str:
    clock = f"{characters(now.hour)}点" + (f"{characters(now.minute)}分" if now.minute else "整")
    return f"{_day_zh(now)}{clock}"


def _day_en(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B}"


def _day_zh(day: date) -> str:
    return f"{characters(day.month)}月{characters(day.day)}日星期{DAYS_ZH[day.weekday()]}"
