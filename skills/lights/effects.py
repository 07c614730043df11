"""Effects of the ambient light. VSS has no signal for them: the head unit gets `lights.effect`."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effect:
    """`name` is for the head unit."""

    name: str
    en: str
    zh: str
    pattern: re.Pattern[str]


def _effect(name: str, en: str, zh: str, pattern: str) -> Effect:
    return Effect(name, en, zh, re.compile(pattern))


STEADY = _effect(
    "steady",
    "steady",
    "常亮",
    r"steady|static|single|one colour|stop|no more|from changing|常亮|单色|静|固定|别|不要|关闭",
)
DYNAMIC = _effect("dynamic", "changing", "动态变化", r".")
EFFECTS = (
    STEADY,
    _effect(
        "music",
        "with the music",
        "跟随音乐",
        r"music|beat|rhythm|song|party|disco|音乐|律动|节奏|歌",
    ),
    _effect("breathing", "breathing", "呼吸", r"breath|puls|heart|呼吸|心跳"),
    _effect("rainbow", "in all colours", "多彩循环", r"rainbow|cycle|all the .*colo|彩|循环|轮换"),
    _effect("flow", "flowing", "流动", r"flow|wave|流|波浪"),
    _effect("fade", "fading", "渐变", r"fad|gradient|渐变|慢慢"),
    _effect("temperature", "with the temperature", "随温度变化", r"temperature|温度"),
    _effect("speed", "with the speed", "随车速变化", r"speed|车速|随速"),
    _effect("stars", "like stars", "星空", r"star|aurora|星|极光"),
    DYNAMIC,
)


def effect_of(words: str) -> Effect:
    """The effect that `words`, in lower case, ask for; a change of any kind if they don't say."""
    return next((each for each in EFFECTS if each.pattern.search(words)), DYNAMIC)
