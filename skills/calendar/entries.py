"""What stands in the calendar: timers, alarms, reminders and events, and how their time is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cabin_agent.sdk import characters, figures, spoken_clock, spoken_day, spoken_duration

MORNING = 9
KINDS = (
    ("timer", re.compile(r"\btimer|count ?down\b|计时|倒计时|定时")),
    ("alarm", re.compile(r"\balarm|wake\b|闹钟|闹铃|叫醒|叫我|起床")),
    ("reminder", re.compile(r"\bremind|reminder|don't let me forget\b|提醒|备忘|记得")),
    (
        "event",
        re.compile(r"\bmeeting|appointment|calendar|event|schedule\b|日程|会议|日历|安排|开会|约"),
    ),
)
NAMES = {
    "timer": ("timer", "计时器"),
    "alarm": ("alarm", "闹钟"),
    "reminder": ("reminder", "提醒"),
    "event": ("event", "日程"),
}
DAYS_ZH = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is a time of day where the car is; `what` is empty for a bare timer or alarm."""

    id: int
    kind: str
    at: datetime
    what: str = ""

    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def from_stored(cls, raw: Mapping[str, Any]) -> Entry:
        return cls(raw["id"], raw["kind"], datetime.fromisoformat(raw["at"]), raw["what"])


def kind_of(words: str) -> str:
    """Which kind the sentence is about; empty if it does not say."""
    return next((kind for kind, pattern in KINDS if pattern.search(words)), "")


def when(words: str, now: datetime) -> datetime | None:
    """The time meant: "in ten minutes", "tomorrow at eight", 明天下午三点; None if there is none.

    A clock time without a half of the day is the next such time to come (of twelve hours); a day
    without a time is its morning.
    """
    seconds = spoken_duration(words)
    if seconds is not None and not re.search(r"\bat\b|点", words):
        return now + timedelta(seconds=seconds)
    clock, day = spoken_clock(_without_days(words)), spoken_day(words, now.date())
    if clock is None:
        return (
            None
            if day is None
            else datetime.combine(day, datetime.min.time()).replace(hour=MORNING)
        )
    found = datetime.combine(day or now.date(), datetime.min.time()).replace(
        hour=clock.hour, minute=clock.minute
    )
    if not clock.exact and day is None and found <= now:
        found += timedelta(hours=12)
    if day is None and found <= now:
        found += timedelta(days=1)
    return found


def _without_days(words: str) -> str:
    """Numbers of days and months are no hours."""
    words = re.sub(r"[零一二三四五六七八九十\d]+(月|号|日)", " ", words)
    words = re.sub(r"(周|星期|礼拜)[一二三四五六日天]", " ", words)
    return re.sub(r"\b(the|on the) \w+( \w+)? of \w+", " ", words)


def clock_words(at: datetime) -> tuple[str, str]:
    """The time of day in English and in Mandarin."""
    minutes = f"{characters(at.minute)}分" if at.minute else "整"
    return f"{at.hour}:{at.minute:02}", f"{characters(at.hour)}点{minutes}"


def day_words(day: date, today: date) -> tuple[str, str]:
    away = (day - today).days
    if away == 0:
        return "today", "今天"
    if away == 1:
        return "tomorrow", "明天"
    if away < 7:
        return f"on {day:%A}", f"星期{DAYS_ZH[day.weekday()]}"
    return f"on {day.day} {day:%B}", f"{characters(day.month)}月{characters(day.day)}日"


def span_words(seconds: float) -> tuple[str, str]:
    """How long, in the two largest units that matter."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "hour", "小时"), (minutes, "minute", "分钟"), (rest, "second", "秒")]
    named = [part for part in parts if part[0]][:2] or [(0, "second", "秒")]
    en = " ".join(f"{figures(n)} {unit}{'' if n == 1 else 's'}" for n, unit, _ in named)
    return en, "".join(f"{characters(n)}{unit}" for n, _, unit in named)
