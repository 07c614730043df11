"""What the assistant can do, as far as it is loaded."""

from __future__ import annotations

from cabin_agent.sdk import Cabin, Manifest, Said, Skill, Text, intent

ROOM = 90  # characters, so that the whole reply stays below 120
TALK = ("help", "smalltalk")


class Help(Skill):
    manifest = Manifest(
        name="help",
        version="1.0.0",
        summary_en="help",
        summary_zh="帮助",
    )

    @intent(
        domain="smalltalk",
        en=("what can you do", "what can i say", "help", "how can you help me"),
        zh=("你会什么", "我可以说什么", "你能帮我做什么", "有哪些功能"),
    )
    async def capabilities(self, cabin: Cabin, query: Text | None = None) -> Said:
        """Those that move something first, as many as a short reply holds."""
        known = [skill for skill in cabin.skills if skill.name not in TALK]
        known.sort(key=lambda skill: not skill.actuates)
        while len(", ".join(skill.summary_en for skill in known)) > ROOM:
            known.pop()
        en = ", ".join(skill.summary_en for skill in known)
        zh = "、".join(skill.summary_zh for skill in known)
        return cabin.say(f"I look after {en} and more.", f"我可以控制{zh}等")
