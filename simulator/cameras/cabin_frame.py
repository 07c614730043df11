"""Draws a cabin scene with mujoco's renderer, headless through EGL.

The picture is what a wide camera near the mirror gives: 320 x 240 pixels, red, green, blue.
"""

from __future__ import annotations

import importlib
import os
from functools import cache
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.cameras import sensor
from simulator.cameras.scene import CabinScene
from simulator.cameras.shapes import Kind, Shape, vector
from simulator.cameras.stage import (
    HAND,
    HEIGHT,
    WIDTH,
    Lights,
    Stage,
    Truth,
    View,
    stage,
    with_visibility,
)

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
        """(240, 320, 3) uint8. The same scene gives the same picture."""
        return self.shoot(scene)[0]

    def shoot(self, scene: CabinScene) -> tuple[Picture, Truth]:
        """The picture, and what there is to be seen in it."""
        picture, _, truth = self.shot(scene)
        return picture, truth

    def shot(self, scene: CabinScene) -> tuple[Picture, Stage, Truth]:
        """The same with what was before the camera."""
        random = np.random.default_rng([scene.seed, 2])
        there = stage(scene, random)
        self._place(there.shapes, there.view)
        self._light(there.lights)
        sharp = self._renderer.render().astype(np.float32) / 255.0
        hidden = sensor.cover(HEIGHT, WIDTH, scene.covered, random)
        picture = sensor.develop(sharp, hidden, random)
        if not any(who.points_at for who in scene.occupants):
            return picture, there, there.truth
        parts = self._parts()
        if hidden is not None:
            parts[hidden.there > 0.5] = 0
        self._place([each for each in there.shapes if each.tag > HAND], there.view)
        return picture, there, with_visibility(there, parts, self._parts())

    def _place(self, built: list[Shape], view: View) -> None:
        mujoco, renderer = self._mujoco, self._renderer
        renderer.update_scene(self._data)
        drawn = renderer.scene
        drawn.ngeom = 0
        kinds = _kinds()
        for shape in built:
            geom = drawn.geoms[drawn.ngeom]
            size = shape.size
            if shape.kind in (Kind.CAPSULE, Kind.CYLINDER):
                size = np.array([size[0], size[2], 0.0])
            colour = np.array([*np.clip(shape.colour, 0, 1), 1.0], np.float32)
            mujoco.mjv_initGeom(
                geom, kinds[shape.kind], size, shape.centre, shape.frame.ravel(), colour
            )
            geom.emission, geom.specular, geom.shininess = shape.glow, shape.shine, 0.3
            geom.objid, geom.segid = shape.tag, drawn.ngeom
            drawn.ngeom += 1
        for eye in drawn.camera:
            eye.pos[:], eye.forward[:], eye.up[:] = view.where, view.forward, view.up
            near = 0.02
            half = near * np.tan(view.half_angle)
            high = half * HEIGHT / WIDTH
            eye.frustum_near, eye.frustum_far = near, 60.0
            eye.frustum_center, eye.frustum_width = 0.0, half
            eye.frustum_bottom, eye.frustum_top = -high, high

    def _light(self, lights: Lights) -> None:
        sun, lamp = None, None
        for index in range(self._renderer.scene.nlight):
            each = self._renderer.scene.lights[index]
            if each.headlight:
                each.ambient[:], each.diffuse[:] = lights.sky, lights.from_camera
                each.specular[:] = 0.0
            elif sun is None:
                sun = each
            else:
                lamp = each
        if sun is not None:
            sun.dir[:] = lights.sun_down
            sun.pos[:] = vector(-0.4, 0, 0.8) - lights.sun_down * 4
            sun.diffuse[:] = lights.sun
            sun.ambient[:], sun.specular[:] = 0.0, lights.sun_shine
        if lamp is not None:
            lamp.diffuse[:] = lights.lamp
            lamp.ambient[:], lamp.specular[:] = lights.lamp * 0.3, 0.1
            lamp.pos[:] = lights.lamp_where

    def _parts(self) -> NDArray[np.int32]:
        """(240, 320): the tag of what is in each pixel."""
        renderer, flags = self._renderer, self._mujoco.mjtRndFlag
        renderer.enable_segmentation_rendering()
        parts: NDArray[np.int32] = renderer.render()[:, :, 0].copy()
        renderer.disable_segmentation_rendering()
        renderer.scene.flags[flags.mjRND_SHADOW] = True
        return parts


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
