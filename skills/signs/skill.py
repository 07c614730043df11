"""What the last road sign said, as the road camera saw it. It informs; it sets nothing."""

from __future__ import annotations

import re

from cabin_agent.sdk import Cabin, Manifest, Said, Skill, Text, characters, figures, intent

from .meanings import MEANINGS, Meaning

HOW_FAST = re.compile(r"\b(speed|fast|limit|do a|do one)\b|限速|限几|多快|速度|开到|限制")


class Signs(Skill):
    manifest = Manifest(
        name="signs",
        version="1.0.0",
        summary_en="road signs that the camera saw",
        summary_zh="摄像头看到的路牌",
    )

    @intent(
        domain="navigation",
        en=(
            "what did that sign say",
            "what was that sign",
            "what is the speed limit here",
            "how fast may i go here",
            "may i overtake here",
            "who has right of way here",
        ),
        zh=(
            "刚才那个牌子写的什么",
            "那个标志是什么意思",
            "这里限速多少",
            "这里可以开多快",
            "这里可以超车吗",
            "这里谁先走",
        ),
    )
    async def query(self, cabin: Cabin, sign: Text | None = None) -> Said:
        meaning = _meaning(sign)
        about_speed = HOW_FAST.search(cabin.words) is not None
        if meaning is None:
            return _unseen(cabin, about_speed)
        if about_speed and meaning.limit is not None:
            return cabin.say(
                f"The last sign I saw allows {figures(meaning.limit)}.",
                f"我看到的最近一块牌子是限速{characters(meaning.limit)}",
            )
        en, zh = _sentence(meaning)
        if about_speed:
            return cabin.say(f"I saw no speed limit. {en}", f"我没有看到限速牌。{zh}")
        return cabin.say(en, zh)


def _meaning(sign: Text | None) -> Meaning | None:
    """What the class `sign` says; None for no sign and for a class that nobody knows."""
    if sign is None or not sign.isdecimal() or int(sign) >= len(MEANINGS):
        return None
    return MEANINGS[int(sign)]


def _sentence(meaning: Meaning) -> tuple[str, str]:
    spoken = re.sub(r"\d+", lambda number: characters(int(number[0])), meaning.zh)
    return f"The last sign I saw was: {meaning.en}.", f"我看到的最近一块牌子是{spoken}"


def _unseen(cabin: Cabin, about_speed: bool) -> Said:
    if about_speed:
        return cabin.say(
            "I did not see a speed limit sign, so I can't say.",
            "我没有看到限速牌，所以说不准",
        )
    return cabin.say("I did not see a sign.", "我没有看到路牌")
