"""Spoken words -> values, English and Mandarin. Every function gives None for what it can't read.

The words are a slot of a sentence as the recogniser prints it ("twenty two and a half degrees",
"二十六度半"); typed digits are understood too. The language is seen from the script, so mixed
speech needs no care.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import cn2an

from cabin_agent.turn import Degree

# -- numbers -----------------------------------------------------------------------------------

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
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
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
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CHINESE_NUMBER = re.compile(
    r"[负]?[零〇一二三四五六七八九十百千万廿]+(?:点[零〇一二三四五六七八九]+)?"
)
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")


def number(words: str) -> float | None:
    """The last number named: "twenty two and a half" -> 22.5, "a hundred" -> 100, 两百 -> 200."""
    if _CHINESE.search(words):
        return _chinese_number(words)
    found: float | None = None
    tokens = _tokens(words)
    position = 0
    while position < len(tokens):
        value, used = _english_number(tokens[position:])
        if value is not None:
            found = value
        position += max(used, 1)
    return found


def _tokens(words: str) -> list[str]:
    text = words.lower().replace("-", " -") if _DIGITS.search(words) else words.lower()
    text = re.sub(r"(?<=[a-z])-(?=[a-z])| -(?!\d)|[,;!?'\"]", " ", text)
    return re.findall(r"-?\d+(?:\.\d+)?|\d+:\d\d|[a-z]+|%", text)


def _english_number(tokens: list[str]) -> tuple[float | None, int]:
    """The number that `tokens` begin with, and how many of them it takes; (None, 0) if none."""
    if not tokens:
        return None, 0
    first = tokens[0]
    if first in ("minus", "negative"):
        value, used = _english_number(tokens[1:])
        return (None, 0) if value is None else (-value, used + 1)
    if _DIGITS.fullmatch(first):
        return _with_remainder(float(first), tokens, 1)
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
    return _with_remainder(whole, tokens, used)


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
    value = _read_chinese(last.group())
    if value is None:
        return None
    tail = text[last.end() :]
    half = re.match(r"(?:度|个|点|档|成|摄氏度)?半", tail)
    return value + 0.5 if half else value


def _read_chinese(text: str) -> float | None:
    if _DIGITS.fullmatch(text):
        return float(text)
    if text.startswith("百"):
        text = f"一{text}"
    try:
        return float(cn2an.cn2an(text, "smart"))
    except ValueError:
        return None


# -- amounts -------------------------------------------------------------------------------------

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
    share = _chinese_share(text) if _CHINESE.search(text) else None
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
        whole, part = _read_chinese(match[1]), _read_chinese(match[2])
        return 100 * part / whole if whole and part is not None else None
    if match := _CHINESE_TENTHS.search(text):
        tenths = _read_chinese(match[1])
        return None if tenths is None else 10 * tenths + (5 if match[2] else 0)
    return 50.0 if re.search(r"(?<![一二三四五六七八九十百\d度点个])一?半", text) else None


# -- temperatures --------------------------------------------------------------------------------

FAHRENHEIT_FROM = 45.0


def temperature(words: str) -> float | None:
    """°C in steps of 0.5. Fahrenheit if it says so, or above 45: no cabin is that hot in °C."""
    value = number(words)
    if value is None:
        return None
    if value > FAHRENHEIT_FROM or re.search(r"fahrenheit|华氏", words.lower()):
        value = (value - 32) * 5 / 9
    return round(value * 2) / 2


# -- levels and degrees --------------------------------------------------------------------------

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
    for word, place in _ORDINALS.items():
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


# -- time ----------------------------------------------------------------------------------------

_SECONDS = (
    (3600, r"hours?|hrs?", r"个?小时|个?钟头"),
    (60, r"minutes?|mins?", r"分钟?"),
    (1, r"seconds?|secs?", r"秒钟?"),
)
_CHINESE_COUNT = r"(?:[零一二三四五六七八九十百\d点.]+|半)"


def duration(words: str) -> float | None:
    """Seconds: "an hour and a half" -> 5400, "half an hour" -> 1800, 两个半小时 -> 9000."""
    text = words.lower().replace("两", "二").replace("-", " ")
    return _chinese_duration(text) if _CHINESE.search(text) else _english_duration(text)


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
        count = 0.5 if match[1] == "半" else _read_chinese(match[1])
        if count is None:
            return None
        total = (total or 0.0) + (count + (0.5 if match[2] or match[4] else 0.0)) * seconds
        rest = rest[: match.start()] + rest[match.end() :]
    if match := re.search(r"([一二三])刻钟", rest):
        total = (total or 0.0) + 900.0 * (_read_chinese(match[1]) or 0.0)
    return total


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
        minutes = _chinese_clock(text) if _CHINESE.search(text) else _english_clock(text)
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
    tokens = _tokens(cleaned)
    for position in range(len(tokens)):
        hour, used = _english_number(tokens[position:])
        if hour is None:
            continue
        rest = [token for token in tokens[position + used :] if token != "oh"]
        minute, _ = _english_number(rest)
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
    hour = _read_chinese(match[1])
    if hour is None or hour > 24:
        return None
    minute = 30.0 if match[2] else 0.0
    if match[3]:
        minute = 15 * (_read_chinese(match[3]) or 0)
    elif match[4]:
        minute = _read_chinese(match[4]) or 0
    early = match[5] or (m[1] if (m := re.search(r"差([一二三四五六七八九十]+)分", text)) else None)
    if early:
        minute = -(_read_chinese(early) or 0)
    elif "差一刻" in text:
        minute = -15
    return int(hour) * 60 + int(minute) if minute < 60 else None


# -- colours -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Colour:
    """A named colour; `rgb` is "#RRGGBB"."""

    en: str
    zh: str
    rgb: str


# (rgb, English names, Mandarin names without 色); the first of each is said back.
# CSS colour names where there is one (W3C CSS Color 4), otherwise chosen by eye.
_COLOURS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("#FF0000", ("red",), ("红", "大红", "中国红", "火焰红")),
    ("#8B0000", ("dark red", "burgundy", "wine", "wine red", "maroon"), ("酒红", "深红", "暗红")),
    ("#DC143C", ("crimson", "scarlet", "ruby", "cherry"), ("绯红", "宝石红", "樱桃红")),
    ("#FF4500", ("orange red", "flame", "sunset"), ("橙红", "日落橙", "橘红")),
    ("#FF8C00", ("orange", "tangerine"), ("橙", "橘", "橘黄", "橙黄")),
    ("#FF7F50", ("coral",), ("珊瑚", "珊瑚红")),
    ("#FA8072", ("salmon", "peach", "apricot"), ("鲑鱼", "三文鱼", "蜜桃")),
    ("#FFBF00", ("amber",), ("琥珀", "暖黄")),
    ("#FFD700", ("gold", "golden"), ("金", "金黄")),
    ("#FFFF00", ("yellow",), ("黄",)),
    ("#FFF44F", ("lemon", "lemon yellow"), ("柠檬黄", "柠檬", "浅黄")),
    ("#F7E7CE", ("champagne",), ("香槟",)),
    ("#F5F5DC", ("beige", "sand"), ("米", "米白", "沙")),
    ("#FFFDD0", ("cream", "ivory"), ("奶油", "象牙", "乳白")),
    ("#00FF00", ("green",), ("绿",)),
    ("#32CD32", ("lime", "lime green"), ("青柠", "荧光绿", "嫩绿")),
    ("#7CFC00", ("grass green", "spring green"), ("草绿",)),
    ("#50C878", ("emerald",), ("翠绿", "祖母绿")),
    ("#006400", ("dark green", "forest green", "forest"), ("墨绿", "深绿", "森林绿")),
    ("#808000", ("olive", "olive green", "khaki"), ("橄榄绿", "橄榄", "军绿")),
    ("#98FF98", ("mint", "mint green"), ("薄荷绿", "薄荷")),
    ("#1DE9B6", ("aurora",), ("极光绿", "极光")),
    ("#008080", ("teal", "blue green"), ("蓝绿", "水鸭", "孔雀绿")),
    ("#40E0D0", ("turquoise", "aqua"), ("绿松石", "青绿", "湖蓝", "湖水蓝")),
    ("#00FFFF", ("cyan",), ("青",)),
    ("#0000FF", ("blue",), ("蓝",)),
    ("#87CEEB", ("sky blue", "baby blue", "sky"), ("天蓝", "浅蓝", "淡蓝")),
    ("#A5F2F3", ("ice blue", "ice"), ("冰蓝",)),
    ("#0077BE", ("ocean blue", "ocean", "sea blue"), ("海蓝", "海洋蓝")),
    ("#4169E1", ("royal blue", "sapphire"), ("宝蓝", "宝石蓝", "皇家蓝")),
    ("#00008B", ("dark blue", "navy", "navy blue"), ("深蓝", "藏青", "海军蓝", "星空蓝")),
    ("#4B0082", ("indigo",), ("靛", "靛蓝", "靛青")),
    ("#800080", ("purple",), ("紫",)),
    ("#8A2BE2", ("violet",), ("紫罗兰", "蓝紫")),
    ("#301934", ("dark purple", "aubergine", "plum"), ("深紫", "暗紫")),
    ("#E6E6FA", ("lavender",), ("薰衣草紫", "薰衣草", "淡紫", "浅紫")),
    ("#C8A2C8", ("lilac", "mauve"), ("丁香紫", "丁香", "藕荷")),
    ("#FF00FF", ("magenta", "fuchsia"), ("品红", "洋红", "紫红")),
    ("#FFC0CB", ("pink", "rose pink"), ("粉", "粉红", "樱花粉", "浅粉")),
    ("#FF69B4", ("hot pink",), ("桃红", "亮粉")),
    ("#FF007F", ("rose",), ("玫红", "玫瑰红", "玫瑰")),
    ("#8B4513", ("brown", "coffee", "chocolate"), ("棕", "咖啡", "褐", "巧克力")),
    ("#B87333", ("copper", "bronze"), ("铜", "古铜")),
    ("#C0C0C0", ("silver",), ("银",)),
    ("#808080", ("grey", "gray"), ("灰",)),
    ("#FFFFFF", ("white", "pure white"), ("白", "纯白")),
    ("#FFE4B5", ("warm white", "soft white", "candlelight"), ("暖白", "烛光")),
    ("#F4FDFF", ("cool white", "cold white", "daylight", "moonlight"), ("冷白", "月光白", "月光")),
)  # fmt: skip

_BY_NAME = {
    name: Colour(english[0], mandarin[0] + "色", rgb)
    for rgb, english, mandarin in _COLOURS
    for name in (*english, *mandarin)
}
_LONGEST_FIRST = sorted(_BY_NAME, key=len, reverse=True)
_TINTS = (
    (re.compile(r"\b(light|pale|soft|pastel)\b|浅|淡"), "light", "浅", 255),
    (re.compile(r"\b(dark|deep)\b|深|暗"), "dark", "深", 0),
)
_TINT_SHARE = 0.5


def colour(words: str) -> Colour | None:
    """The colour named, the longest name first: "warm white", 冰蓝色. "light" and 深 tint it."""
    text = re.sub(r"[色的]", "", words.lower()).strip()
    name = next((name for name in _LONGEST_FIRST if _names(text, name)), None)
    if name is None:
        return None
    found = _BY_NAME[name]
    rest = text.replace(name, " ")
    for pattern, english, mandarin, towards in _TINTS:
        if pattern.search(rest):
            rgb = _mix(found.rgb, towards)
            return Colour(f"{english} {found.en}", mandarin + found.zh, rgb)
    return found


def _names(text: str, name: str) -> bool:
    if _CHINESE.search(name):
        return name in text
    return re.search(rf"\b{name}\b", text) is not None


def _mix(rgb: str, towards: int) -> str:
    channels = (int(rgb[index : index + 2], 16) for index in (1, 3, 5))
    mixed = (round(value + (towards - value) * _TINT_SHARE) for value in channels)
    return "#" + "".join(f"{value:02X}" for value in mixed)
