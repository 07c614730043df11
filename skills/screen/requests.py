"""What a sentence wants of the screens: one small value, found by words in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("views.yaml")


class Kind(Enum):
    """What is to change."""

    BRIGHTER = "brighter"
    DARKER = "darker"
    BRIGHTNESS = "brightness"
    THEME = "theme"
    FONT = "font"
    UNIT = "unit"
    VIEW = "view"
    POWER = "power"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Request:
    """`path` and `value` of the signal that is it, if there is one; `on` for what has two states;
    the names are those of the reply."""

    kind: Kind
    en: str = ""
    zh: str = ""
    path: str = ""
    value: str = ""
    on: bool = True


HMI = "Vehicle.Cabin.Infotainment.HMI"
_OFF = re.compile(
    r"\b(off|hide|close|exit|leave|stop|remove|dark)\b|关|退出|收起|熄|息屏|取消|隐藏"
)
_SMALLER = re.compile(r"small|reduc|tiny|缩|小")
_SCREEN = re.compile(r"screen|display|dash|hud|head.?up|屏|显示|仪表|抬头|背光|hud")
_BRIGHT = re.compile(
    r"bright|dim|glar|blind|dark(?! (mode|theme))|亮|暗(?!色)|刺眼|晃眼|扎眼|晃得|反光"
)
_DOWN = re.compile(
    r"\b(dim\w*|darker|less|reduce|lower|down|blinding|glar\w*|too bright|far too)\b"
    r"|暗一|调暗|变暗|太亮|刺眼|晃|扎眼|降低|低一|弱"
)
_FONT = re.compile(r"font|letters|text size|字体|字号|字太|字小|字大")
_THEMES = (
    (
        re.compile(r"\bnight|dark (mode|theme)|夜间|深色|黑夜|暗色|护眼"),
        "NIGHT",
        "night colours",
        "夜间模式",
    ),
    (re.compile(r"\bday\b|light (mode|theme)|白天|浅色|日间"), "DAY", "day colours", "白天模式"),
)
_UNITS = (
    (re.compile(r"fahrenheit|华氏"), "TemperatureUnit", "F", "degrees Fahrenheit", "华氏度"),
    (re.compile(r"celsius|centigrade|摄氏"), "TemperatureUnit", "C", "degrees Celsius", "摄氏度"),
    (re.compile(r"\bmiles\b|mph|英里"), "DistanceUnit", "MILES", "miles", "英里"),
    (re.compile(r"kilomet|\bkm\b|公里"), "DistanceUnit", "KILOMETERS", "kilometres", "公里"),
    (re.compile(r"\bpsi\b"), "TirePressureUnit", "PSI", "psi", "psi"),
    (re.compile(r"\bbar\b|单位.*巴"), "TirePressureUnit", "BAR", "bar", "巴"),
    (re.compile(r"\bkpa\b|千帕"), "TirePressureUnit", "KPA", "kilopascals", "千帕"),
    (
        re.compile(r"twelve.hour|12.hour|am pm|十二小时制"),
        "TimeFormat",
        "HR_12",
        "12 hour clock",
        "十二小时制",
    ),
    (
        re.compile(r"(twenty.?four|24).hour|二十四小时制"),
        "TimeFormat",
        "HR_24",
        "24 hour clock",
        "二十四小时制",
    ),
)


def understood(words: str, has_value: bool = False) -> Request:
    """What `words`, in lower case, ask for; `has_value`: a percentage was said."""
    if _FONT.search(words):
        return _font(words)
    for pattern, leaf, value, en, zh in _UNITS:
        if pattern.search(words):
            return Request(Kind.UNIT, en, zh, f"{HMI}.{leaf}", value)
    for pattern, value, en, zh in _THEMES:
        if pattern.search(words):
            return Request(Kind.THEME, en, zh, f"{HMI}.DayNightMode", value)
    if _BRIGHT.search(words):
        if has_value:
            return Request(Kind.BRIGHTNESS)
        return Request(Kind.DARKER if _DOWN.search(words) else Kind.BRIGHTER)
    if has_value:
        return Request(Kind.BRIGHTNESS)
    on = not _OFF.search(words)
    for view in _views():
        if re.search(view["says"], words):
            return Request(Kind.VIEW, view["en"], view["zh"], value=view["name"], on=on)
    if _SCREEN.search(words) and re.search(
        r"\b(on|off)\b|打开|关|点亮|开一?下|熄|息|收起|放下|亮屏", words
    ):
        return Request(Kind.POWER, on=on)
    return Request(Kind.OTHER)


@cache
def _views() -> tuple[dict[str, str], ...]:
    return tuple(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def _font(words: str) -> Request:
    if _SMALLER.search(words) and not re.search(r"too small|太小|字小", words):
        return Request(Kind.FONT, "standard letters", "标准字体", f"{HMI}.FontSize", "STANDARD")
    if re.search(r"extra|largest|biggest|huge|最大|特大", words):
        return Request(
            Kind.FONT, "the largest letters", "特大字体", f"{HMI}.FontSize", "EXTRA_LARGE"
        )
    return Request(Kind.FONT, "large letters", "大字体", f"{HMI}.FontSize", "LARGE")
