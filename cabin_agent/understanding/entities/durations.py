"""How long."""

from __future__ import annotations

import re

from cabin_agent.understanding.entities.numbers import CHINESE, number, read_chinese

_SECONDS = (
    (3600, r"hours?|hrs?", r"个?小时|个?钟头"),
    (60, r"minutes?|mins?", r"分钟?"),
    (1, r"seconds?|secs?", r"秒钟?"),
)
_CHINESE_COUNT = r"(?:[零一二三四五六七八九十百\d点.]+|半)"


def duration(words: str) -> float | None:
    """Seconds: "an hour and a half" -> 5400, "half an hour" -> 1800, 两个半小时 -> 9000."""
    text = words.lower().replace("两", "二").replace("-", " ")
    return _chinese_duration(text) if CHINESE.search(text) else _english_duration(text)


def _english_duration(text: str) -> float | None:
    total: float | None = None
    for seconds, unit, _ in _SECONDS:
        match = re.search(rf"(?:^|\band\b|[a-z] )\s*((?:(?!{_ANY_UNIT}).)*?)\b({unit})\b(.*)", text)
        if match is None:
            continue
        count = _count(match[1])
        if count is None:
            return None
        if re.match(r"\s+and a half\b", match[3]):
            count += 0.5
        elif re.match(r"\s+and a quarter\b", match[3]):
            count += 0.25
        total = (total or 0.0) + count * seconds
    return total


_ANY_UNIT = r"\b(?:hours?|hrs?|minutes?|mins?|seconds?|secs?)\b"


def _count(words: str) -> float | None:
    """How many units: "half an", "a couple of", "ten", "a"."""
    value = number(re.sub(r"\b(of|an?)\s*$", "", words.strip()))
    if value is not None:
        return value
    return 1.0 if re.search(r"\b(an?|one)\s*$", words.strip()) else None


def _chinese_duration(text: str) -> float | None:
    total: float | None = None
    rest = text
    for seconds, _, unit in _SECONDS:
        match = re.search(rf"({_CHINESE_COUNT})(个半)?({unit})(半)?", rest)
        if match is None:
            continue
        count = 0.5 if match[1] == "半" else read_chinese(match[1])
        if count is None:
            return None
        total = (total or 0.0) + (count + (0.5 if match[2] or match[4] else 0.0)) * seconds
        rest = rest[: match.start()] + rest[match.end() :]
    if match := re.search(r"([一二三])刻钟", rest):
        total = (total or 0.0) + 900.0 * (read_chinese(match[1]) or 0.0)
    return total
