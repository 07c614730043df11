"""Calls: who to call, and what to do with a call. The telephone itself is the head unit's: it is
told by events (`phone.call`, `phone.answer`, ...) and tells its phone book and its calls.

Topics that the head unit informs about::

    contacts  {"contacts": [{"name": "Anna Maier", "number": "+49 170 1", "label": "mobile"}]}
    call      {"state": "ringing" | "active" | "ended" | "missed", "name": "...", "number": "..."}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cabin_agent.sdk import Cabin, Manifest, Person, Said, Skill, Text, informed, intent

from .contacts import SURE, Contact, Match, digits, find, read

# Short numbers that are dialled without asking: EU 112, North America 911, China's services.
EMERGENCY = {
    "112": ("112", "emergency", "紧急"),
    "911": ("911", "emergency", "紧急"),
    "999": ("999", "emergency", "紧急"),
    "110": ("110", "police", "报警"),
    "119": ("119", "fire", "火警"),
    "120": ("120", "ambulance", "急救"),
    "122": ("122", "traffic police", "交警"),
}
SERVICES = (
    (re.compile(r"ambulance|救护车|急救"), "120", "112"),
    (re.compile(r"\bfire brigade|fire department|火警|消防"), "119", "112"),
    (re.compile(r"\bpolice\b|emergency|报警|警察|紧急"), "110", "112"),
)
DOINGS = (
    ("reject", re.compile(r"\b(reject|decline|ignore|don't answer|refuse)\b|拒|不接|别接")),
    ("answer", re.compile(r"\b(answer|pick up|accept|take (it|the call))\b|接")),
    ("hang_up", re.compile(r"\b(hang up|end|finish|stop)\b|挂")),
    ("redial", re.compile(r"\b(redial|call (back|again))\b|重拨|回拨|再打")),
    ("speaker", re.compile(r"\b(speaker|hands ?free)\b|免提|扬声")),
    ("mute", re.compile(r"\bmute\b|静音|闭麦")),
    ("unpair", re.compile(r"\b(disconnect|unpair|unsync|forget my phone)\b|断开")),
    ("pair", re.compile(r"\b(pair|connect|sync|bluetooth)\b|配对|连接|蓝牙|同步")),
    (
        "find",
        re.compile(
            r"\bwhere('s| is| did).*phone|(find|lost|misplaced|missing).*phone\b|手机在哪|找.*手机"
        ),
    ),
)
ANSWERS = {
    "answer": ("Answering.", "已接听"),
    "reject": ("Call rejected.", "已拒接"),
    "hang_up": ("Call ended.", "已挂断"),
    "speaker": ("On the loudspeaker.", "已切换到免提"),
    "mute": ("Microphone muted.", "麦克风已静音"),
    "unpair": ("Disconnecting the phone.", "正在断开手机"),
    "find": ("Letting the phone ring.", "正在让手机响铃"),
}
RECENT = 20


class Phone(Skill):
    manifest = Manifest(
        name="phone",
        version="1.0.0",
        summary_en="phone calls",
        summary_zh="电话",
        reads=("Vehicle.Speed",),
        storage=True,
    )

    @intent(
        domain="phone",
        en=("call {person}", "ring {person}", "dial {person}", "get {person} on the phone"),
        zh=("打电话给{person}", "呼叫{person}", "拨打{person}", "联系{person}"),
        reversible=False,
    )
    async def call(
        self, cabin: Cabin, person: Person | None = None, value: Text | None = None
    ) -> Said:
        wanted = person or value
        number = (digits(wanted) if wanted else "") or _service(cabin, wanted)
        if number:
            return self._dial(cabin, _numbered(number))
        if wanted is None:
            return cabin.ask("Who would you like to call?", "您要打给谁？", "person")
        found = find(wanted, _book(cabin))
        if not found:
            return _nobody(cabin, wanted)
        names = [_shown(match.contact, found) for match in found]
        if len(found) > 1:
            chosen = next((m for m, n in zip(found, names, strict=True) if n == wanted), None)
            if chosen is None:
                listed_en, listed_zh = ", ".join(names[:4]), "、".join(names[:4])
                return cabin.choose(
                    f"Which one: {listed_en}?", f"您要打给哪一位：{listed_zh}？", "person", names
                )
            return self._dial(cabin, chosen.contact)
        if found[0].score < SURE and not cabin.confirmed:
            name = found[0].contact.name
            return cabin.confirm(f"Call {name}?", f"打给{name}吗？")
        return self._dial(cabin, found[0].contact)

    @intent(
        domain="phone",
        en=("answer the call", "hang up", "reject the call", "redial", "pair my phone"),
        zh=("接电话", "挂断电话", "拒接", "重拨", "连接手机"),
        reversible=False,
    )
    async def control(self, cabin: Cabin) -> Said:
        doing = next((name for name, said in DOINGS if said.search(cabin.words)), "")
        if not doing:
            return cabin.ask("Answer, reject or hang up?", "接听、拒接还是挂断？")
        if doing == "redial":
            recent = _recent(cabin)
            if not recent:
                return cabin.say("There is no call to repeat.", "没有可以重拨的号码")
            return self._dial(cabin, Contact(recent[0]["name"], recent[0]["number"]))
        if doing == "pair":
            moving = await cabin.get("Vehicle.Speed")
            if moving is None or float(moving) > 0:
                return cabin.say("Pairing works only while parked.", "请停车后再配对手机")
            cabin.event("phone.pair", {})
            return cabin.say("Ready to pair a phone.", "可以配对手机了")
        cabin.event(f"phone.{doing}", {})
        return cabin.say(*ANSWERS[doing])

    @intent(
        domain="phone",
        en=("do i have missed calls", "who called me", "what is {person}'s number", "recent calls"),
        zh=("有未接来电吗", "谁给我打过电话", "{person}的电话是多少", "最近通话"),
    )
    async def query(self, cabin: Cabin, person: Person | None = None) -> Said:
        if person is not None:
            found = find(person, _book(cabin))
            if not found:
                return cabin.say(f"{person} is not in the phone book.", f"通讯录里没有{person}")
            contact = found[0].contact
            spelled = " ".join(contact.number)
            return cabin.say(f"{contact.name}: {spelled}.", f"{contact.name}的号码是{spelled}")
        missed = [call for call in _recent(cabin) if call.get("state") == "missed"]
        if not missed:
            return cabin.say("No missed calls.", "没有未接来电")
        last = missed[0]["name"] or missed[0]["number"]
        count = len(missed)
        plural = "" if count == 1 else "s"
        return cabin.say(
            f"{count} missed call{plural}, the last from {last}.",
            f"有{count}个未接来电，最近一个是{last}",
        )

    @informed("contacts")
    async def contacts(self, cabin: Cabin, payload: Mapping[str, Any]) -> None:
        entries = payload.get("contacts")
        book = read(entries if isinstance(entries, list) else [])
        cabin.storage.set("book", [[each.name, each.number, each.label] for each in book])

    @informed("names")
    async def names(self, cabin: Cabin, payload: Mapping[str, Any]) -> None:
        whole = [each.name for each in _book(cabin)]
        parts = [part for name in whole for part in name.split()]
        cabin.event("names", {"names": list(dict.fromkeys([*whole, *parts]))})

    @informed("call")
    async def call_state(self, cabin: Cabin, payload: Mapping[str, Any]) -> Said | None:
        state = str(payload.get("state") or "")
        name, number = str(payload.get("name") or ""), str(payload.get("number") or "")
        if state in ("missed", "ended"):
            _note(cabin, name, number, state)
        if state != "ringing":
            return None
        who_en, who_zh = name or number or "Unknown number", name or number or "未知号码"
        return cabin.suggest(
            f"{who_en} is calling. Shall I answer?",
            f"{who_zh}来电，要接听吗？",
            "phone.control",
            "answer the call",
        )

    def _dial(self, cabin: Cabin, contact: Contact) -> Said:
        _note(cabin, contact.name, contact.number, "outgoing")
        cabin.event("phone.call", {"name": contact.name, "number": contact.number})
        return cabin.say(f"Calling {contact.name}.", f"正在呼叫{contact.name}")


def _service(cabin: Cabin, wanted: str | None) -> str:
    """The emergency number that the sentence, or the one to be called, names by its service."""
    chinese = cabin.language == "zh"
    for pattern, china, europe in SERVICES:
        if pattern.search(wanted or cabin.words):
            return china if chinese else europe
    return ""


def _numbered(number: str) -> Contact:
    return Contact(EMERGENCY[number][0] if number in EMERGENCY else number, number)


def _nobody(cabin: Cabin, wanted: str) -> Said:
    if not _book(cabin):
        return cabin.say("No phone book yet: connect a phone first.", "还没有通讯录，请先连接手机")
    return cabin.ask(
        f"I can't find {wanted} in the phone book. Who do you mean?",
        f"通讯录里没有{wanted}，您要打给谁？",
        "person",
    )


def _shown(contact: Contact, among: tuple[Match, ...]) -> str:
    """The name, with the label where two numbers of one person must be told apart."""
    same = sum(match.contact.name == contact.name for match in among) > 1
    return f"{contact.name} {contact.label}".strip() if same else contact.name


def _book(cabin: Cabin) -> tuple[Contact, ...]:
    return tuple(Contact(*entry) for entry in cabin.storage.get("book", []))


def _recent(cabin: Cabin) -> list[dict[str, str]]:
    found: list[dict[str, str]] = cabin.storage.get("recent", [])
    return found


def _note(cabin: Cabin, name: str, number: str, state: str) -> None:
    entry = {"name": name, "number": number, "state": state, "at": cabin.now().isoformat()}
    cabin.storage.set("recent", [entry, *_recent(cabin)][:RECENT])
