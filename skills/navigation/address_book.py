"""Home, work, favourites and where the car was parked: what a person has saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cabin_agent.sdk import Cabin

from .places import Known, Point, from_payload, named, saved_as

KEY = "places"
HOME, WORK, PARKED = "home", "work", "parked"
MAX_FAVOURITES = 200


class BookFull(Exception):
    """No more favourites fit."""


class AddressBook:
    """The places a skill's storage keeps: home, work, parked, and favourites by name."""

    def __init__(self, cabin: Cabin) -> None:
        self._storage = cabin.storage
        self._kept: dict[str, Any] = cabin.storage.get(KEY, {})

    def home(self) -> Known:
        return self._own(HOME, "Home")

    def work(self) -> Known:
        return self._own(WORK, "Work")

    def parked(self) -> Known | None:
        point = self._kept.get(PARKED)
        return None if point is None else Known("the car", "停车位置", tuple(point), (), PARKED)

    def favourites(self) -> tuple[Known, ...]:
        rows = self._kept.get("favourites", {})
        return tuple(saved_as(name, tuple(point)) for name, point in rows.items())

    def save(self, key: str, point: Point) -> None:
        """`key` is home, work or parked."""
        self._set({**self._kept, key: list(point)})

    def add_favourite(self, name: str, point: Point) -> None:
        rows = dict(self._kept.get("favourites", {}))
        if len(rows) >= MAX_FAVOURITES and name not in rows:
            raise BookFull
        self._set({**self._kept, "favourites": {**rows, name: list(point)}})

    def take(self, payload: Mapping[str, Any]) -> None:
        """What the head unit knows: home, work and favourites; the rest stays."""
        kept = dict(self._kept)
        for key in (HOME, WORK):
            point = from_payload(payload, key)
            if point is not None:
                kept[key] = list(point)
        favourites = payload.get("favourites")
        if isinstance(favourites, Mapping):
            points = {
                str(n): from_payload(favourites, n) for n in list(favourites)[:MAX_FAVOURITES]
            }
            kept["favourites"] = {name: list(point) for name, point in points.items() if point}
        self._set(kept)

    def _own(self, key: str, name: str) -> Known:
        known = named(name)
        return known.moved(*self._kept[key]) if key in self._kept else known

    def _set(self, kept: dict[str, Any]) -> None:
        self._storage.set(KEY, kept)
        self._kept = kept
