"""Numbers, times, durations and dates as people say and write them, in both languages."""

from __future__ import annotations

import random
from collections.abc import Callable

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_ZH = "零一二三四五六七八九"
DIGITS_SHARE = 0.2

Draw = Callable[[random.Random], str]


def english(number: int) -> str:
    """0..999 in words."""
    if number >= 100:
        rest = f" {english(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    if number < 20:
        return _ONES[number]
    ones = f" {_ONES[number % 10]}" if number % 10 else ""
    return _TENS[number // 10] + ones


def mandarin(number: int) -> str:
    """0..999 in characters."""
    if number >= 100:
        tens = number % 100
        rest = "" if not tens else (f"零{_ZH[tens]}" if tens < 10 else _below_hundred(tens, False))
        return f"{_ZH[number // 100]}百{rest}"
    return _below_hundred(number, True)


def _below_hundred(number: int, short: bool) -> str:
    if number < 10:
        return _ZH[number]
    tens = "" if short and number < 20 else _ZH[number // 10]
    return f"{tens}十{_ZH[number % 10] if number % 10 else ''}"


def _written(rng: random.Random, number: int, words: Callable[[int], str]) -> str:
    return str(number) if rng.random() < DIGITS_SHARE else words(number)


def _temperature_en(rng: random.Random) -> str:
    if rng.random() < 0.1:
        return _written(rng, rng.randint(60, 85), english)
    number = rng.randint(16, 30)
    if rng.random() < 0.12:
        if rng.random() < DIGITS_SHARE:
            return f"{number}.5"
        return f"{english(number)} {rng.choice(['and a half', 'point five'])}"
    return _written(rng, number, english)


def _temperature_zh(rng: random.Random) -> str:
    number = rng.randint(16, 30)
    if rng.random() < 0.1:
        return f"{number}.5" if rng.random() < DIGITS_SHARE else f"{mandarin(number)}点五"
    return _written(rng, number, mandarin)


def _percent_en(rng: random.Random) -> str:
    number = rng.choice([5, 10, 15, 20, 25, 30, 33, 40, 45, 50, 60, 65, 70, 75, 80, 90, 95, 100])
    if number == 100 and rng.random() < 0.5:
        return "a hundred"
    return _written(rng, number, english)


def _percent_zh(rng: random.Random) -> str:
    if rng.random() < 0.3:
        return rng.choice(
            ["一半", "三分之一", "一半", "三分之二", "四分之一", "半", "三成", "七成"]
        )
    number = rng.choice([5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100])
    return f"{number}%" if rng.random() < DIGITS_SHARE else f"百分之{mandarin(number)}"


def _duration_en(rng: random.Random) -> str:
    if rng.random() < 0.2:
        return rng.choice(
            ["half an hour", "an hour", "a minute", "an hour and a half", "a few minutes"]
        )
    count = rng.choice([1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 45, 60, 90])
    unit = rng.choice(
        ["seconds", "minutes", "minutes", "hours"] if count > 1 else ["minute", "hour"]
    )
    return f"{_written(rng, count, english)} {unit}"


def _duration_zh(rng: random.Random) -> str:
    if rng.random() < 0.2:
        return rng.choice(["半小时", "半个小时", "一刻钟", "一个半小时", "一会儿", "两个小时"])
    count = rng.choice([1, 2, 3, 5, 10, 15, 20, 30, 40, 45])
    return _written(rng, count, mandarin) + rng.choice(["秒", "分钟", "分钟", "小时", "个小时"])


def _clock_en(rng: random.Random) -> str:
    hour = rng.randint(1, 12)
    minutes = rng.choice([0, 0, 5, 10, 15, 20, 30, 30, 45, 50])
    if rng.random() < DIGITS_SHARE:
        return f"{hour}:{minutes:02d}" + rng.choice(["", " am", " pm"])
    spoken = english(hour) + (f" {english(minutes)}" if minutes >= 10 else "")
    if rng.random() < 0.15:
        return rng.choice([f"half past {english(hour)}", f"quarter to {english(hour)}", "noon"])
    return spoken + rng.choice(["", " am", " pm", " o'clock" if minutes < 10 else "", " a m"])


def _clock_zh(rng: random.Random) -> str:
    part = rng.choice(["", "早上", "上午", "下午", "晚上", "中午", "明早", "今晚"])
    hour = mandarin(rng.randint(1, 12))
    return f"{part}{hour}点{rng.choice(['', '', '半', '十分', '一刻', '整', '四十五'])}"


def _date_en(rng: random.Random) -> str:
    day = rng.choice("monday tuesday wednesday thursday friday saturday sunday".split())
    month = rng.choice("january march may june august october november december".split())
    return rng.choice(
        [
            "today",
            "tomorrow",
            "tonight",
            "this weekend",
            "next week",
            day,
            f"next {day}",
            f"this {day}",
            "tomorrow morning",
            "the day after tomorrow",
            f"{month} {english(rng.randint(1, 30))}",
        ]
    )


def _date_zh(rng: random.Random) -> str:
    day = rng.choice("一二三四五六日")
    return rng.choice(
        [
            "今天",
            "明天",
            "后天",
            "今晚",
            "周末",
            "这周末",
            "下周",
            f"周{day}",
            f"下周{day}",
            f"星期{day}",
            f"{mandarin(rng.randint(1, 12))}月{mandarin(rng.randint(1, 28))}号",
        ]
    )


BUILT_IN: dict[str, dict[str, Draw]] = {
    "en": {
        "temperature": _temperature_en,
        "percent": _percent_en,
        "level": lambda rng: _written(rng, rng.randint(1, 3), english),
        "number": lambda rng: _written(rng, rng.randint(1, 10), english),
        "volume": lambda rng: _written(rng, rng.randint(0, 100), english),
        "duration": _duration_en,
        "clock": _clock_en,
        "date": _date_en,
    },
    "zh": {
        "temperature": _temperature_zh,
        "percent": _percent_zh,
        "level": lambda rng: rng.choice(["一", "二", "三", "1", "2", "3", "两"]),
        "number": lambda rng: rng.choice(["两", _written(rng, rng.randint(1, 10), mandarin)]),
        "volume": lambda rng: _written(rng, rng.randint(0, 100), mandarin),
        "duration": _duration_zh,
        "clock": _clock_zh,
        "date": _date_zh,
    },
}
