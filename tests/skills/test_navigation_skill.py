"""Navigation beyond a destination: names that sound alike, stops, saved places, route and map."""

from __future__ import annotations

from typing import Any

import pytest

from cabin_agent.sdk import Language
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.storage import Home
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status
from skills.navigation.places import find

REGISTRY = load()
NAVI = "Vehicle.Cabin.Infotainment.Navigation.DestinationSet"
MUNICH = {
    "Vehicle.CurrentLocation.Latitude": 48.137,
    "Vehicle.CurrentLocation.Longitude": 11.576,
    "Vehicle.CurrentLocation.Altitude": 519.0,
}


async def car(home: Home | None = None) -> TestCar:
    return await TestCar.parked(REGISTRY, MUNICH, home=home)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("munich", "Munich"),
        ("the munich airport", "Munich airport"),
        ("saltsburg", "Salzburg"),
        ("noyschwanstein", "Neuschwanstein castle"),
        ("外滩", "the Bund"),
        ("歪滩", "the Bund"),
        ("红桥火车站", "Hongqiao station"),
        ("南晶", "Nanjing"),
        ("慕尼黑", "Munich"),
    ],
)
def test_a_place_is_found_by_its_letters_and_by_its_sound(said: str, meant: str) -> None:
    found = find(said)
    assert found is not None
    assert found.en == meant


@pytest.mark.parametrize("said", ["qwertz", "某个地方", "x"])
def test_no_place_is_made_up(said: str) -> None:
    assert find(said) is None


async def test_stops_are_added_told_and_taken_out() -> None:
    trip = await car()
    await trip.ask("navigation.navigate", place="salzburg")
    added = await trip.ask("navigation.add_stop", place="marienplatz")
    assert added.said == "Via Marienplatz to Salzburg."
    assert added.events[0].payload["stops"][0]["name"] == "Marienplatz"
    again = await trip.ask("navigation.add_stop", place="充电站", language=Language.MANDARIN)
    assert again.said.startswith("途经林登广场充电站")
    assert [s["name"] for s in again.events[0].payload["stops"]] == [
        "Marienplatz",
        "Lindenplatz charging park",
    ]
    left = await trip.ask("navigation.remove_stop", place="marienplatz")
    assert left.said == "Still via Lindenplatz charging park."
    none = await trip.ask("navigation.remove_stop", words="remove all stops")
    assert none.events[0].payload == {"stops": []}
    assert (await trip.ask("navigation.remove_stop")).said == "There is no stop on the route."


async def test_a_stop_makes_the_way_longer() -> None:
    trip = await car()
    await trip.ask("navigation.navigate", place="salzburg")
    direct = (await trip.ask("navigation.eta")).said
    await trip.ask("navigation.add_stop", place="augsburg")
    detour = (await trip.ask("navigation.eta")).said
    assert direct == "About 151 kilometres to Salzburg, roughly 2 hours 6 minutes."
    assert int(detour.split()[1]) > 250


async def test_a_stop_without_a_destination_is_the_destination() -> None:
    done = await (await car()).ask("navigation.add_stop", place="augsburg")
    assert done.signals[f"{NAVI}.Latitude"] == 48.371
    assert done.events[0].name == "navigation.destination"


async def test_a_new_destination_forgets_the_stops() -> None:
    trip = await car()
    await trip.ask("navigation.navigate", place="salzburg")
    await trip.ask("navigation.add_stop", place="augsburg")
    await trip.ask("navigation.navigate", place="nuremberg")
    assert (await trip.ask("navigation.remove_stop")).said == "There is no stop on the route."


async def test_home_is_where_one_says_and_survives_a_restart(tmp_path: Any) -> None:
    first = await car(Home(tmp_path))
    saved = await first.ask("navigation.save_place", words="i live in augsburg", place="augsburg")
    assert saved.said == "Saved: home is Augsburg."
    later = await car(Home(tmp_path))
    assert (await later.ask("navigation.home")).signals == {
        f"{NAVI}.Latitude": 48.371,
        f"{NAVI}.Longitude": 10.898,
    }


