"""A friendly word when that is all that is wanted."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import yaml

from cabin_agent.sdk import Cabin, Manifest, Said, Skill, intent

FILE = Path(__file__).with_name("answers.yaml")

Answers = tuple[tuple[str, str], ...]


class Smalltalk(Skill):
    manifest = Manifest(
        name="smalltalk",
        version="1.1.0",
        summary_en="a chat",
        summary_zh="聊天",
    )

    def __init__(self) -> None:
        self._turns: Counter[str] = Counter()

    @intent(
        domain="smalltalk",
        en=("hello", "how are you", "thank you", "who are you", "good morning", "tell me a joke"),
        zh=("你好", "谢谢", "你是谁", "早上好", "你怎么样", "讲个笑话"),
    )
    async def chat(self, cabin: Cabin) -> Said:
        for pattern, answers in _table():
            if re.search(pattern, cabin.words or "."):
                en, zh = answers[self._turns[pattern] % len(answers)]
                self._turns[pattern] += 1
                return cabin.say(en, zh)
        raise AssertionError("the last entry of answers.yaml fits everything")


@cache
def _table() -> tuple[tuple[str, Answers], ...]:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple((row["says"], tuple((en, zh) for en, zh in row["answers"])) for row in rows)
