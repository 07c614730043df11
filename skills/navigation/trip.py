"""The trip that is being driven, and the places it goes to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cabin_agent.sdk import Cabin, Said, number

from .address_book import AddressBook
from .places import Known, Point, find

NAVIGATION = "Vehicle.Cabin.Infotainment.Navigation"
LATITUDE = f"{NAVIGATION}.DestinationSet.Latitude"
LONGITUDE = f"{NAVIGATION}.DestinationSet.Longitude"
HERE = "Vehicle.CurrentLocation"
REACH_KM = 60.0


@dataclass(slots=True)
class Trip:
    """Where we are going, and what comes before."""

    destination: Known | None = None
    stops: tuple[Known, ...] = ()


async def go(cabin: Cabin, trip: Trip, place: Known, en: str = "", zh: str = "") -> Said:
    """Set a new destination; the stops of the old one are forgotten."""
    latitude, longitude = place.point
    await cabin.actuate({LATITUDE: latitude, LONGITUDE: longitude})
    trip.destination, trip.stops = place, ()
    cabin.event("navigation.destination", payload(place))
    return cabin.say(f"On the way to {place.en}{en}.", f"开始导航去{place.zh}{zh}")


def tell_stops(cabin: Cabin, trip: Trip) -> None:
    cabin.event("navigation.stops", {"stops": [payload(stop) for stop in trip.stops]})


def known(cabin: Cabin, place: str) -> Known | None:
    """The place meant: one of our own, or one of the index."""
    book = AddressBook(cabin)
    own = (book.home(), book.work(), *book.favourites())
    if re.fullmatch(r"(to )?(my |the )?car|where i parked.*|停车位置|我的车|车", place.lower()):
        return book.parked()
    return find(place, own)


def payload(place: Known) -> dict[str, Any]:
    latitude, longitude = place.point
    return {
        "name": place.en,
        "name_zh": place.zh,
        "latitude": latitude,
        "longitude": longitude,
    }


async def here(cabin: Cabin) -> Point:
    return await number(cabin, f"{HERE}.Latitude"), await number(cabin, f"{HERE}.Longitude")
