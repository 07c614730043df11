"""Draws a cabin scene with mujoco's renderer, headless through EGL.

The picture is what a wide camera near the mirror gives: 160 x 120 pixels, red, green, blue.
"""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass, replace
from functools import cache
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.cameras import interior, looks, person, sensor
from simulator.cameras.cabin_layout import Gaze, Place, Seat
from simulator.cameras.pose import pose
from simulator.cameras.scene import CabinScene, Occupant
from simulator.cameras.shapes import Kind, Shape, Vector, unit, vector

WIDTH, HEIGHT = 160, 120
VISIBLE_PIXELS = 12
POINTING = 100
"""Added to a person's tag (1..5) for the arm that points."""

Picture = NDArray[np.uint8]

_MODEL = f"""
<mujoco>
  <visual>
    <global offwidth="{WIDTH}" offheight="{HEIGHT}"/>
    <quality shadowsize="512" offsamples="2" numslices="12" numstacks="8"/>
    <headlight active="1"/>
    <map znear="0.01" zfar="60"/>
  </visual>
  <statistic extent="1" center="0 0 0"/>
  <worldbody>
    <light name="sun" type="directional" pos="0 0 4" dir="0 0 -1" castshadow="true"/>
    <light name="lamp" pos="0.4 0 1.1" dir="-1 0 -0.4" castshadow="false"/>
  </worldbody>
</mujoco>
"""


class CamerasMissing(RuntimeError):
    """Pictures can't be drawn on this machine. The message names the mend."""


@dataclass(frozen=True, slots=True)
class SeatTruth:
    """What a seat holds. `points_at_visible` is False where its arm can hardly be seen.

    `hand` is where the wrist of a pointing arm is, `aim` the way it points (length 1), both in the
    car's axes.
    """

    occupied: bool = False
    child_seat: bool = False
    asleep: bool = False
    points_at: Place | None = None
    points_at_visible: bool = True
    gaze: Gaze | None = None
    hand: tuple[float, float, float] | None = None
    aim: tuple[float, float, float] | None = None


Truth = dict[Seat, SeatTruth]


@dataclass(frozen=True, slots=True)
class _Camera:
    where: Vector
    forward: Vector
    up: Vector
    half_angle: float


