"""Numbers in words or digits."""

from __future__ import annotations

import re
from fractions import Fraction

import cn2an

_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {"oh": 0, "nought": 0, "nil": 0}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_FRACTIONS = {
    "half": Fraction(1, 2),
    "halfway": Fraction(1, 2),
    "third": Fraction(1, 3),
    "thirds": Fraction(1, 3),
    "quarter": Fraction(1, 4),
    "quarters": Fraction(1, 4),
    "fifth": Fraction(1, 5),
    "fifths": Fraction(1, 5),
    "tenth": Fraction(1, 10),
    "tenths": Fraction(1, 10),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CHINESE_NUMBER = re.compile(
    r"(?:负|零下)?[零〇一二三四五六七八九十百千万廿]+(?:点[零〇一二三四五六七八九]+)?"
)
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")


def number(words: str) -> float | None:
    """The last number named: "twenty two and a half" -> 22.5, "a hundred" -> 100, 两百 -> 200."""
    if CHINESE.search(words):
        return _chinese_number(words)
    found: float | None = None
    parts = tokens(words)
    position = 0
    while position < len(parts):
        value, used = english_number(parts[position:])
        if value is not None:
            found = value
        position += max(used, 1)
    return found


def tokens(words: str) -> list[str]:
    text = words.lower().replace("-", " -") if _DIGITS.search(words) else words.lower()
    text = re.sub(r"(?<=[a-z])-(?=[a-z])| -(?!\d)|[,;!?'\"]", " ", text)
    return re.findall(r"-?\d+(?:\.\d+)?|\d+:\d\d|[a-z]+|%", text)


def english_number(tokens: list[str]) -> tuple[float | None, int]:
    """The number that `tokens` begin with, and how many of them it takes; (None, 0) if none."""
    if not tokens:
        return None, 0
    first = tokens[0]
    if first in ("minus", "negative"):
        value, used = english_number(tokens[1:])
        return (None, 0) if value is None else (-value, used + 1)
    if _DIGITS.fullmatch(first):
        return _with_remainder(float(first), tokens, 1)
    if first in ("a", "an") and tokens[1:2] and tokens[1] in _SCALES:
        return english_number(["one", *tokens[1:]])
    if first in ("a", "an") and tokens[1:2] == ["hundred"]:
        value, used = _whole(["one", *tokens[1:]])
        return _with_remainder(value or 0.0, tokens, used)
    if first in ("a", "one") and tokens[1:2] in (["couple"], ["pair"]):
        return 2.0, 2
    fraction, used = _english_fraction(tokens)
    if fraction is not None:
        return float(fraction), used
    whole, used = _whole(tokens)
    if whole is None:
        return None, 0
    scale, taken = _scale(tokens[used:])
    if scale > 1:
        rest, more = _whole(tokens[used + taken :])
        return whole * scale + (rest or 0.0), used + taken + more
    return _with_remainder(whole, tokens, used)


def _scale(tokens: list[str]) -> tuple[float, int]:
    """What the number before is multiplied by: "thousand", "million", "hundred thousand"."""
    scale, used = 1.0, 0
    while used < len(tokens) and tokens[used] in _SCALES:
        scale *= _SCALES[tokens[used]]
        used += 1
    return scale, used


def _whole(tokens: list[str]) -> tuple[float | None, int]:
    total: int | None = None
    position = 0
    room = 1000
    while position < len(tokens):
        token = tokens[position]
        if token == "and" and total and total % 100 == 0 and _small(tokens[position + 1 :]):
            position += 1
            continue
        if token == "hundred" and total is not None and 0 < total < 100:
            total, room = total * 100, 100
        elif token in _TENS and room > 10 and (total is None or total % 100 == 0):
            total, room = (total or 0) + _TENS[token], 10
        elif token in _UNITS and _UNITS[token] < room and (total is None or room <= 100):
            total, room = (total or 0) + _UNITS[token], 0
            if tokens[position + 1 : position + 2] == ["hundred"] and total < 100:
                room = 1000
        else:
            break
        position += 1
    return (None, 0) if total is None else (float(total), position)


def _small(tokens: list[str]) -> bool:
    return bool(tokens) and (tokens[0] in _TENS or tokens[0] in _UNITS)


def _with_remainder(whole: float, tokens: list[str], used: int) -> tuple[float, int]:
    """Add "point five" or "and a half" to a whole number."""
    rest = tokens[used:]
    if rest[:1] == ["point"]:
        digits = []
        for token in rest[1:]:
            if token in _UNITS and _UNITS[token] < 10:
                digits.append(str(_UNITS[token]))
            elif token.isdigit():
                digits.append(token)
            else:
                break
        if digits:
            return float(f"{whole:.0f}.{''.join(digits)}"), used + 1 + len(digits)
    middle = [token for token in rest[:2] if token in ("degrees", "degree", "and")]
    if "and" in middle:
        fraction, taken = _english_fraction(rest[len(middle) :])
        if fraction is not None and fraction < 1:
            return whole + float(fraction), used + len(middle) + taken
    return whole, used


def _english_fraction(tokens: list[str]) -> tuple[Fraction | None, int]:
    """ "a third", "three quarters", "half" at the beginning of `tokens`."""
    head = tokens[0] if tokens else ""
    following = tokens[1] if len(tokens) > 1 else ""
    if head in ("half", "halfway"):
        return _FRACTIONS[head], 1
    count = 1 if head in ("a", "an") else _UNITS.get(head, 0)
    if count and following in _FRACTIONS and following != "halfway":
        return count * _FRACTIONS[following], 2
    if head in ("quarter", "third"):
        return _FRACTIONS[head], 1
    return None, 0


def _chinese_number(words: str) -> float | None:
    text = words.replace("两", "二").replace("俩", "二").replace("〇", "零")
    matches = [*_CHINESE_NUMBER.finditer(text), *_DIGITS.finditer(text)]
    if not matches:
        return 0.5 if "半" in text else None
    last = max(matches, key=lambda match: match.start())
    value = read_chinese(last.group())
    if value is None:
        return None
    tail = text[last.end() :]
    half = re.match(r"(?:度|个|点|档|成|摄氏度)?半", tail)
    return value + 0.5 if half else value


def read_chinese(text: str) -> float | None:
    text = text.replace("零下", "负")
    if _DIGITS.fullmatch(text):
        return float(text)
    if text.startswith("百"):
        text = f"一{text}"
    try:
        return float(cn2an.cn2an(text, "smart"))
    except ValueError:
        return None
