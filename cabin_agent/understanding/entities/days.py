"""Days of the calendar, as they are spoken."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from cabin_agent.understanding.entities.numbers import CHINESE, number, read_chinese

_WEEKDAYS = tuple(day.lower() for day in calendar.day_name)
_MONTHS = tuple(month.lower() for month in calendar.month_name)
_CHINESE_WEEKDAYS = "一二三四五六日"
_AWAY = (
    (re.compile(r"\bday after tomorrow\b|大后天"), None),
    (re.compile(r"\btomorrow\b|明天|明早|明晚|明日"), 1),
    (re.compile(r"后天"), 2),
    (re.compile(r"\byesterday\b|昨天|昨晚"), -1),
    (re.compile(r"\b(today|tonight|this (morning|afternoon|evening))\b|今天|今早|今晚|今日"), 0),
)
_IN_DAYS = re.compile(r"\bin (.+?) days?\b|([零一二三四五六七八九十\d]+)天[之以]?后")
_ORDINAL_ENDINGS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
    "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_CHINESE_DATE = re.compile(
    r"(?:([零一二三四五六七八九十\d]+)月)?([零一二三四五六七八九十\d]+)[号日]"
)
_CHINESE_WEEK = re.compile(r"(下+|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天末])")


def day(words: str, today: date) -> date | None:
    """The day meant: "tomorrow", "next friday", "the third of may", 下周三, 五月三号.

    A weekday is the next one to come, "next" and 下 the one of the week after this (weeks begin on
    Monday, ISO 8601); a day of the month without a month is the next one to come.
    """
    text = words.lower().replace("两", "二")
    near = _near(text, today)
    if near is not None:
        return near
    if CHINESE.search(text):
        return _chinese_weekday(text, today) or _chinese_date(text, today)
    return _english_weekday(text, today) or _english_date(text, today)


def _near(text: str, today: date) -> date | None:
    if re.search(r"\bday after tomorrow\b", text):
        return today + timedelta(2)
    if "大后天" in text:
        return today + timedelta(3)
    for pattern, away in _AWAY:
        if away is not None and pattern.search(text):
            return today + timedelta(away)
    match = _IN_DAYS.search(text)
    count = number(match[1] or match[2]) if match else None
    return None if count is None else today + timedelta(int(count))


def _english_weekday(text: str, today: date) -> date | None:
    if re.search(r"\bweekend\b", text):
        return _weekday(5, today, int("next" in text))
    for index, name in enumerate(_WEEKDAYS):
        if re.search(rf"\b{name}\b", text):
            return _weekday(index, today, int(bool(re.search(r"\bnext\b", text))))
    return None


def _chinese_weekday(text: str, today: date) -> date | None:
    match = _CHINESE_WEEK.search(text)
    if match is None:
        return None
    named = match[2].replace("天", "日")
    index = 5 if named == "末" else _CHINESE_WEEKDAYS.index(named)
    return _weekday(index, today, (match[1] or "").count("下"))


def _weekday(index: int, today: date, weeks: int) -> date:
    if weeks:
        monday = today - timedelta(today.weekday())
        return monday + timedelta(7 * weeks + index)
    return today + timedelta((index - today.weekday()) % 7)


def _english_date(text: str, today: date) -> date | None:
    """A day of the month: an ordinal; a plain number only beside the month's name."""
    month = next((i for i, name in enumerate(_MONTHS) if name and name in text.split()), None)
    rest = re.sub("|".join(filter(None, _MONTHS)), " ", text)
    named = _ordinal(rest)
    if named is None and month is not None:
        value = number(rest)
        named = None if value is None else int(value)
    return None if named is None else _coming(month, named, today)


def _ordinal(text: str) -> int | None:
    """ "the twenty fifth" -> 25; None for numbers that count."""
    if digits := re.search(r"\b(\d{1,2})(?:st|nd|rd|th)\b", text):
        return int(digits[1])
    tens = 0
    for word in text.replace("-", " ").split():
        if word in _ORDINAL_ENDINGS:
            return tens + _ORDINAL_ENDINGS[word]
        value = number(word.removesuffix("th"))
        if value is None:
            tens = 0
        elif word.endswith("th"):
            return tens + int(value)
        else:
            tens = int(value)
    return None


def _chinese_date(text: str, today: date) -> date | None:
    match = _CHINESE_DATE.search(text)
    if match is None:
        return None
    month = read_chinese(match[1]) if match[1] else None
    named = read_chinese(match[2])
    if named is None:
        return None
    return _coming(None if month is None else int(month), int(named), today)


def _coming(month: int | None, named: int, today: date) -> date | None:
    """The next day with this number, in that month if it is known."""
    for ahead in range(24):
        year, index = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if month not in (None, index + 1):
            continue
        if not 1 <= named <= calendar.monthrange(year, index + 1)[1]:
            continue
        found = date(year, index + 1, named)
        if found >= today:
            return found
    return None
