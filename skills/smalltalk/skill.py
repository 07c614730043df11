"""A friendly word when that is all that is wanted."""

from __future__ import annotations

from itertools import count

from cabin_agent.sdk import Cabin, Manifest, Said, Skill, intent

ANSWERS = (
    ("Hello! What can I do for you?", "你好！有什么可以帮您？"),
    ("I'm here whenever you need me.", "我一直都在，随时叫我"),
    ("My pleasure. Anything else?", "不客气，还有什么需要吗？"),
    ("I'm your car's assistant, and I like a quiet road.", "我是您的车载助手，喜欢安静的路"),
)


class Smalltalk(Skill):
    manifest = Manifest(
        name="smalltalk",
        version="1.0.0",
        summary_en="a chat",
        summary_zh="聊天",
    )

    def __init__(self) -> None:
        self._turns = count()

    @intent(
        domain="smalltalk",
        en=("hello", "how are you", "thank you", "who are you", "good morning"),
        zh=("你好", "谢谢", "你是谁", "早上好", "你怎么样"),
    )
    async def chat(self, cabin: Cabin) -> Said:
        en, zh = ANSWERS[next(self._turns) % len(ANSWERS)]
        return cabin.say(en, zh)
