"""Messages: written by dictation with a read-back, read aloud, never shown while driving and never
obeyed: what a message says is quoted, it does not reach the understanding.

The head unit informs about `message` {"from": "Anna Maier", "text": "..."}, and takes the event
`message.send` {"to": "Anna Maier", "text": "...", "reply": true}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cabin_agent.sdk import Cabin, Manifest, Person, Said, Skill, Text, informed, intent

KEPT = 50
SPOKEN = 70
# What stands so plainly in the sentence needs no slot.
_TO = re.compile(
    r"给(?!我发)(?P<person>[^给]{1,8}?)发(?:个|条|一条)?(?:消息|短信|信息|微信)说?(?P<text>.*)$"
)


class Message(Skill):
    manifest = Manifest(
        name="message",
        version="1.0.0",
        summary_en="messages",
        summary_zh="消息",
        storage=True,
    )

    @intent(
        domain="message",
        en=(
            "text {person} {text}",
            "send a message to {person}",
            "tell {person} {text}",
            "reply {text}",
        ),
        zh=("给{person}发消息说{text}", "发短信给{person}", "告诉{person}{text}", "回复{text}"),
        reversible=False,
    )
    async def send(
        self, cabin: Cabin, person: Person | None = None, text: Text | None = None
    ) -> Said:
        if person is None and (written := _TO.search(cabin.words)):
            person, text = Person(written["person"]), text or _worded(written["text"])
        replying = person is None
        to = person or _last_sender(cabin)
        if not to:
            return cabin.ask("Who is it for?", "发给谁？", "person")
        if text is None:
            return cabin.ask(f"What should I tell {to}?", f"要对{to}说什么？", "text")
        if not cabin.confirmed:
            said = _short(text)
            return cabin.confirm(f'To {to}: "{said}". Send it?', f"发给{to}：“{said}”，发送吗？")
        cabin.event("message.send", {"to": str(to), "text": str(text), "reply": replying})
        return cabin.say(f"Sent to {to}.", f"已发送给{to}")

    @intent(
        domain="message",
        en=(
            "read my messages",
            "read the last text",
            "what did {person} write",
            "read the message from {person}",
        ),
        zh=("读一下消息", "念短信", "{person}说了什么", "读{person}的消息"),
    )
    async def read(self, cabin: Cabin, person: Person | None = None) -> Said:
        inbox = _inbox(cabin)
        fits = [m for m in inbox if person is None or person.lower() in m["from"].lower()]
        unread = [m for m in fits if not m["read"]]
        chosen = (unread or fits)[:1]
        if not chosen:
            return cabin.say("There are no messages.", "没有消息")
        message = chosen[0]
        rest = len(unread) - (1 if unread else 0)
        cabin.storage.set("inbox", [{**m, "read": True} if m == message else m for m in inbox])
        more_en = f" {rest} more." if rest else ""
        more_zh = f"还有{rest}条" if rest else ""
        said = _short(message["text"])
        return cabin.say(
            f'{message["from"]} wrote: "{said}".{more_en}',
            f"{message['from']}说：“{said}”。{more_zh}",
        )

    @intent(
        domain="message",
        en=(
            "do i have new messages",
            "any new texts",
            "did {person} write to me",
            "how many unread messages are there",
        ),
        zh=("有新消息吗", "有没有短信", "{person}给我发消息了吗", "有几条未读消息"),
    )
    async def query(self, cabin: Cabin, person: Person | None = None) -> Said:
        unread = [
            m
            for m in _inbox(cabin)
            if not m["read"] and (person is None or person.lower() in m["from"].lower())
        ]
        if not unread:
            return cabin.say("No new messages.", "没有新消息")
        count, plural = len(unread), "" if len(unread) == 1 else "s"
        sender = unread[0]["from"]
        return cabin.suggest(
            f"{count} new message{plural}, the last from {sender}. Shall I read it?",
            f"有{count}条新消息，最近一条来自{sender}，要读吗？",
            "message.read",
        )

    @informed("message")
    async def arrived(self, cabin: Cabin, payload: Mapping[str, Any]) -> Said | None:
        sender, text = str(payload.get("from") or "").strip(), str(payload.get("text") or "")
        if not sender or not text:
            return None
        entry = {"from": sender, "text": text[:2000], "read": False}
        cabin.storage.set("inbox", [entry, *_inbox(cabin)][:KEPT])
        return cabin.suggest(
            f"A message from {sender}. Shall I read it?",
            f"{sender}发来消息，要读吗？",
            "message.read",
        )


def _worded(words: str) -> Text | None:
    return Text(words.strip()) if words.strip() else None


def _inbox(cabin: Cabin) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cabin.storage.get("inbox", [])
    return found


def _last_sender(cabin: Cabin) -> str:
    inbox = _inbox(cabin)
    return inbox[0]["from"] if inbox else ""


def _short(text: str) -> str:
    """What fits into one spoken sentence."""
    return text if len(text) <= SPOKEN else text[: SPOKEN - 1].rstrip() + "…"
