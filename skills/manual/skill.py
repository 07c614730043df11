"""The owner's manual: an answer is a quotation with the number of its section. The whole section
goes to the head unit by the event `manual.show` {"section", "title", "text"}, for standing cars."""

from __future__ import annotations

from cabin_agent.sdk import Cabin, Language, Manifest, Said, Skill, Text, intent

from .book import Book

ROOM = {Language.ENGLISH: 104, Language.MANDARIN: 48}  # characters of quotation in a reply


class Manual(Skill):
    manifest = Manifest(
        name="manual",
        version="1.0.0",
        summary_en="the owner's manual",
        summary_zh="用车手册",
    )

    def __init__(self) -> None:
        self._books = {language: Book(language) for language in Language}

    @intent(
        domain="info",
        en=(
            "what does the orange engine light mean",
            "what does this warning light mean",
            "why is that warning symbol on",
            "look it up in the manual",
            "what does the manual say about {query}",
            "how do i open the bonnet",
            "how do i fit a child seat",
            "where is the fuse box",
            "explain this warning light",
            "can i keep driving with the brake light on",
            "how does auto hold work",
            "search the owner's manual for {query}",
        ),
        zh=(
            "橙色发动机灯是什么意思",
            "这个警告灯是什么意思",
            "仪表上那个灯为什么亮",
            "查一下说明书",
            "手册里怎么说{query}",
            "怎么打开引擎盖",
            "儿童座椅怎么装",
            "保险丝盒在哪",
            "这个按钮是干什么的",
            "胎压灯亮了还能开吗",
            "自动驻车怎么用",
            "车主手册里查{query}",
        ),
    )
    async def search(self, cabin: Cabin, query: Text | None = None) -> Said:
        section = self._books[cabin.language].find(f"{query or ''} {cabin.words}")
        if section is None:
            return cabin.ask(
                "What should I look up? Name the light's colour and shape, or the part.",
                "要查什么？请说灯的颜色和形状，或者部件名称",
                "query",
            )
        cabin.event(
            "manual.show", {"section": section.number, "title": section.title, "text": section.text}
        )
        quoted = section.quoted(ROOM[cabin.language])
        return cabin.say(f"Manual {section.number}: {quoted}", f"手册{section.number}：{quoted}")
