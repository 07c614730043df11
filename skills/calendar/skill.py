"""Calendar, reminders, alarms and timers. They survive a restart; what came due while the car was
off is told when it is on again.

The head unit informs about `calendar`, the events of the phone::

    {"events": [{"at": "2026-11-24T15:00", "what": "Dentist"}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cabin_agent.sdk import (
    Cabin,
    Manifest,
    Person,
    Said,
    Skill,
    Text,
    informed,
    intent,
    scheduled,
    spoken_day,
)

from .entries import NAMES, Entry, clock_words, day_words, kind_of, span_words, when

MAX_ENTRIES = 200
TOLD = 3


class Calendar(Skill):
    manifest = Manifest(
        name="calendar",
        version="1.0.0",
        summary_en="reminders and timers",
        summary_zh="日程和提醒",
        storage=True,
    )

    @intent(
        domain="calendar",
        en=(
            "set a timer for {time}",
            "remind me to {text} {time}",
            "wake me up at {time}",
            "put a meeting with {person} on my calendar {time}",
        ),
        zh=("定一个{time}的计时器", "{time}提醒我{text}", "{time}叫我", "{time}安排和{person}开会"),
        reversible=False,
    )
    async def create(
        self,
        cabin: Cabin,
        time: Text | None = None,
        text: Text | None = None,
        person: Person | None = None,
    ) -> Said:
        kind = kind_of(cabin.words) or "reminder"
        if time is None:
            return cabin.ask("When?", "什么时候？", "time")
        at = when(time, cabin.now())
        if at is None:
            return cabin.ask(f'When is "{time}"?', f"“{time}”是什么时候？", "time")
        if at <= cabin.now():
            return cabin.say("That is over already.", "那个时间已经过了")
        entries = _entries(cabin)
        if len(entries) >= MAX_ENTRIES:
            return cabin.say(
                "The calendar is full; delete something first.", "日程已满，请先删除一些"
            )
        number = 1 + max((entry.id for entry in entries), default=0)
        entry = Entry(number, kind, at, str(text or person or ""))
        _save(cabin, [*entries, entry])
        cabin.schedule(str(entry.id), at, "ring", {"id": entry.id})
        return _created(cabin, entry)

    @intent(
        domain="calendar",
        en=(
            "what's on my calendar {time}",
            "when is my next meeting",
            "how much time is left on the timer",
            "which alarms are set",
        ),
        zh=("{time}有什么安排", "下个会议几点", "计时器还剩多久", "有哪些闹钟"),
    )
    async def query(
        self, cabin: Cabin, time: Text | None = None, person: Person | None = None
    ) -> Said:
        now, kind = cabin.now(), kind_of(cabin.words)
        entries = sorted((*_entries(cabin), *_phone(cabin)), key=lambda entry: entry.at)
        coming = [entry for entry in entries if entry.at > now]
        if kind in ("timer", "alarm", "reminder"):
            coming = [entry for entry in coming if entry.kind == kind]
        if person is not None:
            coming = [entry for entry in coming if person.lower() in entry.what.lower()]
        day = spoken_day(time, now.date()) if time else None
        if day is not None:
            coming = [entry for entry in coming if entry.at.date() == day]
        if not coming:
            return cabin.say("Nothing is planned.", "没有安排")
        if kind == "timer":
            left_en, left_zh = span_words((coming[0].at - now).total_seconds())
            return cabin.say(f"{left_en} left.", f"还剩{left_zh}")
        english = ", ".join(_line(entry, now)[0] for entry in coming[:TOLD])
        mandarin = "，".join(_line(entry, now)[1] for entry in coming[:TOLD])
        more = len(coming) - TOLD
        return cabin.say(
            english + (f", and {more} more." if more > 0 else "."),
            mandarin + (f"，还有{more}项" if more > 0 else ""),
        )

    @intent(
        domain="calendar",
        en=(
            "cancel the alarm",
            "stop the timer",
            "delete the reminder",
            "clear my calendar for {time}",
        ),
        zh=("取消闹钟", "关闭计时器", "删除提醒", "清空{time}的日程"),
        reversible=False,
    )
    async def cancel(
        self, cabin: Cabin, time: Text | None = None, person: Person | None = None
    ) -> Said:
        now, kind, entries = cabin.now(), kind_of(cabin.words), _entries(cabin)
        fits = [entry for entry in entries if entry.kind == kind or not kind]
        at = when(time, now) if time else None
        if at is not None:
            fits = [e for e in fits if e.at.date() == at.date()] or fits
            fits = [e for e in fits if (e.at.hour, e.at.minute) == (at.hour, at.minute)] or fits
        if person is not None:
            fits = [entry for entry in fits if person.lower() in entry.what.lower()]
        if not fits:
            return cabin.say("There is nothing to cancel.", "没有可以取消的")
        if len(fits) > 1 and not cabin.confirmed:
            count = len(fits)
            return cabin.confirm(f"Delete all {count} of them?", f"全部{count}个都删除吗？")
        for entry in fits:
            cabin.unschedule(str(entry.id))
        gone = {entry.id for entry in fits}
        _save(cabin, [entry for entry in entries if entry.id not in gone])
        name_en, name_zh = NAMES[fits[0].kind]
        return cabin.say(f"The {name_en} is cancelled.", f"{name_zh}已取消")

    @scheduled()
    async def ring(self, cabin: Cabin, data: Mapping[str, Any]) -> Said | None:
        entry = next((e for e in _entries(cabin) if e.id == data["id"]), None)
        if entry is None:
            return None
        _save(cabin, [each for each in _entries(cabin) if each.id != entry.id])
        name_en, name_zh = NAMES[entry.kind]
        cabin.event("calendar.ring", {"kind": entry.kind, "what": entry.what})
        if entry.what:
            return cabin.say(f"Reminder: {entry.what}.", f"提醒：{entry.what}")
        clock_en, clock_zh = clock_words(entry.at)
        if entry.kind == "timer":
            return cabin.say("The timer is up.", "计时结束")
        return cabin.say(f"It is {clock_en}, your {name_en}.", f"现在{clock_zh}，{name_zh}时间到了")

    @informed("calendar")
    async def phone_events(self, cabin: Cabin, payload: Mapping[str, Any]) -> None:
        events = payload.get("events")
        kept = []
        for event in events if isinstance(events, list) else []:
            try:
                at = datetime.fromisoformat(str(event["at"])).replace(tzinfo=None)
                kept.append(Entry(0, "event", at, str(event["what"])[:200]).stored())
            except (KeyError, TypeError, ValueError):
                continue
        cabin.storage.set("phone", kept[:MAX_ENTRIES])


def _entries(cabin: Cabin) -> list[Entry]:
    return [Entry.from_stored(raw) for raw in cabin.storage.get("entries", [])]


def _phone(cabin: Cabin) -> list[Entry]:
    return [Entry.from_stored(raw) for raw in cabin.storage.get("phone", [])]


def _save(cabin: Cabin, entries: list[Entry]) -> None:
    cabin.storage.set("entries", [entry.stored() for entry in entries])


def _created(cabin: Cabin, entry: Entry) -> Said:
    now = cabin.now()
    name_en, name_zh = NAMES[entry.kind]
    if entry.kind == "timer":
        span_en, span_zh = span_words((entry.at - now).total_seconds())
        return cabin.say(f"Timer set for {span_en}.", f"已设置{span_zh}计时")
    clock_en, clock_zh = clock_words(entry.at)
    day_en, day_zh = day_words(entry.at.date(), now.date())
    about_en = f": {entry.what}" if entry.what else ""
    about_zh = f"：{entry.what}" if entry.what else ""
    return cabin.say(
        f"{name_en.capitalize()} {day_en} at {clock_en}{about_en}.",
        f"已设置{day_zh}{clock_zh}的{name_zh}{about_zh}",
    )


def _line(entry: Entry, now: datetime) -> tuple[str, str]:
    clock_en, clock_zh = clock_words(entry.at)
    day_en, day_zh = day_words(entry.at.date(), now.date())
    name_en, name_zh = entry.what or NAMES[entry.kind][0], entry.what or NAMES[entry.kind][1]
    return f"{name_en} {day_en} at {clock_en}", f"{day_zh}{clock_zh}{name_zh}"
