"""Plugins' phrases -> a head that tells them from each other and from what was trained.

Each phrase is said in many ways: politely, hesitantly, with a word lost, with a place. Their
vectors come from the graph as it is; only the head over them is fitted (`plugin_head`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from cabin_agent.understanding.plugin_head import PluginHead, Vectors, fit

VARIANTS = 24
LOST_WORD = 0.35
_HAN = re.compile(r"[\u3400-\u9fff]")
_BEFORE = {
    True: ("", "", "请", "帮我", "麻烦", "嗯", "能不能", "我想", "给我", "那个", "可以帮我"),
    False: ("", "", "please", "can you", "um", "could you", "i want to", "hey", "would you"),
}
_AFTER = {
    True: ("", "", "吧", "一下", "谢谢", "好吗", "行吗", "现在"),
    False: ("", "", "please", "now", "thanks", "for me", "will you", "in here"),
}

Embed = Callable[[str], Vectors]


def train(
    phrases: Mapping[str, Sequence[str]], landmarks: Vectors, embed: Embed, mark: str
) -> PluginHead:
    """The head for `phrases` (intent -> what it declares); deterministic."""
    rng = random.Random(0)
    examples = {
        intent: np.stack([embed(said) for each in every for said in _variants(each, rng)])
        for intent, every in phrases.items()
    }
    return fit(examples, landmarks, mark)


def _variants(phrase: str, rng: random.Random) -> list[str]:
    """The phrase and `VARIANTS` ways of saying it, each once."""
    return list(dict.fromkeys([phrase, *(_said(phrase, rng) for _ in range(VARIANTS))]))


def _said(phrase: str, rng: random.Random) -> str:
    han = _HAN.search(phrase) is not None
    joint = "" if han else " "
    words = list(phrase) if han else phrase.split()
    if len(words) > 2 and rng.random() < LOST_WORD:
        words.pop(rng.randrange(len(words)))
    parts = (rng.choice(_BEFORE[han]), joint.join(words), rng.choice(_AFTER[han]))
    return joint.join(part for part in parts if part)
