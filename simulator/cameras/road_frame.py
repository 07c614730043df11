"""What the road camera sees: a drawn road, and a sign beside it or none. Seeded, no renderer.

frame = road_frame(RoadScene(Sign.SPEED_LIMIT_50, light=0.3, seed=7))     # (240, 320, 3) uint8
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from simulator.cameras.road_signs import Sign, draw

WIDTH, HEIGHT = 320, 240
SMALLEST, LARGEST = 28, 84
"""How wide a sign is in the picture, in pixels."""

Colour = tuple[int, int, int]
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class RoadScene:
    """A road with `sign` beside it. `light`: 1 is noon, 0.15 the headlights at night; `weather`:
    0 is clear, 1 thick fog. `width` is the sign's, in pixels; None lets the seed decide, as it does
    for everything that nobody says: the land, the bend, where the sign stands, blur, noise."""

    sign: Sign | None = None
    light: float = 0.9
    weather: float = 0.0
    width: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.width is not None and not SMALLEST <= self.width <= LARGEST:
            raise ValueError(f"a sign is {SMALLEST} to {LARGEST} pixels wide, not {self.width}")


def road_scene(seed: int) -> RoadScene:
    """A made-up scene, the same for the same seed; one in six has no sign."""
    random = np.random.default_rng([seed, 1])
    signs = list(Sign)
    sign = signs[random.integers(len(signs))] if random.random() > 1 / 6 else None
    light = random.uniform(0.35, 1.0) if random.random() < 0.75 else random.uniform(0.15, 0.35)
    weather = random.uniform(0.1, 0.6) if random.random() < 0.2 else 0.0
    return RoadScene(sign, float(light), float(weather), seed=seed)


def road_frame(scene: RoadScene) -> Picture:
    """(240, 320, 3) uint8. The same scene gives the same picture."""
    random = np.random.default_rng([scene.seed, 2])
    image = _land(random)
    if scene.sign is not None:
        _put_sign(image, scene.sign, scene.width, random)
    return _taken(np.asarray(image, np.float32) / 255.0, scene, random)


# -- the land ------------------------------------------------------------------------------------


def _land(random: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(image)
    horizon = int(random.uniform(0.40, 0.55) * HEIGHT)
    _sky(pen, horizon, random)
    town = random.random() < 0.4
    pen.rectangle([0, horizon, WIDTH, HEIGHT], fill=_colour(random, (0.18, 0.35), (0.1, 0.5)))
    _far(pen, horizon, town, random)
    _road(pen, horizon, random)
    for _ in range(random.integers(0, 7)):
        _tree(pen, horizon, random)
    for _ in range(random.integers(0, 4)):
        _post(pen, horizon, random)
    if random.random() < 0.4:
        _car(pen, horizon, random)
    return image


def _colour(
    random: np.random.Generator, hue: tuple[float, float], saturation: tuple[float, float]
) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(
        random.uniform(*hue), random.uniform(*saturation), random.uniform(0.2, 0.8)
    )
    return int(red * 255), int(green * 255), int(blue * 255)


def _sky(pen: ImageDraw.ImageDraw, horizon: int, random: np.random.Generator) -> None:
    top = np.array(colorsys.hsv_to_rgb(random.uniform(0.52, 0.64), random.uniform(0, 0.5), 0.85))
    low = np.array(colorsys.hsv_to_rgb(random.uniform(0.05, 0.6), random.uniform(0, 0.2), 0.95))
    for y in range(horizon):
        share = y / horizon
        red, green, blue = (255 * (top * (1 - share) + low * share)).astype(int)
        pen.line([(0, y), (WIDTH, y)], fill=(int(red), int(green), int(blue)))


def _far(pen: ImageDraw.ImageDraw, horizon: int, town: bool, random: np.random.Generator) -> None:
    """Houses or hills along the horizon."""
    for _ in range(random.integers(3, 10)):
        x, width = random.uniform(-20, WIDTH), random.uniform(15, 90)
        high = random.uniform(5, 90 if town else 25)
        if town:
            fill = _colour(random, (0.0, 1.0), (0.0, 0.35))
            pen.rectangle([x, horizon - high, x + width, horizon + 4], fill=fill)
            _windows(pen, x, horizon - high, width, high, random)
        else:
            fill = _colour(random, (0.2, 0.42), (0.1, 0.5))
            pen.ellipse([x - width, horizon - high, x + width, horizon + high], fill=fill)


def _windows(
    pen: ImageDraw.ImageDraw,
    left: float,
    top: float,
    width: float,
    high: float,
    random: np.random.Generator,
) -> None:
    fill = _colour(random, (0.5, 0.7), (0.0, 0.3))
    for y in np.arange(top + 5, top + high - 6, 14):
        for x in np.arange(left + 4, left + width - 7, 12):
            pen.rectangle([x, y, x + 5, y + 8], fill=fill)


def _road(pen: ImageDraw.ImageDraw, horizon: int, random: np.random.Generator) -> None:
    vanishing = WIDTH / 2 + random.uniform(-60, 60)
    grey = int(random.uniform(60, 130))
    near = random.uniform(150, 260)
    middle = WIDTH / 2
    verge = [(vanishing - 2, horizon), (vanishing + 2, horizon)]
    pen.polygon([*verge, (middle + near, HEIGHT), (middle - near, HEIGHT)], fill=(grey,) * 3)
    for start in np.arange(0.05, 1.0, 0.22):
        ends = []
        for share in (start, start + 0.1):
            y = horizon + (HEIGHT - horizon) * share**2
            x = vanishing + (middle - vanishing) * share**2
            ends.append((x, y))
        pen.line(ends, fill=(225, 225, 220), width=max(1, int(6 * start)))
    for side in (-1, 1):
        pen.line(
            [(vanishing, horizon), (middle + side * near * 0.94, HEIGHT)],
            fill=(215, 215, 210),
            width=2,
        )


def _tree(pen: ImageDraw.ImageDraw, horizon: int, random: np.random.Generator) -> None:
    size = random.uniform(20, 90)
    x = random.uniform(0, WIDTH * 0.32) if random.random() < 0.5 else random.uniform(215, WIDTH)
    foot = horizon + size * 0.35
    trunk = _colour(random, (0.05, 0.1), (0.2, 0.5))
    pen.rectangle([x - size / 20, foot - size * 0.6, x + size / 20, foot], fill=trunk)
    leaves = _colour(random, (0.08, 0.42), (0.2, 0.7))
    for _ in range(6):
        dx, dy = random.normal(0, size / 5, 2)
        around = size * random.uniform(0.12, 0.28)
        at = (x + dx, foot - size * 0.8 + dy)
        pen.ellipse([at[0] - around, at[1] - around, at[0] + around, at[1] + around], fill=leaves)


def _post(pen: ImageDraw.ImageDraw, horizon: int, random: np.random.Generator) -> None:
    """A lamp post, or a board with nothing on it that is a sign."""
    x, high = random.uniform(0, WIDTH), random.uniform(30, 130)
    foot = horizon + high * 0.3
    grey = int(random.uniform(70, 190))
    pen.line([(x, foot), (x, foot - high)], fill=(grey,) * 3, width=int(random.uniform(1, 5)))
    if random.random() < 0.5:
        wide, tall = random.uniform(8, 40), random.uniform(6, 30)
        fill = _colour(random, (0.0, 1.0), (0.0, 0.9))
        box = [x - wide / 2, foot - high, x + wide / 2, foot - high + tall]
        if random.random() < 0.3:
            pen.ellipse(box, fill=fill)
        else:
            pen.rectangle(box, fill=fill)


def _car(pen: ImageDraw.ImageDraw, horizon: int, random: np.random.Generator) -> None:
    size = random.uniform(18, 70)
    x, foot = WIDTH / 2 + random.uniform(-60, 60), horizon + size * random.uniform(0.7, 1.1)
    paint = _colour(random, (0.0, 1.0), (0.0, 0.8))
    pen.rounded_rectangle(
        [x - size / 2, foot - size * 0.5, x + size / 2, foot], size / 8, fill=paint
    )
    pen.rounded_rectangle(
        [x - size * 0.38, foot - size * 0.8, x + size * 0.38, foot - size * 0.4],
        size / 8,
        fill=(40, 45, 52),
    )
    for side in (-0.4, 0.4):
        light = [x + size * side - size / 14, foot - size * 0.38]
        pen.ellipse([*light, light[0] + size / 7, light[1] + size / 9], fill=(200, 30, 30))


# -- the sign ------------------------------------------------------------------------------------


def _put_sign(
    image: Image.Image, sign: Sign, width: int | None, random: np.random.Generator
) -> None:
    chosen = random.uniform(SMALLEST, LARGEST)
    size = int(width if width is not None else chosen)
    x = random.uniform(WIDTH * 0.55, WIDTH - size / 2 - 6)
    if random.random() < 0.2:
        x = random.uniform(size / 2 + 6, WIDTH * 0.4)
    y = random.uniform(size / 2 + 6, HEIGHT * 0.55)
    pen = ImageDraw.Draw(image)
    grey = int(random.uniform(90, 170))
    pen.line([(x, y), (x, y + size * 3)], fill=(grey,) * 3, width=max(2, size // 14))
    _paste(image, tilted(draw(sign), random), x, y, size)


def tilted(sign: Picture, random: np.random.Generator) -> Image.Image:
    """The sign as it hangs: turned a little, seen a little from the side, its paint faded."""
    image = Image.fromarray(sign)
    image = image.rotate(random.normal(0, 3.5), Image.Resampling.BICUBIC)
    squeezed = int(image.width * random.uniform(0.86, 1.0))
    image = image.resize((squeezed, image.height), Image.Resampling.BICUBIC)
    faded = np.asarray(image, np.float32)
    wash = random.uniform(0.0, 0.25)
    faded[..., :3] = faded[..., :3] * (1 - wash) + 150 * wash
    faded[..., :3] *= random.uniform(0.65, 1.0)
    return Image.fromarray(faded.clip(0, 255).astype(np.uint8))


def _paste(image: Image.Image, sign: Image.Image, x: float, y: float, size: int) -> None:
    width = max(1, round(size * sign.width / sign.height))
    small = sign.resize((width, size), Image.Resampling.LANCZOS)
    image.paste(small, (round(x - width / 2), round(y - size / 2)), small)


# -- the camera ----------------------------------------------------------------------------------


def _taken(light: NDArray[np.float32], scene: RoadScene, random: np.random.Generator) -> Picture:
    fog = np.array([0.78, 0.8, 0.82], np.float32)
    picture = light * (1 - scene.weather) + fog * scene.weather
    blur = random.uniform(0.0, 0.9)
    picture = gaussian_filter(picture, sigma=(blur, blur, 0))
    tint = random.normal(1.0, 0.05, 3)
    picture = picture * scene.light * tint
    noise = random.uniform(0.004, 0.015) + 0.02 * (1 - scene.light)
    picture = picture + random.normal(0.0, noise, picture.shape)
    return (np.clip(picture, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)
