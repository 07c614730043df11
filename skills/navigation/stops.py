"""Stops on the way."""

from __future__ import annotations

import re

from cabin_agent.sdk import Cabin, CannotDo, Place, Said, intent

from .places import find, kind_of, nearest_of
from .trip import REACH_KM, Trip, go, here, known, tell_stops

MAX_STOPS = 9


class Stops:
    """The part of the navigation that adds stops and takes them out."""

    trip: Trip

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
        kind = kind_of(place)
        found = nearest_of(kind, await here(cabin), REACH_KM) if kind else known(cabin, place)
        if found is None:
            cabin.event("navigation.search", {"query": str(place), "stop": True})
            return cabin.say(f"Searching for {place} on the way.", f"正在沿途搜索{place}")
        if self.trip.destination is None:
            return await go(cabin, self.trip, found)
        if len(self.trip.stops) >= MAX_STOPS:
            raise CannotDo(f"More than {MAX_STOPS} stops don't fit.", "途经点太多了")
        self.trip.stops = (*self.trip.stops, found)
        tell_stops(cabin, self.trip)
        return cabin.say(
            f"Via {found.en} to {self.trip.destination.en}.",
            f"途经{found.zh}，再去{self.trip.destination.zh}",
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
        if not self.trip.stops:
            return cabin.say("There is no stop on the route.", "路线上没有途经点")
        if place is not None:
            gone = find(place, self.trip.stops) or known(cabin, place)
            kind = kind_of(place)
            kept = tuple(
                s for s in self.trip.stops if s != gone and (not kind or s.kind != kind.name)
            )
        elif re.search(r"\ball\b|straight|no more|stops|direct|所有|清|直接|都", cabin.words):
            kept = ()
        elif re.search(r"\bnext\b|下一个|这一站", cabin.words):
            kept = self.trip.stops[1:]
        else:
            kept = self.trip.stops[:-1]
        if len(kept) == len(self.trip.stops):
            return cabin.say(f"{place} is no stop of ours.", f"途经点里没有{place}")
        self.trip.stops = kept
        tell_stops(cabin, self.trip)
        if not kept:
            return cabin.say("Without stops now.", "途经点已全部删除")
        names_en, names_zh = ", ".join(s.en for s in kept), "、".join(s.zh for s in kept)
        return cabin.say(f"Still via {names_en}.", f"还会途经{names_zh}")
