"""Colours by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cabin_agent.understanding.entities.numbers import CHINESE


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
    if CHINESE.search(name):
        return name in text
    return re.search(rf"\b{name}\b", text) is not None


def _mix(rgb: str, towards: int) -> str:
    channels = (int(rgb[index : index + 2], 16) for index in (1, 3, 5))
    mixed = (round(value + (towards - value) * _TINT_SHARE) for value in channels)
    return "#" + "".join(f"{value:02X}" for value in mixed)
