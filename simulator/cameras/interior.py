"""The cabin around the people as solid shapes: seats, doors, roof, what is outside, luggage."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator.cameras.cabin_layout import FRONT, HIPS, REAR, Seat
from simulator.cameras.pose import WHEEL_RADIUS, wheel_centre
from simulator.cameras.scene import CabinScene
from simulator.cameras.shapes import (
    LEVEL,
    Colour,
    Frame,
    Shape,
    Vector,
    box,
    ellipsoid,
    rod,
    turned,
    vector,
)

RECLINE = -0.3
WHEEL_SPOKES = 14


@dataclass(frozen=True, slots=True)
class Trim:
    """The colours of one car."""

    seats: Colour
    doors: Colour
    roof: Colour
    glass_roof: bool


def trim(random: np.random.Generator) -> Trim:
    def dull(low: float, high: float) -> Colour:
        value = random.uniform(low, high)
        return colorsys.hsv_to_rgb(random.uniform(0.02, 0.15), random.uniform(0, 0.35), value)

    return Trim(dull(0.06, 0.75), dull(0.06, 0.5), dull(0.3, 0.9), bool(random.random() < 0.4))


def shapes(scene: CabinScene, colours: Trim, random: np.random.Generator) -> list[Shape]:
    """Everything but the people."""
    built = [*_outside(scene.light, random), *_body(colours, random)]
    for seat in Seat:
        built += _seat(seat, colours, random)
    built += _wheel(0.37 if scene.driver_on_left else -0.37)
    in_child_seats = {each.seat for each in scene.occupants if each.child_seat}
    for seat in Seat:
        if seat in in_child_seats or seat in scene.empty_child_seats:
            built += _child_seat(seat, random)
    for seat in scene.things:
        built += _luggage(seat, random)
    return built


def _outside(light: float, random: np.random.Generator) -> list[Shape]:
    """Sky, ground, houses and trees seen through the glass; they glow with the daylight."""
    day = float(np.clip(light * 1.2, 0.0, 1.0))
    tint = random.uniform(0.7, 1.0)
    sky = (0.62 * tint * day, 0.74 * tint * day, 0.9 * day)
    ground = random.uniform(0.15, 0.4) * day
    built = [
        box((0, 0, 7), (30, 30, 0.1), sky, glow=day),
        box((0, 0, -0.8), (30, 30, 0.1), (ground, ground, ground * 0.95), glow=day * 0.5),
    ]
    for direction in range(8):
        angle = direction * np.pi / 4 + random.uniform(-0.3, 0.3)
        distance = random.uniform(6, 20)
        where = vector(np.cos(angle) * distance, np.sin(angle) * distance, random.uniform(0, 2.5))
        colour = colorsys.hsv_to_rgb(random.random(), random.uniform(0, 0.5), 0.8 * day)
        half = (random.uniform(0.5, 4), random.uniform(0.5, 4), random.uniform(1, 4))
        built.append(box(where, half, colour, glow=day * random.uniform(0.3, 0.8)))
    for side in (1.0, -1.0):
        built.append(box((0, side * 26, 3), (30, 0.1, 5), sky, glow=day))
    built.append(box((-26, 0, 3), (0.1, 30, 5), sky, glow=day))
    return built


def _body(colours: Trim, random: np.random.Generator) -> list[Shape]:
    sill = random.uniform(0.74, 0.80)
    roof = 1.27
    built = []
    for side in (1.0, -1.0):
        y = side * 0.73
        built.append(box((-0.4, y, sill / 2), (1.2, 0.03, sill / 2), colours.doors))
        built.append(box((-0.4, side * 0.69, sill - 0.06), (0.9, 0.05, 0.03), colours.doors))
        built.append(rod((0.55, y, sill), (0.2, side * 0.66, roof), 0.04, colours.roof))
        built.append(rod((-0.47, y, sill), (-0.5, side * 0.68, roof), 0.05, colours.doors))
        built.append(rod((-1.45, y, sill), (-1.25, side * 0.66, roof), 0.08, colours.roof))
        built.append(box((-0.5, side * 0.68, roof), (0.9, 0.06, 0.03), colours.roof))
    if colours.glass_roof:
        built.append(box((0.1, 0, roof), (0.2, 0.68, 0.02), colours.roof))
        built.append(box((-1.15, 0, roof), (0.35, 0.68, 0.02), colours.roof))
        built += [box((-0.5, y, roof), (0.5, 0.1, 0.02), colours.roof) for y in (0.58, -0.58)]
    else:
        built.append(box((-0.6, 0, roof), (0.9, 0.68, 0.02), colours.roof))
    built.append(box((-1.5, 0, 0.78), (0.2, 0.72, 0.02), colours.doors))
    built.append(box((0.0, 0.0, 0.4), (0.35, 0.09, 0.08), colours.doors))
    built.append(box((-0.3, 0, 0.0), (1.3, 0.75, 0.02), (0.07, 0.07, 0.07)))
    return built


def _backrest(hip: Vector, lean: float) -> tuple[Vector, Frame]:
    """Where the backrest begins, and its frame (z along it)."""
    return hip + vector(-0.16, 0.0, -0.06), turned(LEVEL, pitch=lean)


def _seat(seat: Seat, colours: Trim, random: np.random.Generator) -> list[Shape]:
    hip = HIPS[seat] + (vector(random.uniform(-0.08, 0.06), 0, 0) if seat in FRONT else 0.0)
    wide = 0.24 if seat in FRONT else 0.22
    foot, frame = _backrest(hip, RECLINE + random.uniform(-0.08, 0.08))
    up = frame[:, 2]
    built = [
        box(hip + vector(0.1, 0, -0.15), (0.26, wide, 0.07), colours.seats),
        box(foot + up * 0.3, (0.055, wide - 0.02, 0.27), colours.seats, frame),
        ellipsoid(foot + up * 0.5, (0.06, wide - 0.03, 0.09), colours.seats, frame),
    ]
    if seat in FRONT or random.random() < 0.7:
        raised = 0.68 if seat in FRONT else 0.62
        built.append(ellipsoid(foot + up * raised, (0.05, 0.13, 0.09), colours.seats, frame))
    if seat in FRONT:
        darker = (colours.seats[0] * 0.8, colours.seats[1] * 0.8, colours.seats[2] * 0.8)
        for side in (1.0, -1.0):
            bolster = foot + up * 0.28 + vector(0.05, side * (wide - 0.02), 0)
            built.append(ellipsoid(bolster, (0.07, 0.04, 0.24), darker, frame))
    return built


def _wheel(y: float) -> list[Shape]:
    centre = wheel_centre(y)
    ring = []
    for step in range(WHEEL_SPOKES + 1):
        angle = 2 * np.pi * step / WHEEL_SPOKES
        out = vector(-0.35 * np.sin(angle), np.cos(angle), 0.94 * np.sin(angle))
        ring.append(centre + WHEEL_RADIUS * out)
    dark: Colour = (0.05, 0.05, 0.055)
    built = [rod(a, b, 0.016, dark) for a, b in pairwise(ring)]
    return [*built, ellipsoid(centre, (0.04, 0.07, 0.06), dark)]


def _child_seat(seat: Seat, random: np.random.Generator) -> list[Shape]:
    """A forward-facing shell with side wings and a harness."""
    hip = HIPS[seat] + vector(0.04, 0, 0.06)
    shell = _any_colour(random)
    lining = _any_colour(random)
    foot, frame = _backrest(hip + vector(0.02, 0, 0), -0.25)
    up = frame[:, 2]
    built = [
        box(hip + vector(0.12, 0, -0.08), (0.2, 0.2, 0.06), shell),
        box(foot + up * 0.32, (0.03, 0.19, 0.33), shell, frame),
        box(foot + up * 0.3 + vector(0.035, 0, 0), (0.01, 0.14, 0.27), lining, frame),
    ]
    for side in (1.0, -1.0):
        wing = foot + up * 0.5 + vector(0.09, side * 0.19, 0)
        built.append(box(wing, (0.1, 0.02, 0.13), shell, frame))
        built.append(box(hip + vector(0.1, side * 0.2, 0.02), (0.18, 0.02, 0.1), shell))
        top = foot + up * 0.5 + vector(0.06, side * 0.06, 0)
        built.append(rod(top, hip + vector(0.12, side * 0.02, 0.05), 0.014, (0.06, 0.06, 0.07)))
    return built


def _any_colour(random: np.random.Generator) -> Colour:
    return colorsys.hsv_to_rgb(random.random(), random.uniform(0, 0.9), random.uniform(0.1, 0.8))


def _luggage(seat: Seat, random: np.random.Generator) -> list[Shape]:
    hip = HIPS[seat] + vector(random.uniform(0.0, 0.12), random.normal(0, 0.04), 0)
    colour = _any_colour(random)
    frame = turned(LEVEL, yaw=random.uniform(-0.6, 0.6), pitch=random.uniform(-0.2, 0.2))
    high = random.uniform(0.07, 0.24)
    half = (random.uniform(0.08, 0.18), random.uniform(0.1, 0.2), high)
    where = hip + vector(0, 0, high - 0.06)
    if random.random() < 0.5:
        handle = where + vector(0, 0, high)
        side = frame[:, 1] * 0.07
        ring = rod(handle - side, handle + side + vector(0, 0, 0.04), 0.012, (0.1, 0.1, 0.1))
        return [box(where, half, colour, frame), ring]
    jacket = HIPS[seat] + vector(-0.08, 0, 0.3)
    if seat in REAR or random.random() < 0.5:
        return [ellipsoid(where, half, colour, frame)]
    return [ellipsoid(jacket, (0.09, 0.22, 0.28), colour, turned(LEVEL, pitch=RECLINE))]
