"""What the cameras see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulator.cameras.cabin_layout import Gaze, Place
from simulator.cameras.road_signs import Sign
from simulator.language.people import SEATS
from simulator.yaml_reader import Node
from vehicle_bus.values import Zone

FRAME_KEYS = ("cabin", "road")
FIGURE_KEYS = ("points_at", "looks", "asleep", "child", "child_seat")
ROAD_KEYS = ("sign", "light", "fog")
PLACES: Mapping[str, Place] = {str(place): place for place in Place}
GAZES: Mapping[str, Gaze] = {str(gaze): gaze for gaze in Gaze}
SIGNS: Mapping[str, Sign] = {sign.name.lower(): sign for sign in Sign}
PICTURES = (".png", ".jpg", ".jpeg")
PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A person as the cabin camera sees them."""

    points_at: Place | None = None
    looks: Gaze | None = None
    asleep: bool = False
    child: bool = False
    child_seat: bool = False


@dataclass(frozen=True, slots=True)
class CabinView:
    """People by seat, or a picture from a `file`."""

    figures: Mapping[Zone, Figure] = field(default_factory=dict)
    file: Path | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class RoadView:
    """A `sign` beside the road or none, or a picture from a `file`; `light` and `fog` 0..1."""

    sign: Sign | None = None
    light: float = 0.9
    fog: float = 0.0
    file: Path | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Views:
    """What the cameras see from now on; None: as before."""

    cabin: CabinView | None = None
    road: RoadView | None = None


def views(node: Node) -> Views:
    keys = node.fields(FRAME_KEYS)
    if not keys:
        node.fail("no camera sees anything", "add cabin or road")
    return Views(
        _cabin(keys["cabin"]) if "cabin" in keys else None,
        _road(keys["road"]) if "road" in keys else None,
    )


def _cabin(node: Node) -> CabinView:
    if not node.is_mapping():
        return CabinView(file=_picture(node), place=node.place)
    figures = {SEATS[seat.choice(SEATS)]: _figure(who) for seat, who in node.entries()}
    return CabinView(figures, place=node.place)


def _figure(node: Node) -> Figure:
    keys = node.fields(FIGURE_KEYS)
    flags = {key: key in keys and keys[key].flag() for key in ("asleep", "child", "child_seat")}
    points_at = PLACES[keys["points_at"].choice(PLACES)] if "points_at" in keys else None
    looks = GAZES[keys["looks"].choice(GAZES)] if "looks" in keys else None
    if flags["asleep"] and (points_at or looks):
        keys["asleep"].fail("who sleeps neither points nor looks", "keep one")
    if flags["child_seat"] and not flags["child"]:
        keys["child_seat"].fail("a child sits in it", "add 'child: true'")
    return Figure(points_at, looks, **flags)


def _road(node: Node) -> RoadView:
    if not node.is_mapping():
        return RoadView(file=_picture(node), place=node.place)
    keys = node.fields(ROAD_KEYS)
    sign = SIGNS[keys["sign"].choice(SIGNS)] if "sign" in keys else None
    light = keys["light"].number(0, 100, "percent") if "light" in keys else 90.0
    fog = keys["fog"].number(0, 100, "percent") if "fog" in keys else 0.0
    return RoadView(sign, light / PERCENT, fog / PERCENT, place=node.place)


def _picture(node: Node) -> Path:
    file = Path(node.file).parent / node.text()
    if file.suffix.lower() not in PICTURES:
        node.fail(f"{file.name!r} is no picture", f"name one that ends in {', '.join(PICTURES)}")
    if not file.is_file():
        node.fail(f"no such file: {file}", "give a path relative to the scenario")
    return file
