"""Where to go: destinations, stops, what is nearest, how long it takes, places worth keeping.
Guidance itself is the head unit's: it gets the destination as signals and the rest as events.

Events: `navigation.destination` {"name", "name_zh", "latitude", "longitude"}, `navigation.stops`
{"stops": [the same]}, `navigation.cancel`, `navigation.search` {"query"}, `navigation.route`
{"preference"}, `navigation.map` {"command"}, `navigation.share` {"person", "latitude",
"longitude"}, `navigation.ask` {"words"}. The head unit informs about `places` {"home", "work":
{"latitude", "longitude"}, "favourites": {name: the same}}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from cabin_agent.sdk import (
    Cabin,
    CannotDo,
    Manifest,
    Person,
    Place,
    Said,
    Skill,
    Text,
    characters,
    ensure,
    figures,
    informed,
    intent,
    number,
)

from .address_book import HOME, PARKED, WORK, AddressBook, BookFull
from .places import (
    Kind,
    Known,
    Point,
    distance_km,
    find,
    kind_of,
    nearest_of,
    nearest_town,
    road_km,
    saved_as,
)
from .preferences import map_wish, route_wish

NAVIGATION = "Vehicle.Cabin.Infotainment.Navigation"
LATITUDE = f"{NAVIGATION}.DestinationSet.Latitude"
LONGITUDE = f"{NAVIGATION}.DestinationSet.Longitude"
MUTE = f"{NAVIGATION}.Mute"
HERE = "Vehicle.CurrentLocation"

TOWN_KMH, TOWN_KM = 30.0, 10.0
ROAD_KMH = 80.0
REACH_KM = 60.0
MAX_STOPS = 9
_HOME = re.compile(r"\bhome\b|\bi live\b|家|住")
_WORK = re.compile(r"\bwork\b|\boffice\b|公司|单位|上班")
_PARKED = re.compile(r"park(ed)?\b|my car\b|停车(位置|的位置)?|停这|停在这|停哪")
_AT_HERE = re.compile(r"\bthis\b|\bhere\b|这里|这儿|当前|现在的位置|就是")
_SHARE = re.compile(r"share|send|let .* know|tell .* where|发给|分享|告诉")
_LIVE = re.compile(
    r"traffic|jam|busy|road ?works|accident|clear|limit|exit|turn|trains?|bus|toll|held|holding"
    r"|nobody moving|路况|堵|限速|施工|事故|摄像头|收费|限行|限号|红灯|红绿灯|拐|路口|车道"
    r"|上报|服务区"
)


class Navigation(Skill):
    manifest = Manifest(
        name="navigation",
        version="1.1.0",
        summary_en="navigation",
        summary_zh="导航",
        reads=(f"{HERE}.Latitude", f"{HERE}.Longitude", f"{HERE}.Altitude"),
        actuates=(LATITUDE, LONGITUDE, MUTE),
        storage=True,
    )

    def __init__(self) -> None:
        self._destination: Known | None = None
        self._stops: tuple[Known, ...] = ()

    @intent(
        domain="navigation",
        en=(
            "navigate to {place}",
            "take me to {place}",
            "drive to {place}",
            "i want to go to {place}",
            "set the destination to {place}",
        ),
        zh=(
            "导航去{place}",
            "带我去{place}",
            "我要去{place}",
            "到{place}怎么走",
            "目的地设为{place}",
        ),
        reversible=False,
    )
    async def navigate(self, cabin: Cabin, place: Place) -> Said:
        kind = kind_of(place)
        if kind is not None:
            return await self._to_nearest(cabin, kind, place)
        found = _known(cabin, place)
        if found is None:
            return cabin.ask(
                f"I don't know {place}. Where would you like to go?",
                f"我不知道{place}在哪，您要去哪里？",
            )
        return await self._go(cabin, found)

    @intent(
        domain="navigation",
        en=(
            "find the nearest {place}",
            "where can i charge",
            "is there a {place} nearby",
            "i need a {place}",
            "look for {place} around here",
        ),
        zh=("附近的{place}", "找个{place}", "最近的{place}在哪", "哪里可以充电", "附近有{place}吗"),
        reversible=False,
    )
    async def nearest(self, cabin: Cabin, place: Place | None = None) -> Said:
        if place is None:
            return cabin.ask(
                "What are you looking for: a charger, parking, food?",
                "您要找什么：充电站、停车场还是餐厅？",
            )
        kind = kind_of(place)
        if kind is None:
            found = _known(cabin, place)
            if found is not None:
                return await self._go(cabin, found)
            cabin.event("navigation.search", {"query": str(place)})
            return cabin.say(f"Searching for {place} on the map.", f"正在地图上搜索{place}")
        return await self._to_nearest(cabin, kind, place)

    @intent(
        domain="navigation",
        en=("take me home", "navigate home", "drive home", "let's go home"),
        zh=("回家", "导航回家", "我要回家", "带我回家"),
        reversible=False,
    )
    async def home(self, cabin: Cabin) -> Said:
        await self._go(cabin, AddressBook(cabin).home())
        return cabin.say("On the way home.", "开始导航回家")

    @intent(
        domain="navigation",
        en=("take me to work", "navigate to the office", "drive to work", "let's go to the office"),
        zh=("去公司", "导航去公司", "我要去上班", "带我去单位"),
        reversible=False,
    )
    async def work(self, cabin: Cabin) -> Said:
        await self._go(cabin, AddressBook(cabin).work())
        return cabin.say("On the way to work.", "开始导航去公司")

    @intent(
        domain="navigation",
        en=("cancel the navigation", "stop the route guidance", "end the route", "forget the trip"),
        zh=("取消导航", "结束导航", "停止导航", "不导航了"),
        reversible=False,
    )
    async def cancel(self, cabin: Cabin) -> Said:
        self._destination, self._stops = None, ()
        cabin.event("navigation.cancel", {})
        return cabin.say("Navigation cancelled.", "导航已取消")

    @intent(
        domain="navigation",
        en=(
            "add a stop at {place}",
            "stop at {place} on the way",
            "go via {place}",
            "add {place} to the route",
            "let's swing by {place} first",
            "make a detour to {place}",
            "add {place} as a waypoint",
            "add a charging stop",
            "include {place} in the route",
            "pass by {place} on the way",
            "before that take me to {place}",
            "put {place} in between",
        ),
        zh=(
            "途经{place}",
            "先去一下{place}",
            "中途去{place}",
            "添加途经点{place}",
            "路上停一下{place}",
            "顺路去{place}",
            "把{place}加到途经点",
            "绕道去{place}",
            "路线里加上{place}",
            "多加一站{place}",
            "中途经过{place}",
            "途中加一个充电站",
        ),
        reversible=False,
    )
    async def add_stop(self, cabin: Cabin, place: Place | None = None) -> Said:
        if place is None:
            return cabin.ask("Where shall we stop?", "要在哪里停？", "place")
        kind, here = kind_of(place), await _here(cabin)
        found = nearest_of(kind, here, REACH_KM) if kind else _known(cabin, place)
        if found is None:
            cabin.event("navigation.search", {"query": str(place), "stop": True})
            return cabin.say(f"Searching for {place} on the way.", f"正在沿途搜索{place}")
        if self._destination is None:
            return await self._go(cabin, found)
        if len(self._stops) >= MAX_STOPS:
            raise CannotDo(f"More than {MAX_STOPS} stops don't fit.", "途经点太多了")
        self._stops = (*self._stops, found)
        self._tell_stops(cabin)
        return cabin.say(
            f"Via {found.en} to {self._destination.en}.",
            f"途经{found.zh}，再去{self._destination.zh}",
        )

    @intent(
        domain="navigation",
        en=(
            "remove the stop",
            "skip the stop at {place}",
            "delete the waypoint",
            "no more stops",
            "don't go via {place}",
            "go straight to the destination",
            "cancel the stop in {place}",
            "take {place} out of the route",
            "remove all stops",
            "skip the next stop",
            "leave out {place}",
            "we don't need to stop at {place}",
        ),
        zh=(
            "删除途经点",
            "不去途经点了",
            "取消途经点{place}",
            "跳过途经点",
            "不经过{place}了",
            "清空途经点",
            "直接去终点",
            "路线里去掉{place}",
            "中途不停了",
            "去掉{place}这一站",
            "跳过下一个途经点",
            "途经点不要了",
        ),
        reversible=False,
    )
    async def remove_stop(self, cabin: Cabin, place: Place | None = None) -> Said:
        if not self._stops:
            return cabin.say("There is no stop on the route.", "路线上没有途经点")
        if place is not None:
            gone = find(place, self._stops) or _known(cabin, place)
            kind = kind_of(place)
            kept = tuple(s for s in self._stops if s != gone and (not kind or s.kind != kind.name))
        elif re.search(r"\ball\b|straight|no more|stops|direct|所有|清|直接|都", cabin.words):
            kept = ()
        elif re.search(r"\bnext\b|下一个|这一站", cabin.words):
            kept = self._stops[1:]
        else:
            kept = self._stops[:-1]
        if len(kept) == len(self._stops):
            return cabin.say(f"{place} is no stop of ours.", f"途经点里没有{place}")
        self._stops = kept
        self._tell_stops(cabin)
        if not kept:
            return cabin.say("Without stops now.", "途经点已全部删除")
        names_en, names_zh = ", ".join(s.en for s in kept), "、".join(s.zh for s in kept)
        return cabin.say(f"Still via {names_en}.", f"还会途经{names_zh}")

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
        known = None if place is None else _known(cabin, place)
        if place is not None and known is None and not key and _AT_HERE.search(words):
            known = saved_as(str(place), await _here(cabin))
        if place is not None and known is None:
            return cabin.ask(
                f"I don't know {place}. Which place?", f"我不知道{place}，是哪里？", "place"
            )
        if key:
            if known is None and not _AT_HERE.search(words):
                return cabin.ask("Which address is it?", "地址是哪里？", "place")
            book.save(key, known.point if known else await _here(cabin))
            where_en, where_zh = (known.en, known.zh) if known else ("here", "这里")
            name_en, name_zh = ("home", "家") if key == HOME else ("work", "公司")
            return cabin.say(f"Saved: {name_en} is {where_en}.", f"已保存，{name_zh}设为{where_zh}")
        if known is None and _PARKED.search(words):
            book.save(PARKED, await _here(cabin))
            return cabin.say("I'll remember where the car is.", "已记住停车位置")
        if known is None and re.search(r"destination|目的地", words):
            known = self._destination
        known = known or self._numbered(cabin, book, await _here(cabin))
        try:
            book.add_favourite(known.en if cabin.language == "en" else known.zh, known.point)
        except BookFull:
            raise CannotDo("The favourites are full.", "收藏夹已满") from None
        return cabin.say(f"{known.en} is in your favourites.", f"已收藏{known.zh}")

    @intent(
        domain="navigation",
        en=(
            "avoid tolls",
            "avoid motorways",
            "take the fastest route",
            "take the shortest route",
            "find another way around",
            "get around this traffic",
            "recalculate the route",
            "choose the second route",
            "use the scenic route",
            "no ferries please",
            "i don't want to take this road",
            "plan the route {option}",
        ),
        zh=(
            "避开高速",
            "不走收费的路",
            "换一条路线",
            "躲开拥堵",
            "走最快的那条",
            "重新规划路线",
            "走高速",
            "选第二条路线",
            "走最近的路",
            "我不想走这条路",
            "路线偏好{option}",
            "换个不堵的路",
        ),
        reversible=False,
    )
    async def route(self, cabin: Cabin, option: Text | None = None) -> Said:
        wish = route_wish(f"{option or ''} {cabin.words}".lower())
        if wish is None:
            return cabin.ask(
                "Fastest, shortest, or without tolls?",
                "时间最短、距离最短，还是避开收费？",
                "option",
            )
        cabin.event("navigation.route", {"preference": wish.name})
        return cabin.say(f"Route: {wish.en}.", f"路线已调整：{wish.zh}")

    @intent(
        name="map",
        domain="navigation",
        en=(
            "zoom in on the map",
            "zoom out",
            "show the whole route",
            "show the map",
            "switch the map to three d",
            "map with north up",
            "satellite view",
            "show the traffic on the map",
            "centre the map on us",
            "make the map bigger",
            "map full screen",
            "show chargers on the map",
        ),
        zh=(
            "放大地图",
            "缩小地图",
            "显示路线全览",
            "查看全程路线",
            "切换到三维地图",
            "地图正北朝上",
            "打开卫星地图",
            "打开路况",
            "地图回正",
            "地图拉近一点",
            "车头朝上",
            "地图上显示加油站",
        ),
        reversible=False,
    )
    async def show_map(self, cabin: Cabin) -> Said:
        wish = map_wish(cabin.words)
        cabin.event("navigation.map", {"command": wish.name if wish else "show"})
        if wish is None:
            return cabin.say("Here is the map.", "已显示地图")
        return cabin.say(f"{wish.en}.", wish.zh)

    @intent(
        domain="navigation",
        en=(
            "how long until we arrive",
            "when will we be there",
            "how far is it to {place}",
            "how long to {place}",
        ),
        zh=("还有多久到", "几点能到", "到{place}要多久", "离目的地还有多远"),
    )
    async def eta(self, cabin: Cabin, place: Place | None = None) -> Said:
        target = self._destination if place is None else _known(cabin, place)
        if target is None:
            if place is not None:
                return cabin.say(f"I don't know {place}.", f"我不知道{place}在哪")
            return cabin.say("No destination is set.", "还没有设置目的地")
        way = [*(self._stops if place is None else ()), target]
        points = [await _here(cabin), *(stop.point for stop in way)]
        km = sum(road_km(one, other) for one, other in pairwise(points))
        minutes = max(
            1, round(60 * (min(km, TOWN_KM) / TOWN_KMH + max(0, km - TOWN_KM) / ROAD_KMH))
        )
        en, zh = _spoken_minutes(minutes)
        return cabin.say(
            f"About {figures(round(km))} kilometres to {target.en}, roughly {en}.",
            f"到{target.zh}大约{characters(round(km))}公里，差不多{zh}",
        )

    @intent(
        domain="navigation",
        en=(
            "where are we",
            "how is the traffic",
            "is there a traffic jam ahead",
            "which road are we on",
        ),
        zh=("我们在哪里", "前面堵不堵", "路况怎么样", "这是哪条路"),
    )
    async def info(
        self, cabin: Cabin, place: Place | None = None, person: Person | None = None
    ) -> Said:
        here = await _here(cabin)
        if person is not None or _SHARE.search(cabin.words):
            to = str(person or "")
            shared = {"person": to, "latitude": here[0], "longitude": here[1]}
            cabin.event("navigation.share", shared)
            if not to:
                return cabin.say(
                    "Choose on the phone who gets our position.", "请在手机上选择联系人"
                )
            return cabin.say(f"Sending our position to {to}.", f"正在把位置发给{to}")
        if re.search(r"altitude|how high|海拔", cabin.words):
            metres = round(await number(cabin, f"{HERE}.Altitude"))
            return cabin.say(f"We are {metres} metres high.", f"海拔{characters(metres)}米")
        where_en, where_zh = _where(here)
        if _LIVE.search(cabin.words):
            cabin.event("navigation.ask", {"words": cabin.words})
            return cabin.say(
                f"We are {where_en}. I've asked the map, live data isn't mine.",
                f"我们{where_zh}，实时信息已请地图查询",
            )
        return cabin.say(f"We are {where_en}.", f"我们{where_zh}")

    @intent(
        domain="navigation",
        en=(
            "mute the navigation",
            "navigation voice off",
            "stop talking about the route",
            "no more directions out loud",
        ),
        zh=("导航静音", "关闭导航声音", "导航别说话", "导航不要播报"),
    )
    async def mute(self, cabin: Cabin) -> Said:
        return await ensure(
            cabin,
            {MUTE: "MUTED"},
            cabin.say("Navigation voice off.", "导航播报已关闭"),
            cabin.say("The navigation voice is already off.", "导航播报已经关了"),
        )

    @intent(
        domain="navigation",
        en=(
            "unmute the navigation",
            "navigation voice on",
            "tell me the directions again",
            "why is the navigation silent",
        ),
        zh=("打开导航声音", "导航播报打开", "取消导航静音", "导航恢复播报"),
    )
    async def unmute(self, cabin: Cabin) -> Said:
        return await ensure(
            cabin,
            {MUTE: "UNMUTED"},
            cabin.say("Navigation voice on.", "导航播报已打开"),
            cabin.say("The navigation voice is already on.", "导航播报已经开着了"),
        )

    @informed("places")
    async def places(self, cabin: Cabin, payload: Mapping[str, Any]) -> None:
        AddressBook(cabin).take(payload)

    async def _to_nearest(self, cabin: Cabin, kind: Kind, words: Place) -> Said:
        here = await _here(cabin)
        found = nearest_of(kind, here, REACH_KM)
        if found is None:
            cabin.event("navigation.search", {"query": str(words), "kind": kind.name})
            return cabin.say(
                f"I know no {kind.en} near here; the map is searching.",
                f"我这里没有附近的{kind.zh}，正在地图上搜索",
            )
        km = round(distance_km(here, found.point), 1)
        return await self._go(
            cabin, found, f", {figures(km)} kilometres away", f"，距离{characters(km)}公里"
        )

    async def _go(self, cabin: Cabin, place: Known, en: str = "", zh: str = "") -> Said:
        latitude, longitude = place.point
        await cabin.actuate({LATITUDE: latitude, LONGITUDE: longitude})
        self._destination, self._stops = place, ()
        cabin.event("navigation.destination", _payload(place))
        return cabin.say(f"On the way to {place.en}{en}.", f"开始导航去{place.zh}{zh}")

    def _tell_stops(self, cabin: Cabin) -> None:
        cabin.event("navigation.stops", {"stops": [_payload(stop) for stop in self._stops]})

    def _numbered(self, cabin: Cabin, book: AddressBook, here: Point) -> Known:
        """A favourite that has no name yet gets a number."""
        count = 1 + len(book.favourites())
        return Known(f"Favourite {count}", f"收藏{characters(count)}", here, (), "saved")


def _known(cabin: Cabin, place: str) -> Known | None:
    """The place meant: one of our own, or one of the index."""
    book = AddressBook(cabin)
    own = (book.home(), book.work(), *book.favourites())
    if re.fullmatch(r"(to )?(my |the )?car|where i parked.*|停车位置|我的车|车", place.lower()):
        return book.parked()
    return find(place, own)


def _payload(place: Known) -> dict[str, Any]:
    latitude, longitude = place.point
    return {
        "name": place.en,
        "name_zh": place.zh,
        "latitude": latitude,
        "longitude": longitude,
    }


def _where(here: Point) -> tuple[str, str]:
    town, km = nearest_town(here)
    if km > REACH_KM:
        return (
            f"{figures(here[0])} north, {figures(here[1])} east",
            f"在北纬{characters(round(here[0]))}度，东经{characters(round(here[1]))}度",
        )
    return f"near {town.en}", f"在{town.zh}附近"


async def _here(cabin: Cabin) -> Point:
    return await number(cabin, f"{HERE}.Latitude"), await number(cabin, f"{HERE}.Longitude")


def _spoken_minutes(minutes: int) -> tuple[str, str]:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} minutes", f"{characters(minutes)}分钟"
    plural = "s" if hours > 1 else ""
    en = f"{hours} hour{plural}" + (f" {rest} minutes" if rest else "")
    zh = f"{characters(hours)}小时" + (f"{characters(rest)}分钟" if rest else "")
    return en, zh
