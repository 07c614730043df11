"""Where to go: destinations, stops, what is nearest, how long it takes, places worth keeping.
Guidance itself is the head unit's: it gets the destination as signals and the rest as events.

Events: `navigation.destination` {"name", "name_zh", "latitude", "longitude"}, `navigation.stops`
{"stops": [the same]}, `navigation.cancel`, `navigation.search` {"query"}, `navigation.route`
{"preference"}, `navigation.map` {"command"}, `navigation.share` {"person", "latitude",
"longitude"}, `navigation.ask` {"words"}. The head unit informs about `places` {"home", "work":
{"latitude", "longitude"}, "favourites": {name: the same}}.
"""

from __future__ import annotations

from itertools import pairwise

from cabin_agent.sdk import Cabin, Manifest, Place, Said, Skill, characters, figures, intent

from .address_book import AddressBook
from .guidance import MUTE, Guidance
from .needs import place_for
from .places import Kind, distance_km, kind_of, nearest_of, road_km
from .saving import Saving
from .stops import Stops
from .trip import HERE, LATITUDE, LONGITUDE, REACH_KM, Trip, go, here, known

TOWN_KMH, TOWN_KM = 30.0, 10.0
ROAD_KMH = 80.0


class Navigation(Stops, Saving, Guidance, Skill):
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
        self.trip = Trip()

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
        found = known(cabin, place)
        if found is None:
            return cabin.ask(
                f"I don't know {place}. Where would you like to go?",
                f"我不知道{place}在哪，您要去哪里？",
            )
        return await go(cabin, self.trip, found)

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
            place = Place(place_for(cabin.words))
        if not place:
            return cabin.ask(
                "What are you looking for: a charger, parking, food?",
                "您要找什么：充电站、停车场还是餐厅？",
            )
        kind = kind_of(place)
        if kind is None:
            found = known(cabin, place)
            if found is not None:
                return await go(cabin, self.trip, found)
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
        await go(cabin, self.trip, AddressBook(cabin).home())
        return cabin.say("On the way home.", "开始导航回家")

    @intent(
        domain="navigation",
        en=("take me to work", "navigate to the office", "drive to work", "let's go to the office"),
        zh=("去公司", "导航去公司", "我要去上班", "带我去单位"),
        reversible=False,
    )
    async def work(self, cabin: Cabin) -> Said:
        await go(cabin, self.trip, AddressBook(cabin).work())
        return cabin.say("On the way to work.", "开始导航去公司")

    @intent(
        domain="navigation",
        en=("cancel the navigation", "stop the route guidance", "end the route", "forget the trip"),
        zh=("取消导航", "结束导航", "停止导航", "不导航了"),
        reversible=False,
    )
    async def cancel(self, cabin: Cabin) -> Said:
        self.trip.destination, self.trip.stops = None, ()
        cabin.event("navigation.cancel", {})
        return cabin.say("Navigation cancelled.", "导航已取消")

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
        target = self.trip.destination if place is None else known(cabin, place)
        if target is None:
            if place is not None:
                return cabin.say(f"I don't know {place}.", f"我不知道{place}在哪")
            return cabin.say("No destination is set.", "还没有设置目的地")
        way = [*(self.trip.stops if place is None else ()), target]
        points = [await here(cabin), *(stop.point for stop in way)]
        km = sum(road_km(one, other) for one, other in pairwise(points))
        minutes = max(
            1, round(60 * (min(km, TOWN_KM) / TOWN_KMH + max(0, km - TOWN_KM) / ROAD_KMH))
        )
        en, zh = _spoken_minutes(minutes)
        return cabin.say(
            f"About {figures(round(km))} kilometres to {target.en}, roughly {en}.",
            f"到{target.zh}大约{characters(round(km))}公里，差不多{zh}",
        )

    async def _to_nearest(self, cabin: Cabin, kind: Kind, words: Place) -> Said:
        point = await here(cabin)
        found = nearest_of(kind, point, REACH_KM)
        if found is None:
            cabin.event("navigation.search", {"query": str(words), "kind": kind.name})
            return cabin.say(
                f"I know no {kind.en} near here; the map is searching.",
                f"我这里没有附近的{kind.zh}，正在地图上搜索",
            )
        km = round(distance_km(point, found.point), 1)
        return await go(
            cabin,
            self.trip,
            found,
            f", {figures(km)} kilometres away",
            f"，距离{characters(km)}公里",
        )


def _spoken_minutes(minutes: int) -> tuple[str, str]:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} minutes", f"{characters(minutes)}分钟"
    plural = "s" if hours > 1 else ""
    en = f"{hours} hour{plural}" + (f" {rest} minutes" if rest else "")
    zh = f"{characters(hours)}小时" + (f"{characters(rest)}分钟" if rest else "")
    return en, zh
