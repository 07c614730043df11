"""Times of day."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cabin_agent.understanding.entities.numbers import (
    CHINESE,
    english_number,
    number,
    read_chinese,
    tokens,
)


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day. `exact` when morning or afternoon is known."""

    hour: int
    minute: int
    exact: bool = True


_MORNING = re.compile(r"\b(am|a m|morning)\b|早上|早晨|上午|凌晨|清晨")
_EVENING = re.compile(r"\b(pm|p m|afternoon|evening|tonight|night)\b|下午|晚上|傍晚|今晚|夜里|晚")
_CHINESE_CLOCK = re.compile(
    r"([零一二三四五六七八九十\d]+)(?:点钟?|时)(?:(半)|([一三])刻|([零一二三四五六七八九十\d]+)分?|差([一二三四五六七八九十]+)分)?"
)


def clock_time(words: str) -> ClockTime | None:
    """ "half past seven" -> 7:30, "quarter to eight pm" -> 19:45, 下午三点半 -> 15:30."""
    text = words.lower().replace("两", "二").replace(".", "")
    if re.search(r"\bnoon\b|\bmidday\b|正午", text):
        return ClockTime(12, 0)
    if re.search(r"\bmidnight\b|午夜|半夜", text) and not re.search(r"点", text):
        return ClockTime(0, 0)
    minutes = _digital(text)
    if minutes is None:
        minutes = _chinese_clock(text) if CHINESE.search(text) else _english_clock(text)
    if minutes is None:
        return None
    hour, minute = divmod(minutes, 60)
    return _half_of_day(hour, minute, text)


def _half_of_day(hour: int, minute: int, text: str) -> ClockTime | None:
    if not 0 <= hour < 25:
        return None
    if _EVENING.search(text) and hour < 12:
        return ClockTime(hour + 12, minute)
    if (_MORNING.search(text) or re.search(r"\bnight\b|半夜|夜里", text)) and hour == 12:
        return ClockTime(0, minute)
    exact = bool(_MORNING.search(text) or _EVENING.search(text)) or hour >= 12 or hour == 0
    return ClockTime(hour % 24, minute, exact)


def _digital(text: str) -> int | None:
    match = re.search(r"\b(\d{1,2})[:：](\d{2})\b", text)
    if match is None or int(match[2]) > 59:
        return None
    return int(match[1]) * 60 + int(match[2])


def _english_clock(text: str) -> int | None:
    cleaned = re.sub(r"\b(at|around|about|o'? ?clock|sharp|am|pm|in the|\w+noon)\b", " ", text)
    match = re.search(r"(.*)\b(past|after|to|before|till)\b(.*)", cleaned)
    if match and (hour := number(match[3])) is not None:
        minutes = _past(match[1])
        if minutes is None:
            return None
        late = match[2] in ("past", "after")
        return int(hour) * 60 + (minutes if late else -minutes)
    words = tokens(cleaned)
    for position in range(len(words)):
        hour, used = english_number(words[position:])
        if hour is None:
            continue
        rest = [token for token in words[position + used :] if token != "oh"]
        minute, _ = english_number(rest)
        valid = hour == int(hour) and 0 <= hour <= 24
        return int(hour) * 60 + int(minute or 0) if valid and (minute or 0) < 60 else None
    return None


def _past(words: str) -> int | None:
    if "quarter" in words:
        return 15
    if "half" in words:
        return 30
    value = number(words)
    return int(value) if value is not None and 0 <= value < 60 else None


def _chinese_clock(text: str) -> int | None:
    match = _CHINESE_CLOCK.search(text)
    if match is None:
        return None
    hour = read_chinese(match[1])
    if hour is None or hour > 24:
        return None
    minute = 30.0 if match[2] else 0.0
    if match[3]:
        minute = 15 * (read_chinese(match[3]) or 0)
    elif match[4]:
        minute = read_chinese(match[4]) or 0
    early = match[5] or (m[1] if (m := re.search(r"差([一二三四五六七八九十]+)分", text)) else None)
    if early:
        minute = -(read_chinese(early) or 0)
    elif "差一刻" in text:
        minute = -15
    return int(hour) * 60 + int(minute) if minute < 60 else None
