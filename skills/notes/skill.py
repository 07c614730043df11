"""Notes by dictation, and short texts: a request for leave, a summary of the last notes.

A text that was written is kept as a note and goes to the head unit by `notes.text` {"kind",
"text"}, where it can be read in Park and sent.
"""

from __future__ import annotations

import re
from typing import Any

from cabin_agent.sdk import (
    Cabin,
    CannotDo,
    Manifest,
    Said,
    Skill,
    Text,
    characters,
    intent,
)

from .writer import Order, available, kind_of

KEY = "notes"
MAX_NOTES = 300
LONGEST = 2000
TOLD = 3
SPOKEN = 90
_ALL = re.compile(r"\ball\b|\bmy (notes|memos)\b|every|clear|empty|wipe|所有|全部|都|清")
_LAST = re.compile(
    r"\b(last|latest|newest|that|the) (note|memo)\b|最后|最新|上一条|刚才|刚记|那条|这条"
)
_COUNT = re.compile(r"how many|几条")


class Notes(Skill):
    manifest = Manifest(
        name="notes",
        version="1.0.0",
        summary_en="notes and short texts",
        summary_zh="笔记和短文",
        storage=True,
    )

    def __init__(self) -> None:
        self._writer = available()

    @intent(
        domain="app",
        en=(
            "take a note {text}",
            "make a note that {text}",
            "note down {text}",
            "write down {text}",
            "jot this down {text}",
            "add a note {text}",
            "note to self {text}",
            "new note {text}",
            "add {text} to my notes",
            "put {text} on my list",
            "i want to dictate a note",
            "voice memo {text}",
        ),
        zh=(
            "记个笔记{text}",
            "记一条笔记{text}",
            "帮我记下来{text}",
            "新建便签{text}",
            "写个便签{text}",
            "随手记一下{text}",
            "笔记里加上{text}",
            "语音笔记{text}",
            "我说你写{text}",
            "购物清单加上{text}",
            "添加笔记{text}",
            "给自己留个便条{text}",
        ),
        reversible=False,
    )
    async def add(self, cabin: Cabin, text: Text | None = None) -> Said:
        if text is None:
            return cabin.ask("What shall I write down?", "要记什么？", "text")
        kept = _kept(cabin)
        if len(kept) >= MAX_NOTES:
            raise CannotDo("There are too many notes; delete some.", "笔记太多了，请先删除一些")
        _save(cabin, [*kept, _note(cabin, str(text))])
        return cabin.say(f"Noted: {_short(text)}.", f"已记下：{_short(text)}")

    @intent(
        domain="app",
        en=(
            "read my notes",
            "what's in my notes",
            "read the last note",
            "what did i note down",
            "do i have any notes",
            "list my notes",
            "find my note about {text}",
            "search my notes for {text}",
            "what did i write about {text}",
            "read the shopping list",
            "play my last memo",
            "how many notes do i have",
        ),
        zh=(
            "念一下笔记",
            "读一下我的笔记",
            "我的笔记有哪些",
            "上一条笔记是什么",
            "我刚才记了啥",
            "查看便签",
            "有几条笔记",
            "清单上有什么",
            "找一下关于{text}的笔记",
            "笔记里搜一下{text}",
            "关于{text}我记了什么",
            "念一下购物清单",
        ),
    )
    async def read(self, cabin: Cabin, text: Text | None = None) -> Said:
        kept = _kept(cabin)
        fits = [n for n in kept if text is None or text.lower() in n["text"].lower()]
        if not fits:
            return cabin.say("There is no such note.", "没有这样的笔记")
        count = len(fits)
        if _COUNT.search(cabin.words):
            plural = "" if count == 1 else "s"
            return cabin.say(f"You have {count} note{plural}.", f"有{characters(count)}条笔记")
        if _LAST.search(cabin.words):
            fits = fits[-1:]
        texts = [note["text"] for note in reversed(fits)]
        told = _as_many_as_fit(texts)
        more = len(texts) - len(told)
        return cabin.say(
            f"{'; '.join(told)}" + (f"; and {more} more." if more else "."),
            "；".join(told) + (f"；还有{characters(more)}条" if more else ""),
        )

    @intent(
        domain="app",
        en=(
            "delete the last note",
            "delete all my notes",
            "delete the note about {text}",
            "clear my notes",
            "remove {text} from my notes",
            "scratch that note",
            "forget the last note",
            "erase my notes",
            "cross {text} off my list",
            "clear the shopping list",
            "throw away my last note",
            "discard the last memo",
        ),
        zh=(
            "删除最后一条笔记",
            "删除所有笔记",
            "删除关于{text}的笔记",
            "清空笔记",
            "把笔记删了",
            "刚才记的不要了",
            "那条笔记不要了",
            "把{text}从清单里划掉",
            "清空购物清单",
            "便签删掉",
            "删掉刚才的笔记",
            "清单里去掉{text}",
        ),
        reversible=False,
    )
    async def delete(self, cabin: Cabin, text: Text | None = None) -> Said:
        kept = _kept(cabin)
        if text is not None:
            gone = [n for n in kept if text.lower() in n["text"].lower()]
        elif _ALL.search(cabin.words) and not _LAST.search(cabin.words):
            gone = kept
        else:
            gone = kept[-1:]
        if not gone:
            return cabin.say("There is no such note.", "没有这样的笔记")
        count = len(gone)
        if count > 1 and not cabin.confirmed:
            spoken = characters(count)
            return cabin.confirm(f"Delete all {count} notes?", f"{spoken}条笔记全部删除吗？")
        _save(cabin, [note for note in kept if note not in gone])
        if count > 1:
            return cabin.say(f"{count} notes deleted.", f"已删除{characters(count)}条笔记")
        said = _short(gone[0]["text"])
        return cabin.say(f"Deleted: {said}.", f"已删除：{said}")

    @intent(
        domain="app",
        en=(
            "write a short leave request",
            "write a request for a day off",
            "draft an email asking for a day off",
            "summarise our meeting",
            "write a summary of our meeting",
            "write an apology to my landlord",
            "write a thank you letter",
            "write a birthday message",
            "draft a resignation letter",
            "write that i'm running late",
            "draft a leave request because {text}",
            "write up the meeting minutes",
        ),
        zh=(
            "帮我写个请假条",
            "写一份请假申请",
            "写个会议纪要",
            "写一份会议总结",
            "写一封道歉信",
            "写一段感谢的话",
            "写一段生日祝福",
            "帮我写个辞职信",
            "帮我写请假条因为{text}",
            "拟一份会议小结",
            "写个病假条",
            "帮我写一段晚到的说明",
        ),
        reversible=False,
    )
    async def compose(self, cabin: Cabin, text: Text | None = None) -> Said:
        kind = kind_of(cabin.words)
        notes = [note["text"] for note in _kept(cabin)[-TOLD:]] if kind == "minutes" else []
        if kind == "minutes" and not notes:
            return cabin.say(
                "Dictate some notes first; I'll sum them up.", "请先口述几条笔记，我再来总结"
            )
        written = await self._writer.write(Order(kind, cabin.words, cabin.language, notes))
        if written is None:
            return cabin.say(
                "I can't write that without a language model in the car.",
                "车上没有语言模型，这个我还写不了",
            )
        cabin.event("notes.text", {"kind": kind or "text", "text": written})
        _save(cabin, [*_kept(cabin)[-MAX_NOTES + 1 :], _note(cabin, written)])
        opening = _short(written.replace("\n", " "))
        return cabin.say(f"Written and kept: {opening}", f"已写好并保存：{opening}")


def _kept(cabin: Cabin) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = cabin.storage.get(KEY, [])
    return kept


def _note(cabin: Cabin, text: str) -> dict[str, Any]:
    return {"at": cabin.now().isoformat(timespec="seconds"), "text": text[:LONGEST]}


def _save(cabin: Cabin, notes: list[dict[str, Any]]) -> None:
    cabin.storage.set(KEY, notes)


def _short(text: str) -> str:
    """What fits into one spoken sentence."""
    room = SPOKEN if text.isascii() else SPOKEN // 2
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def _as_many_as_fit(texts: list[str]) -> list[str]:
    told: list[str] = []
    for text in texts[:TOLD]:
        if told and sum(map(len, told)) + len(text) > SPOKEN // 2:
            break
        told.append(_short(text))
    return told
