"""Where to go: destinations, what is nearest, how long it takes. Guidance itself is the head
unit's: it gets the destination as signals and its name as an event."""

from __future__ import annotations

from cabin_agent.sdk import (
    Cabin,
    Manifest,
    Place,
    Said,
    Skill,
    characters,
    ensure,
    figures,
    intent,
    number,
)

from .places import Kind, Known, distance_km, find, kind_of, named, nearest_of, nearest_town

NAVIGATION = "Vehicle.Cabin.Infotainment.Navigation"
LATITUDE = f"{NAVIGATION}.DestinationSet.Latitude"
LONGITUDE = f"{NAVIGATION}.DestinationSet.Longitude"
MUTE = f"{NAVIGATION}.Mute"
HERE = "Vehicle.CurrentLocation"

DETOUR = 1.3  # road distance over the straight line, a common rule of thumb in road networks
TOWN_KMH, TOWN_KM = 30.0, 10.0
ROAD_KMH = 80.0
REACH_KM = 60.0


class Navigation(Skill):
    manifest = Manifest(
        name="navigation",
        version="1.0.0",
        summary_en="navigation",
        summary_zh="导航",
        reads=(f"{HERE}.Latitude", f"{HERE}.Longitude"),
        actuates=(LATITUDE, LONGITUDE, MUTE),
    )

    def __init__(self) -> None:
        self._destination: Known | None = None

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
        found = find(place)
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
            found = find(place)
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
        await self._go(cabin, named("Home"))
        return cabin.say("On the way home.", "开始导航回家")

    @intent(
        domain="navigation",
        en=("take me to work", "navigate to the office", "drive to work", "let's go to the office"),
        zh=("去公司", "导航去公司", "我要去上班", "带我去单位"),
        reversible=False,
    )
    async def work(self, cabin: Cabin) -> Said:
        await self._go(cabin, named("Work"))
        return cabin.say("On the way to work.", "开始导航去公司")

    @intent(
        domain="navigation",
        en=("cancel the navigation", "stop the route guidance", "end the route", "forget the trip"),
        zh=("取消导航", "结束导航", "停止导航", "不导航了"),
        reversible=False,
    )
    async def cancel(self, cabin: Cabin) -> Said:
        self._destination = None
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
        target = self._destination if place is None else find(place)
        if target is None:
            if place is not None:
                return cabin.say(f"I don't know {place}.", f"我不知道{place}在哪")
            return cabin.say("No destination is set.", "还没有设置目的地")
        km = DETOUR * distance_km(await _here(cabin), target.point)
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
            "what is the speed limit here",
        ),
        zh=("我们在哪里", "前面堵不堵", "路况怎么样", "这里限速多少"),
    )
    async def info(self, cabin: Cabin, place: Place | None = None) -> Said:
        here = await _here(cabin)
        town, km = nearest_town(here)
        if km > REACH_KM:
            where_en = f"{figures(here[0])} north, {figures(here[1])} east"
            where_zh = f"北纬{characters(round(here[0]))}度，东经{characters(round(here[1]))}度"
        else:
            where_en, where_zh = f"near {town.en}", f"在{town.zh}附近"
        return cabin.say(
            f"We are {where_en}. I have no live traffic offline.",
            f"我们{where_zh}。离线时没有实时路况",
        )

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
        self._destination = place
        cabin.event(
            "navigation.destination",
            {"name": place.en, "name_zh": place.zh, "latitude": latitude, "longitude": longitude},
        )
        return cabin.say(f"On the way to {place.en}{en}.", f"开始导航去{place.zh}{zh}")


async def _here(cabin: Cabin) -> tuple[float, float]:
    return await number(cabin, f"{HERE}.Latitude"), await number(cabin, f"{HERE}.Longitude")


def _spoken_minutes(minutes: int) -> tuple[str, str]:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} minutes", f"{characters(minutes)}分钟"
    plural = "s" if hours > 1 else ""
    en = f"{hours} hour{plural}" + (f" {rest} minutes" if rest else "")
    zh = f"{characters(hours)}小时" + (f"{characters(rest)}分钟" if rest else "")
    return en, zh
