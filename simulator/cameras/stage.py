"""What stands before the cabin camera: shapes, lights, the camera, and what there is to be seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.cameras import interior, looks, person
from simulator.cameras.cabin_layout import Gaze, Place, Seat
from simulator.cameras.pose import pose
from simulator.cameras.scene import CabinScene, Occupant
from simulator.cameras.shapes import Shape, Vector, unit, vector

WIDTH, HEIGHT = 320, 240
VISIBLE_PIXELS, VISIBLE_SHARE = 24, 0.5
"""A hand can be seen if so many pixels and so much of it are."""
HAND = 100
"""Added to a person's tag (1..5) for the hand that points."""
FINGERTIP = 0.17
"""From the wrist, metres, for an average adult."""


@dataclass(frozen=True, slots=True)
class SeatTruth:
    """What a seat holds. `points_at_visible` is False where its hand can hardly be seen.

    `hand` is where the wrist of a pointing arm is, `aim` the way it points (length 1), `head` the
    middle of the head, all in the car's axes.
    """

    occupied: bool = False
    child_seat: bool = False
    asleep: bool = False
    points_at: Place | None = None
    points_at_visible: bool = True
    gaze: Gaze | None = None
    hand: Vector | None = None
    aim: Vector | None = None
    head: Vector | None = None


Truth = dict[Seat, SeatTruth]


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera hangs and looks. `half_angle`: half the view across, radians."""

    where: Vector
    forward: Vector
    up: Vector
    half_angle: float

    @property
    def right(self) -> Vector:
        return np.asarray(np.cross(self.forward, self.up), np.float64)

    def pixel(self, point: Vector) -> tuple[float, float]:
        """Where in the picture a point is: from the left and from the top."""
        away = point - self.where
        scale = WIDTH / 2 / np.tan(self.half_angle) / max(float(away @ self.forward), 0.02)
        across, down = float(away @ self.right) * scale, -float(away @ self.up) * scale
        return WIDTH / 2 + across, HEIGHT / 2 + down


@dataclass(frozen=True, slots=True)
class Lights:
    """Daylight from one side, the sky all around, and at night the glow of the screen; each
    strength is red, green, blue."""

    sky: float
    from_camera: float
    sun_down: Vector
    sun: float
    sun_shine: float
    lamp_where: Vector
    lamp: Vector


@dataclass(frozen=True, slots=True)
class Stage:
    shapes: list[Shape]
    truth: Truth
    view: View
    lights: Lights


def stage(scene: CabinScene, random: np.random.Generator) -> Stage:
    """Everything before the camera; `random` is that of the scene's seed."""
    trim = interior.trim(random)
    built = interior.shapes(scene, trim, random)
    truth = {seat: SeatTruth(child_seat=seat in scene.empty_child_seats) for seat in Seat}
    for who in scene.occupants:
        body, seen = seated(who, scene)
        built += body
        truth[who.seat] = seen
    return Stage(built, truth, _view(random), _lights(scene.light, random))


def with_visibility(
    stage: Stage, parts: NDArray[np.integer], hands_alone: NDArray[np.integer]
) -> Truth:
    """The truth with the hands that can't be seen marked. Both pictures hold the tag of what is in
    each pixel: in all there is, and with nothing but the hands that point."""
    found = dict(stage.truth)
    for tag, (seat, each) in enumerate(stage.truth.items(), HAND + 1):
        if each.hand is None or each.aim is None:
            continue
        seen, alone = int((parts == tag).sum()), int((hands_alone == tag).sum())
        x, y = stage.view.pixel(each.hand + FINGERTIP * each.aim)
        inside = 0 <= x < WIDTH and 0 <= y < HEIGHT
        visible = inside and seen >= max(VISIBLE_PIXELS, VISIBLE_SHARE * alone)
        found[seat] = replace(each, points_at_visible=visible)
    return found


def seated(who: Occupant, scene: CabinScene) -> tuple[list[Shape], SeatTruth]:
    """An occupant's body, and what there is to be seen of it."""
    drives = who.seat is (Seat.FRONT_LEFT if scene.driver_on_left else Seat.FRONT_RIGHT)
    random = np.random.default_rng([who.seed, 3])
    body = looks.random_looks(random, who.child)
    posture = pose(who, body.scale, drives, random)
    tag = list(Seat).index(who.seat) + 1
    arm = next((each for each in (posture.left, posture.right) if each.points), None)
    seen = SeatTruth(
        True,
        who.child_seat,
        who.asleep,
        who.points_at,
        gaze=None if who.asleep else posture.gaze,
        hand=arm.wrist if arm else None,
        aim=arm.aim if arm else None,
        head=posture.head_centre,
    )
    return person.shapes(posture, body, tag, HAND + tag), seen


def _view(random: np.random.Generator) -> View:
    """Below the mirror, never twice quite the same."""
    where = vector(0.62, 0, 1.15) + random.normal(0, [0.02, 0.012, 0.015])
    down, aside, roll = random.normal([-0.40, 0, 0], [0.035, 0.03, 0.02])
    forward = unit([-1.0, aside, down])
    up = unit(vector(0, roll, 1) - forward * float(forward @ vector(0, roll, 1)))
    return View(where, forward, up, float(np.deg2rad(random.uniform(47, 52))))


def _lights(light: float, random: np.random.Generator) -> Lights:
    angle, height = random.uniform(0, 2 * np.pi), random.uniform(0.25, 1.2)
    sky = float(np.clip(light, 0, 1) * random.uniform(0.28, 0.5))
    from_camera = sky * random.uniform(0.2, 0.7)
    sun = float(np.clip(light - 0.1, 0, 1) * random.uniform(0.1, 0.7))
    colour = vector(random.uniform(0.5, 1), random.uniform(0.6, 1), 1.0)
    strength = random.uniform(0.25, 0.6) if light < 0.3 else random.uniform(0, 0.2)
    where = vector(0.45, random.uniform(-0.3, 0.3), random.uniform(0.7, 1.2))
    down = unit([np.cos(angle), np.sin(angle), -height])
    return Lights(sky, from_camera, down, sun, 0.2 * light, where, colour * strength)
