"""Shares, temperatures, levels and how much of a change."""

from __future__ import annotations

import re

from cabin_agent.turn import Degree
from cabin_agent.understanding.entities.numbers import CHINESE, ORDINALS, number, read_chinese

CRACK_PERCENT = 20

_ALL = re.compile(
    r"\b(all the way|completely|fully|full|entirely|maximum|max|everything|wide open)\b"
    r"|完全|全部|全开|最大|到底|到头|最高|拉满|满"
)
_CRACK = re.compile(
    r"\b(a crack|crack|a (?:little|tiny|wee) ?(?:bit)?|a bit|slightly|a touch|an inch|a gap)\b"
    r"|缝|一点|一丢丢|稍微|一些|一指"
)
_CHINESE_FRACTION = re.compile(r"([零一二三四五六七八九十百]+)分之([零一二三四五六七八九十百点]+)")
_CHINESE_TENTHS = re.compile(r"([一二三四五六七八九十])成(半)?")


def percent(words: str) -> int | None:
    """0 to 100: "half way" -> 50, "a third" -> 33, "a crack" -> 20, 三成 -> 30."""
    text = words.lower().replace("两", "二")
    share = _chinese_share(text) if CHINESE.search(text) else None
    if share is not None:
        return round(share)
    if _ALL.search(text):
        return 100
    named = number(text)
    if named is not None and not (_CRACK.search(text) and named == 1):
        fractional = 0 < named < 1 or bool(_english_part(text))
        return round(named * 100 if fractional else named)
    return CRACK_PERCENT if _CRACK.search(text) else None


def _english_part(text: str) -> bool:
    return bool(re.search(r"\b(half|halfway|thirds?|quarters?|fifths?|tenths?)\b", text)) and (
        "and a" not in text
    )


def _chinese_share(text: str) -> float | None:
    if match := _CHINESE_FRACTION.search(text):
        whole, part = read_chinese(match[1]), read_chinese(match[2])
        return 100 * part / whole if whole and part is not None else None
    if match := _CHINESE_TENTHS.search(text):
        tenths = read_chinese(match[1])
        return None if tenths is None else 10 * tenths + (5 if match[2] else 0)
    return 50.0 if re.search(r"(?<![一二三四五六七八九十百\d度点个])一?半", text) else None


FAHRENHEIT_FROM = 45.0


def temperature(words: str) -> float | None:
    """°C in steps of 0.5. Fahrenheit if it says so, or above 45: no cabin is that hot in °C."""
    value = number(words)
    if value is None:
        return None
    if value > FAHRENHEIT_FROM or re.search(r"fahrenheit|华氏", words.lower()):
        value = (value - 32) * 5 / 9
    return round(value * 2) / 2


_LEVELS = (
    (3, re.compile(r"\b(highest|high|maximum|max|full|hottest|strong(est)?|hard)\b|高|最大|强|满")),
    (2, re.compile(r"\b(medium|mid|middle|moderate|normal)\b|中")),
    (1, re.compile(r"\b(lowest|low|minimum|min|gentle|weak|soft|light)\b|低|最小|弱|轻")),
)


def level(words: str) -> int | None:
    """A step of a dial: "low" -> 1, "level two" -> 2, 三档 -> 3. Percentages are no levels."""
    text = words.lower()
    if re.search(r"percent|%|百分|成", text):
        return None
    value = number(text)
    if value is not None:
        return int(value) if value == int(value) else None
    for word, place in ORDINALS.items():
        if re.search(rf"\b{word}\b", text):
            return place
    return next((value for value, pattern in _LEVELS if pattern.search(text)), None)


_DEGREES = (
    (Degree.MAX, re.compile(r"\b(all the way|max(imum)?|fully|highest)\b|最大|最高|拉满|到底")),
    (Degree.MIN, re.compile(r"\b(minimum|min|lowest|the least)\b|最小|最低")),
    (Degree.LARGE, re.compile(r"\b(a lot|much|way|loads|far|plenty)\b|很多|大幅|多一些|使劲")),
    (Degree.SMALL, re.compile(r"\b(a (bit|little|touch|tad)|slightly|a fraction)\b|一点|一些|略")),
)  # fmt: skip


def degree(words: str) -> Degree | None:
    """How much of a relative change: "a bit" -> small, 大幅 -> large, "all the way" -> max."""
    text = words.lower()
    return next((value for value, pattern in _DEGREES if pattern.search(text)), None)
