"""Solid shapes in metres: x forward, y left, z up, the origin on the floor between the front seats.

Colours are red, green, blue in 0..1. A frame is a 3x3 matrix whose columns are its axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]
Frame = NDArray[np.float64]
Colour = tuple[float, float, float]

UP = np.array([0.0, 0.0, 1.0])
FORWARD = np.array([1.0, 0.0, 0.0])
LEFT = np.array([0.0, 1.0, 0.0])
LEVEL: Frame = np.eye(3)


class Kind(Enum):
    ELLIPSOID = "ellipsoid"
    CAPSULE = "capsule"
    CYLINDER = "cylinder"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class Shape:
    """One solid. `size`: radii, half edges, or (radius, radius, half length along z).

    `glow` is the light it gives by itself, 0..1; `tag` tells whose it is (0: nobody's).
    """

    kind: Kind
    centre: Vector
    size: Vector
    frame: Frame
    colour: Colour
    glow: float = 0.0
    shine: float = 0.1
    tag: int = 0


def vector(*numbers: float) -> Vector:
    return np.array(numbers, dtype=np.float64)


def unit(direction: ArrayLike) -> Vector:
    """The direction with length 1."""
    along = np.asarray(direction, dtype=np.float64)
    return np.asarray(along / max(float(np.linalg.norm(along)), 1e-9), dtype=np.float64)


def facing(direction: ArrayLike, up: ArrayLike = UP) -> Frame:
    """The frame whose x axis is `direction` and whose z axis is as near `up` as can be."""
    x = unit(direction)
    side = _cross(np.asarray(up, dtype=np.float64), x)
    y = unit(side if np.linalg.norm(side) > 1e-6 else _cross(FORWARD, x))
    return np.array([x, y, _cross(x, y)]).T


def _cross(a: Vector, b: Vector) -> Vector:
    """As np.cross, which takes most of the time to build a scene."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])


def turned(frame: Frame, yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Frame:
    """`frame` turned in its own axes, radians: yaw left, pitch down, roll right."""
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    cr, sr = np.cos(roll), np.sin(roll)
    about_z = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    about_y = np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    about_x = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    return np.asarray(frame @ about_z @ about_y @ about_x, dtype=np.float64)


def ellipsoid(
    centre: ArrayLike, radii: ArrayLike, colour: Colour, frame: Frame = LEVEL, tag: int = 0
) -> Shape:
    where, size = np.asarray(centre, np.float64), np.asarray(radii, np.float64)
    return Shape(Kind.ELLIPSOID, where, size, frame, colour, tag=tag)


def box(
    centre: ArrayLike,
    half: ArrayLike,
    colour: Colour,
    frame: Frame = LEVEL,
    glow: float = 0.0,
    shine: float = 0.1,
) -> Shape:
    where, size = np.asarray(centre, np.float64), np.asarray(half, np.float64)
    return Shape(Kind.BOX, where, size, frame, colour, glow, shine)


def rod(
    start: ArrayLike,
    end: ArrayLike,
    radius: float,
    colour: Colour,
    kind: Kind = Kind.CAPSULE,
    tag: int = 0,
) -> Shape:
    """A round bar from `start` to `end`."""
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    half = max(float(np.linalg.norm(b - a)) / 2.0, 1e-4)
    x, y, z = facing(b - a, FORWARD if abs(unit(b - a)[2]) > 0.9 else UP).T
    size = np.array([radius, radius, half])
    return Shape(kind, (a + b) / 2.0, size, np.column_stack([y, z, x]), colour, tag=tag)
