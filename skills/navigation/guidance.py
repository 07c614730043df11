"""The route's preferences, the map, what is asked about the road, and the voice."""

from __future__ import annotations

import re

from cabin_agent.sdk import (
    Cabin,
    Person,
    Place,
    Said,
    Text,
    characters,
    ensure,
    figures,
    intent,
    number,
)

from .places import Point, nearest_town
from .preferences import map_wish, route_wish
from .trip import HERE, NAVIGATION, REACH_KM, here

MUTE = f"{NAVIGATION}.Mute"
_SHARE = re.compile(r"share|send|let .* know|tell .* where|发给|分享|告诉")
_LIVE = re.compile(
    r"traffic|jam|busy|road ?works|accident|clear|limit|exit|turn|trains?|bus|toll|held|holding"
    r"|nobody moving|路况|堵|限速|施工|事故|摄像头|收费|限行|限号|红灯|红绿灯|拐|路口|车道"
    r"|上报|服务区"
)


class Guidance:
    """The part of the navigation that speaks to the map."""

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
        point = await here(cabin)
        if person is not None or _SHARE.search(cabin.words):
            to = str(person or "")
            shared = {"person": to, "latitude": point[0], "longitude": point[1]}
            cabin.event("navigation.share", shared)
            if not to:
                return cabin.say(
                    "Choose on the phone who gets our position.", "请在手机上选择联系人"
                )
            return cabin.say(f"Sending our position to {to}.", f"正在把位置发给{to}")
        if re.search(r"altitude|how high|海拔", cabin.words):
            metres = round(await number(cabin, f"{HERE}.Altitude"))
            return cabin.say(f"We are {metres} metres high.", f"海拔{characters(metres)}米")
        where_en, where_zh = _where(point)
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


def _where(point: Point) -> tuple[str, str]:
    town, km = nearest_town(point)
    if km > REACH_KM:
        return (
            f"{figures(point[0])} north, {figures(point[1])} east",
            f"在北纬{characters(round(point[0]))}度，东经{characters(round(point[1]))}度",
        )
    return f"near {town.en}", f"在{town.zh}附近"
