"""Labels on the head unit's screen, and how people pick one by saying it ("visible to say")."""

from __future__ import annotations

import random
from typing import Any

from training.understanding.templates import Sentence, Span

LISTS = (
    "option_app",
    "song",
    "station",
    "place",
    "person",
    "option_view",
    "option_mode",
    "album",
    "poi",
)
BUTTONS = {
    "en": (
        "settings|next page|back|show all|details|more results|save|done|edit|add stop|start route|"
        "route options|recent calls|favourites|keypad|library|profiles|accept|not now|help|next|"
        "privacy|software update|energy|trip data|nearby|history|sort by distance|reviews|open now"
    ).split("|"),
    "zh": (
        "设置|下一页|返回|查看全部|详情|更多结果|保存|完成|编辑|添加途经点|开始导航|路线偏好|最近通话|收藏|"
        "拨号盘|音乐库|账号|接受|以后再说|帮助|隐私|系统更新|能耗|行程数据|附近|历史记录|按距离排序|评价|营业中"
    ).split("|"),
}
SAID = {
    "en": ("{}", "{}", "{}", "tap {}", "press {}", "select {}", "choose {}", "go to {}",
           "click on {}", "i'll take {}", "open {}", "tap on {} please", "show me {}"),
    "zh": ("{}", "{}", "{}", "点{}", "点一下{}", "选{}", "选择{}", "按{}", "点击{}", "进{}", "就{}",
           "打开{}", "看看{}"),
}  # fmt: skip


def draw_screen(slots: dict[str, Any], language: str, rng: random.Random) -> tuple[str, ...]:
    """What can be tapped just now."""
    labels = list(rng.sample(BUTTONS[language], rng.randint(1, 6)))
    if rng.random() < 0.6:
        values = slots[language].get(rng.choice(LISTS), ())
        labels += [str(value) for value in rng.sample(list(values), min(6, len(values)))]
    rng.shuffle(labels)
    return tuple(labels)


def picked(labels: tuple[str, ...], language: str, rng: random.Random) -> Sentence:
    """One of the labels, said."""
    label = rng.choice(labels)
    before, after = rng.choice(SAID[language]).split("{}")
    start = len(before)
    text = before + label + after
    return Sentence(text, (Span(start, start + len(label), "query", 0),), {})