class CabinCamera:
    """Draws scenes one after the other. Close it, or use it as a context; one thread only."""

    def __init__(self) -> None:
        os.environ.setdefault("MUJOCO_GL", "egl")
        try:
            self._mujoco: Any = importlib.import_module("mujoco")
            self._model = self._mujoco.MjModel.from_xml_string(_MODEL)
            self._data = self._mujoco.MjData(self._model)
            self._mujoco.mj_forward(self._model, self._data)
            self._renderer = self._mujoco.Renderer(self._model, HEIGHT, WIDTH, max_geom=2000)
        except Exception as error:
            raise CamerasMissing(
                f"no cabin pictures can be drawn ({error}): pip install 'cabin-agent[cameras]' and "
                "apt-get install libegl1 libgl1-mesa-dri"
            ) from error

    def __enter__(self) -> CabinCamera:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._renderer.close()

    def frame(self, scene: CabinScene) -> Picture:
        """(120, 160, 3) uint8. The same scene gives the same picture."""
        return self.shoot(scene)[0]

    def shoot(self, scene: CabinScene) -> tuple[Picture, Truth]:
        """The picture, and what there is to be seen in it."""
        random = np.random.default_rng([scene.seed, 2])
        trim = interior.trim(random)
        built = interior.shapes(scene, trim, random)
        truth = {seat: SeatTruth(child_seat=seat in scene.empty_child_seats) for seat in Seat}
        for who in scene.occupants:
            body, seen = _person(who, _drives(who, scene))
            built += body
            truth[who.seat] = seen
        camera = _camera(random)
        self._place(built, camera)
        self._light(scene.light, random)
        sharp = self._renderer.render().astype(np.float32) / 255.0
        picture = sensor.develop(sharp, scene.covered, random)
        if any(who.points_at for who in scene.occupants):
            truth = self._with_visibility(truth)
        return picture, truth

    def _place(self, built: list[Shape], camera: _Camera) -> None:
        mujoco, renderer = self._mujoco, self._renderer
        renderer.update_scene(self._data)
        view = renderer.scene
        view.ngeom = 0
        kinds = _kinds()
        for shape in built:
            geom = view.geoms[view.ngeom]
            size = shape.size
            if shape.kind in (Kind.CAPSULE, Kind.CYLINDER):
                size = np.array([size[0], size[2], 0.0])
            colour = np.array([*np.clip(shape.colour, 0, 1), 1.0], np.float32)
            mujoco.mjv_initGeom(
                geom, kinds[shape.kind], size, shape.centre, shape.frame.ravel(), colour
            )
            geom.emission, geom.specular, geom.shininess = shape.glow, shape.shine, 0.3
            geom.objid, geom.segid = shape.tag, view.ngeom
            view.ngeom += 1
        for eye in view.camera:
            eye.pos[:], eye.forward[:], eye.up[:] = camera.where, camera.forward, camera.up
            near = 0.02
            half = near * np.tan(camera.half_angle)
            high = half * HEIGHT / WIDTH
            eye.frustum_near, eye.frustum_far = near, 60.0
            eye.frustum_center, eye.frustum_width = 0.0, half
            eye.frustum_bottom, eye.frustum_top = -high, high

    def _light(self, light: float, random: np.random.Generator) -> None:
        """Daylight from one side, the sky all around, and at night the glow of the screen."""
        angle, height = random.uniform(0, 2 * np.pi), random.uniform(0.25, 1.2)
        sun, lamp = None, None
        for index in range(self._renderer.scene.nlight):
            each = self._renderer.scene.lights[index]
            if each.headlight:
                sky = np.clip(light, 0, 1) * random.uniform(0.28, 0.5)
                each.ambient[:], each.diffuse[:] = sky, sky * random.uniform(0.2, 0.7)
                each.specular[:] = 0.0
            elif sun is None:
                sun = each
            else:
                lamp = each
        if sun is not None:
            down = unit([np.cos(angle), np.sin(angle), -height])
            sun.dir[:] = down
            sun.pos[:] = vector(-0.4, 0, 0.8) - down * 4
            sun.diffuse[:] = np.clip(light - 0.1, 0, 1) * random.uniform(0.1, 0.7)
            sun.ambient[:], sun.specular[:] = 0.0, 0.2 * light
        if lamp is not None:
            colour = np.array([random.uniform(0.5, 1), random.uniform(0.6, 1), 1.0])
            strength = random.uniform(0.25, 0.6) if light < 0.3 else random.uniform(0, 0.2)
            lamp.diffuse[:] = colour * strength
            lamp.ambient[:], lamp.specular[:] = colour * strength * 0.3, 0.1
            lamp.pos[:] = vector(0.45, random.uniform(-0.3, 0.3), random.uniform(0.7, 1.2))

    def _with_visibility(self, truth: Truth) -> Truth:
        renderer, flags = self._renderer, self._mujoco.mjtRndFlag
        renderer.enable_segmentation_rendering()
        parts = renderer.render()[:, :, 0]
        renderer.disable_segmentation_rendering()
        renderer.scene.flags[flags.mjRND_SHADOW] = True
        seen = {
            seat: int((parts == POINTING + number).sum()) >= VISIBLE_PIXELS
            for number, seat in enumerate(Seat, 1)
        }
        return {
            seat: replace(each, points_at_visible=each.points_at is None or seen[seat])
            for seat, each in truth.items()
        }


def _drives(who: Occupant, scene: CabinScene) -> bool:
    return who.seat is (Seat.FRONT_LEFT if scene.driver_on_left else Seat.FRONT_RIGHT)


def _person(who: Occupant, drives: bool) -> tuple[list[Shape], SeatTruth]:
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
        hand=_numbers(arm.wrist) if arm else None,
        aim=_numbers(arm.aim) if arm else None,
    )
    return person.shapes(posture, body, tag, POINTING + tag), seen


def _numbers(where: Vector) -> tuple[float, float, float]:
    x, y, z = (float(each) for each in where)
    return x, y, z


def _camera(random: np.random.Generator) -> _Camera:
    """Below the mirror, never twice quite the same. The angle is half the view across."""
    where = vector(0.62, 0, 1.15) + random.normal(0, [0.02, 0.012, 0.015])
    down, aside, roll = random.normal([-0.40, 0, 0], [0.035, 0.03, 0.02])
    forward = unit([-1.0, aside, down])
    up = unit(vector(0, roll, 1) - forward * float(forward @ vector(0, roll, 1)))
    return _Camera(where, forward, up, np.deg2rad(random.uniform(47, 52)))


@cache
def _kinds() -> dict[Kind, int]:
    mujoco: Any = importlib.import_module("mujoco")
    types = mujoco.mjtGeom
    return {
        Kind.ELLIPSOID: types.mjGEOM_ELLIPSOID,
        Kind.CAPSULE: types.mjGEOM_CAPSULE,
        Kind.CYLINDER: types.mjGEOM_CYLINDER,
        Kind.BOX: types.mjGEOM_BOX,
    }
