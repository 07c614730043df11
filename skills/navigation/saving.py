"""Places worth keeping: home, work, favourites, where the car was left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cabin_agent.sdk import Cabin, CannotDo, Place, Said, characters, informed, intent

from .address_book import HOME, PARKED, WORK, AddressBook, BookFull
from .places import Known, Point, saved_as
from .places import names as map_names
from .trip import Trip, here, known

_HOME = re.compile(r"\bhome\b|\bi live\b|家|住")
_WORK = re.compile(r"\bwork\b|\boffice\b|公司|单位|上班")
_PARKED = re.compile(r"park(ed)?\b|my car\b|停车(位置|的位置)?|停这|停在这|停哪")
_AT_HERE = re.compile(r"\bthis\b|\bhere\b|这里|这儿|当前|现在的位置|就是")


class Saving:
    """The part of the navigation that keeps places."""

    trip: Trip

    @intent(
        domain="navigation",
        en=(
            "save this place",
            "add {place} to my favourites",
            "remember this place",
            "save this as home",
            "set my home address to {place}",
            "i live in {place}",
            "set my work address to {place}",
            "this is my office save it",
            "remember where i parked",
            "bookmark {place}",
            "drop a pin here",
            "save the destination",
        ),
        zh=(
            "收藏这里",
            "收藏{place}",
            "收藏当前位置",
            "把这里设成家",
            "家的地址设为{place}",
            "我家在{place}",
            "公司地址设为{place}",
            "把这里设为公司",
            "记住我停车的位置",
            "把{place}收藏起来",
            "在地图上标记这里",
            "收藏目的地",
        ),
        reversible=False,
    )
    async def save_place(self, cabin: Cabin, place: Place | None = None) -> Said:
        book, words = AddressBook(cabin), cabin.words
        key = next((k for k, says in ((HOME, _HOME), (WORK, _WORK)) if says.search(words)), "")
        found = None if place is None else known(cabin, place)
        if place is not None and found is None and not key and _AT_HERE.search(words):
            found = saved_as(str(place), await here(cabin))
        if place is not None and found is None:
            return cabin.ask(
                f"I don't know {place}. Which place?", f"我不知道{place}，是哪里？", "place"
            )
        if key:
            if found is None and not _AT_HERE.search(words):
                return cabin.ask("Which address is it?", "地址是哪里？", "place")
            book.save(key, found.point if found else await here(cabin))
            where_en, where_zh = (found.en, found.zh) if found else ("here", "这里")
            name_en, name_zh = ("home", "家") if key == HOME else ("work", "公司")
            return cabin.say(f"Saved: {name_en} is {where_en}.", f"已保存，{name_zh}设为{where_zh}")
        if found is None and _PARKED.search(words):
            book.save(PARKED, await here(cabin))
            return cabin.say("I'll remember where the car is.", "已记住停车位置")
        if found is None and re.search(r"destination|目的地", words):
            found = self.trip.destination
        found = found or _numbered(book, await here(cabin))
        try:
            book.add_favourite(found.en if cabin.language == "en" else found.zh, found.point)
        except BookFull:
            raise CannotDo("The favourites are full.", "收藏夹已满") from None
        return cabin.say(f"{found.en} is in your favourites.", f"已收藏{found.zh}")

    @informed("places")
    async def places(self, cabin: Cabin, payload: Mapping[str, Any]) -> None:
        AddressBook(cabin).take(payload)

    @informed("names")
    async def names(self, cabin: Cabin, payload: Mapping[str, Any]) -> None:
        saved = (place.en for place in AddressBook(cabin).favourites())
        cabin.event("names", {"names": [*saved, *map_names()]})


def _numbered(book: AddressBook, point: Point) -> Known:
    """A favourite that has no name yet gets a number."""
    count = 1 + len(book.favourites())
    return Known(f"Favourite {count}", f"收藏{characters(count)}", point, (), "saved")
