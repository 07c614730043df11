"""Road signs drawn by ourselves: one picture for each of the signs that we can draw.

The numbers are the classes of the German Traffic Sign Recognition Benchmark (Stallkamp et al.
2012), which the picture encoder learns; the shapes follow the Vienna Convention on Road Signs.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

CANVAS = 256
"""Signs are drawn this large, and scaled down where they are put into a picture."""
RED, BLUE, YELLOW = (190, 24, 32), (20, 80, 165), (240, 190, 20)
WHITE, BLACK, GREY = (242, 242, 240), (20, 20, 22), (130, 130, 132)

Points = list[tuple[float, float]]


class Sign(IntEnum):
    """The signs that can be drawn."""

    SPEED_LIMIT_20 = 0
    SPEED_LIMIT_30 = 1
    SPEED_LIMIT_50 = 2
    SPEED_LIMIT_60 = 3
    SPEED_LIMIT_70 = 4
    SPEED_LIMIT_80 = 5
    END_OF_SPEED_LIMIT_80 = 6
    SPEED_LIMIT_100 = 7
    SPEED_LIMIT_120 = 8
    NO_OVERTAKING = 9
    RIGHT_OF_WAY = 11
    PRIORITY_ROAD = 12
    GIVE_WAY = 13
    STOP = 14
    NO_VEHICLES = 15
    NO_ENTRY = 17
    DANGER = 18
    CURVE_LEFT = 19
    CURVE_RIGHT = 20
    ROAD_NARROWS = 24
    TRAFFIC_SIGNALS = 26
    END_OF_LIMITS = 32
    TURN_RIGHT = 33
    TURN_LEFT = 34
    AHEAD_ONLY = 35
    AHEAD_OR_RIGHT = 36
    AHEAD_OR_LEFT = 37
    KEEP_RIGHT = 38
    KEEP_LEFT = 39
    END_OF_NO_OVERTAKING = 41


@cache
def draw(sign: Sign) -> NDArray[np.uint8]:
    """(256, 256, 4) uint8: red, green, blue, and how much hides what is behind. Not to be written
    to."""
    image = Image.new("RGBA", (CANVAS, CANVAS), (0, 0, 0, 0))
    _PAINTERS[sign](ImageDraw.Draw(image))
    picture = np.asarray(image)
    picture.flags.writeable = False
    return picture


def _disc(pen: ImageDraw.ImageDraw, colour: tuple[int, int, int], radius: float) -> None:
    middle = CANVAS / 2
    pen.ellipse([middle - radius, middle - radius, middle + radius, middle + radius], fill=colour)


def _triangle(pen: ImageDraw.ImageDraw, upside_down: bool = False) -> None:
    outer, inner = [(128, 12), (250, 228), (6, 228)], [(128, 58), (212, 206), (44, 206)]
    if upside_down:
        outer, inner = _flipped(outer), _flipped(inner)
    pen.polygon(outer, fill=RED)
    pen.polygon(inner, fill=WHITE)


def _flipped(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(x, CANVAS - y) for x, y in points]


def _write(
    pen: ImageDraw.ImageDraw, words: str, size: int, colour: tuple[int, int, int], y: int = 128
) -> None:
    font = ImageFont.load_default(size)
    pen.text((128, y), words, fill=colour, font=font, anchor="mm", stroke_width=size // 22)


# -- round signs ---------------------------------------------------------------------------------


def _ring(pen: ImageDraw.ImageDraw) -> None:
    _disc(pen, WHITE, 124)
    _disc(pen, RED, 118)
    _disc(pen, WHITE, 88)


def _limit(speed: int) -> Callable[[ImageDraw.ImageDraw], None]:
    def paint(pen: ImageDraw.ImageDraw) -> None:
        _ring(pen)
        _write(pen, str(speed), 112 if speed < 100 else 88, BLACK)

    return paint


def _end_of(pen: ImageDraw.ImageDraw) -> None:
    _disc(pen, GREY, 122)
    _disc(pen, WHITE, 114)


def _stripes(pen: ImageDraw.ImageDraw) -> None:
    for aside in (-22, -8, 6, 20):
        pen.line([(42 + aside, 208 + aside), (208 + aside, 42 + aside)], fill=BLACK, width=6)


def _end_of_80(pen: ImageDraw.ImageDraw) -> None:
    _end_of(pen)
    _write(pen, "80", 112, GREY)
    _stripes(pen)


def _end_of_limits(pen: ImageDraw.ImageDraw) -> None:
    _end_of(pen)
    _stripes(pen)


def _car(pen: ImageDraw.ImageDraw, x: int, colour: tuple[int, int, int]) -> None:
    pen.rounded_rectangle([x - 34, 118, x + 34, 146], 8, fill=colour)
    pen.rounded_rectangle([x - 20, 98, x + 20, 126], 8, fill=colour)
    for wheel in (x - 20, x + 20):
        pen.ellipse([wheel - 9, 138, wheel + 9, 156], fill=colour)


def _no_overtaking(pen: ImageDraw.ImageDraw) -> None:
    _ring(pen)
    _car(pen, 90, RED)
    _car(pen, 166, BLACK)


def _end_of_no_overtaking(pen: ImageDraw.ImageDraw) -> None:
    _end_of(pen)
    _car(pen, 90, GREY)
    _car(pen, 166, GREY)
    _stripes(pen)


def _no_entry(pen: ImageDraw.ImageDraw) -> None:
    _disc(pen, WHITE, 124)
    _disc(pen, RED, 118)
    pen.rectangle([44, 108, 212, 148], fill=WHITE)


def _octagon(radius: float) -> Points:
    angles = np.pi / 8 + np.arange(8) * np.pi / 4
    return [(128 + radius * float(np.cos(a)), 128 + radius * float(np.sin(a))) for a in angles]


def _stop(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon(_octagon(128), fill=WHITE)
    pen.polygon(_octagon(120), fill=RED)
    _write(pen, "STOP", 78, WHITE)


def _priority_road(pen: ImageDraw.ImageDraw) -> None:
    for half, colour in ((122, BLACK), (118, WHITE), (80, YELLOW)):
        around = [(128, 128 - half), (128 + half, 128), (128, 128 + half), (128 - half, 128)]
        pen.polygon(around, fill=colour)


# -- blue signs ----------------------------------------------------------------------------------


def _arrow(pen: ImageDraw.ImageDraw, way: Points, width: int = 28) -> None:
    """A line along `way` that ends in an arrowhead."""
    pen.line(way, fill=WHITE, width=width, joint="curve")
    (x0, y0), (x1, y1) = way[-2:]
    along = np.array([x1 - x0, y1 - y0]) / np.hypot(x1 - x0, y1 - y0)
    across = np.array([-along[1], along[0]])
    tip = np.array([x1, y1]) + along * width * 1.3
    sides = [np.array([x1, y1]) + across * side * width * 1.15 for side in (1, -1)]
    pen.polygon([tuple(tip), *(tuple(side) for side in sides)], fill=WHITE)


def _blue(*ways: Points) -> Callable[[ImageDraw.ImageDraw], None]:
    def paint(pen: ImageDraw.ImageDraw) -> None:
        _disc(pen, WHITE, 124)
        _disc(pen, BLUE, 118)
        for way in ways:
            _arrow(pen, way)

    return paint


def _mirrored(way: Points) -> Points:
    return [(CANVAS - x, y) for x, y in way]


_TO_THE_RIGHT: Points = [(84, 206), (84, 128), (150, 128)]
_STRAIGHT_ON: Points = [(128, 214), (128, 86)]
_AHEAD_LEFT_OF: Points = [(96, 214), (96, 86)]
_BRANCH_RIGHT: Points = [(96, 170), (96, 140), (158, 140)]
_DOWN_RIGHT: Points = [(66, 66), (152, 152)]


# -- triangles -----------------------------------------------------------------------------------


def _give_way(pen: ImageDraw.ImageDraw) -> None:
    _triangle(pen, upside_down=True)


def _danger(pen: ImageDraw.ImageDraw) -> None:
    _triangle(pen)
    pen.polygon([(114, 92), (142, 92), (136, 162), (120, 162)], fill=BLACK)
    pen.ellipse([116, 172, 140, 196], fill=BLACK)


def _right_of_way(pen: ImageDraw.ImageDraw) -> None:
    _triangle(pen)
    pen.polygon([(128, 84), (146, 116), (110, 116)], fill=BLACK)
    pen.rectangle([119, 112, 137, 200], fill=BLACK)
    pen.rectangle([88, 152, 168, 164], fill=BLACK)


def _curve(to_the_left: bool) -> Callable[[ImageDraw.ImageDraw], None]:
    way: Points = [(148, 198), (148, 152), (106, 130)]

    def paint(pen: ImageDraw.ImageDraw) -> None:
        _triangle(pen)
        points = way if to_the_left else _mirrored(way)
        pen.line(points, fill=BLACK, width=18, joint="curve")
        head: Points = [(84, 118), (118, 104), (104, 148)]
        pen.polygon(head if to_the_left else _mirrored(head), fill=BLACK)

    return paint


def _narrows(pen: ImageDraw.ImageDraw) -> None:
    _triangle(pen)
    for side in (-1, 1):
        way = [(128 + side * x, y) for x, y in ((38, 200), (38, 168), (14, 138), (14, 96))]
        pen.line(way, fill=BLACK, width=14, joint="curve")


def _signals(pen: ImageDraw.ImageDraw) -> None:
    _triangle(pen)
    pen.rounded_rectangle([108, 96, 148, 200], 10, fill=BLACK)
    for y, colour in ((114, RED), (148, YELLOW), (182, (30, 140, 70))):
        pen.ellipse([115, y - 13, 141, y + 13], fill=colour)


_PAINTERS: dict[Sign, Callable[[ImageDraw.ImageDraw], None]] = {
    Sign.SPEED_LIMIT_20: _limit(20),
    Sign.SPEED_LIMIT_30: _limit(30),
    Sign.SPEED_LIMIT_50: _limit(50),
    Sign.SPEED_LIMIT_60: _limit(60),
    Sign.SPEED_LIMIT_70: _limit(70),
    Sign.SPEED_LIMIT_80: _limit(80),
    Sign.END_OF_SPEED_LIMIT_80: _end_of_80,
    Sign.SPEED_LIMIT_100: _limit(100),
    Sign.SPEED_LIMIT_120: _limit(120),
    Sign.NO_OVERTAKING: _no_overtaking,
    Sign.RIGHT_OF_WAY: _right_of_way,
    Sign.PRIORITY_ROAD: _priority_road,
    Sign.GIVE_WAY: _give_way,
    Sign.STOP: _stop,
    Sign.NO_VEHICLES: _ring,
    Sign.NO_ENTRY: _no_entry,
    Sign.DANGER: _danger,
    Sign.CURVE_LEFT: _curve(True),
    Sign.CURVE_RIGHT: _curve(False),
    Sign.ROAD_NARROWS: _narrows,
    Sign.TRAFFIC_SIGNALS: _signals,
    Sign.END_OF_LIMITS: _end_of_limits,
    Sign.TURN_RIGHT: _blue(_TO_THE_RIGHT),
    Sign.TURN_LEFT: _blue(_mirrored(_TO_THE_RIGHT)),
    Sign.AHEAD_ONLY: _blue(_STRAIGHT_ON),
    Sign.AHEAD_OR_RIGHT: _blue(_AHEAD_LEFT_OF, _BRANCH_RIGHT),
    Sign.AHEAD_OR_LEFT: _blue(_mirrored(_AHEAD_LEFT_OF), _mirrored(_BRANCH_RIGHT)),
    Sign.KEEP_RIGHT: _blue(_DOWN_RIGHT),
    Sign.KEEP_LEFT: _blue(_mirrored(_DOWN_RIGHT)),
    Sign.END_OF_NO_OVERTAKING: _end_of_no_overtaking,
}
