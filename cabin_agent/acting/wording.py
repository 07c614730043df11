"""Outcome -> reply: the sentences that no skill says."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from cabin_agent.turn import Language, Outcome, Reply


class Phrase(StrEnum):
    """The platform's own sentences, by what they are for."""

    DONE = "done"
    UNDONE = "undone"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_UNDERSTOOD = "not_understood"
    TOO_VAGUE = "too_vague"
    LOST = "lost"
    INCOMPLETE = "incomplete"
    NO_SKILL = "no_skill"
    NEEDS_NETWORK = "needs_network"
    CANNOT_WRITE = "cannot_write"
    DECLINED = "declined"
    LEFT_AS_IT_IS = "left_as_it_is"
    LOW_CONFIDENCE = "low_confidence"


_WORDS: dict[Phrase, tuple[str, str]] = {
    Phrase.DONE: ("Done.", "好的。"),
    Phrase.UNDONE: ("I've put it back as it was.", "已经恢复原样。"),
    Phrase.NOTHING_TO_UNDO: ("There is nothing to undo.", "没有可以撤销的操作。"),
    Phrase.NOT_UNDERSTOOD: ("Sorry, I didn't understand that.", "抱歉，我没听懂。"),
    Phrase.TOO_VAGUE: ("What exactly would you like me to change?", "您具体想调节什么？"),
    Phrase.LOST: ("I'm not sure what that refers to.", "我不确定您指的是什么。"),
    Phrase.INCOMPLETE: ("I didn't catch the end of that.", "后半句我没听清。"),
    Phrase.NO_SKILL: (
        "I understood, but I can't do that in this car yet.",
        "我听懂了，但这辆车还做不到。",
    ),
    Phrase.NEEDS_NETWORK: (
        "That needs an online service, and none is set up.",
        "这需要在线服务，目前没有连接。",
    ),
    Phrase.CANNOT_WRITE: ("I can't write that offline yet.", "离线状态下我还写不了。"),
    Phrase.DECLINED: ("I can't help with that in the car.", "这个在车里我帮不上忙。"),
    Phrase.LEFT_AS_IT_IS: ("Okay, I'll leave it.", "好的，那就不动了。"),
    Phrase.LOW_CONFIDENCE: ("Sorry, could you say that again?", "抱歉，请再说一遍。"),
}


def say(phrase: Phrase, language: Language, expects_answer: bool = False) -> Reply:
    english, mandarin = _WORDS[phrase]
    text = mandarin if language is Language.MANDARIN else english
    return Reply(text, language, expects_answer)


def heard_right(text: str, language: Language) -> str:
    """The question whether `text` is what was said."""
    return f"您是说“{text}”吗？" if language is Language.MANDARIN else f'Did you say "{text}"?'


def confirm(outcomes: Iterable[Outcome], language: Language) -> str:
    """The questions that the policy and the skills want answered before these outcomes go on."""
    waiting = tuple(outcomes)
    own = [outcome.said for outcome in waiting if not outcome.policy_asks]
    verdicts = [v for o in waiting if o.policy_asks for v in o.verdicts]
    if language is Language.MANDARIN:
        reasons = [verdict.reason_zh for verdict in verdicts]
        parts = [*reasons, "要继续吗？"] if reasons else []
        return "".join(dict.fromkeys([*parts, *own]))
    reasons = [verdict.reason_en for verdict in verdicts]
    parts = [*reasons, "Shall I go on?"] if reasons else []
    return " ".join(dict.fromkeys([*parts, *own]))


def report(outcomes: Iterable[Outcome], language: Language, expects_answer: bool = False) -> Reply:
    """What the skills said, each sentence once."""
    said = list(dict.fromkeys(outcome.said for outcome in outcomes if outcome.said))
    if not said:
        return say(Phrase.DONE, language, expects_answer)
    joint = "" if language is Language.MANDARIN else " "
    return Reply(joint.join(said), language, expects_answer)