async def test_here_is_work_and_here_is_the_car() -> None:
    trip = await car()
    saved = await trip.ask(
        "navigation.save_place", words="把这里设为公司", language=Language.MANDARIN
    )
    assert saved.said == "已保存，公司设为这里"
    await trip.ask("navigation.save_place", words="remember where i parked")
    await trip.set({"Vehicle.CurrentLocation.Latitude": 48.5})
    assert (await trip.ask("navigation.work")).signals[f"{NAVI}.Latitude"] == 48.137
    assert (await trip.ask("navigation.navigate", place="my car")).signals[f"{NAVI}.Latitude"] == (
        48.137
    )


async def test_an_address_that_was_not_said_is_asked_for() -> None:
    asked = await (await car()).ask("navigation.save_place", words="设置公司地址")
    assert asked.outcome.asks
    assert asked.outcome.asked is not None
    assert asked.outcome.asked.slot == "place"


async def test_favourites_are_found_again() -> None:
    trip = await car()
    await trip.ask("navigation.save_place", words="save this place")
    await trip.set({"Vehicle.CurrentLocation.Latitude": 48.9})
    done = await trip.ask("navigation.navigate", place="favourite 1")
    assert done.signals[f"{NAVI}.Latitude"] == 48.137


async def test_the_head_unit_tells_home_and_favourites_and_nonsense_is_left_out() -> None:
    trip = await car()
    await trip.inform(
        "places",
        {
            "home": {"latitude": 47.0, "longitude": 11.0},
            "work": {"latitude": 470, "longitude": "east"},
            "favourites": {"grandma": {"latitude": 46.0, "longitude": 10.0}, "broken": 3},
        },
    )
    assert (await trip.ask("navigation.home")).signals[f"{NAVI}.Latitude"] == 47.0
    assert (await trip.ask("navigation.work")).signals[f"{NAVI}.Latitude"] == 48.1771
    assert (await trip.ask("navigation.navigate", place="grandma")).signals[
        f"{NAVI}.Latitude"
    ] == 46.0


@pytest.mark.parametrize(
    ("intent", "words", "payload", "said"),
    [
        ("route", "avoid toll roads please", {"preference": "avoid_tolls"}, "avoiding tolls"),
        ("route", "不上高速行吗", {"preference": "avoid_motorways"}, "motorways"),
        ("route", "走高速", {"preference": "allow_motorways"}, "motorway"),
        ("route", "get around this traffic", {"preference": "avoid_traffic"}, "traffic"),
        ("route", "选第二条路线", {"preference": "alternative"}, "another route"),
        ("route", "走最近的路", {"preference": "shortest"}, "shortest"),
        ("map", "zoom in on the map", {"command": "zoom_in"}, "Zooming in"),
        ("map", "缩小地图", {"command": "zoom_out"}, "Zooming out"),
        ("map", "看全程", {"command": "overview"}, "whole route"),
        ("map", "关闭路况", {"command": "traffic_off"}, "Traffic hidden"),
        ("map", "show the map", {"command": "show"}, "map"),
    ],
)
async def test_route_and_map_are_the_head_units(
    intent: str, words: str, payload: dict[str, str], said: str
) -> None:
    done = await (await car()).ask(f"navigation.{intent}", words=words)
    assert not done.signals
    assert [event.payload for event in done.events] == [payload]
    assert said in done.said


async def test_a_route_wish_that_says_nothing_is_asked_back() -> None:
    assert (await (await car()).ask("navigation.route", words="the route")).outcome.asks


@pytest.mark.parametrize(
    ("words", "person", "said", "event"),
    [
        ("where are we", "", "We are near Munich.", None),
        ("how high are we", "", "We are 519 metres high.", None),
        (
            "what is the speed limit here",
            "",
            "We are near Munich. I've asked the map, live data isn't mine.",
            "navigation.ask",
        ),
        (
            "share my location with anna",
            "anna",
            "Sending our position to anna.",
            "navigation.share",
        ),
    ],
)
async def test_what_is_asked_about_the_road(
    words: str, person: str, said: str, event: str | None
) -> None:
    slots = {"person": person} if person else {}
    done = await (await car()).ask("navigation.info", words=words, **slots)
    assert done.outcome.status is Status.DONE
    assert done.said == said
    assert [e.name for e in done.events] == ([event] if event else [])
