"""Casts rays at a cabin scene: the picture that mujoco would render, without EGL.

Same shapes, camera, lights (ambient, diffuse, specular, shadows of the sun) and sensor. The edges
are different: every pixel is one ray. On a processor it is as fast as mujoco.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulator.cameras import sensor
from simulator.cameras.scene import CabinScene
from simulator.cameras.shapes import Kind, Shape, unit, vector
from simulator.cameras.stage import HAND, HEIGHT, WIDTH, Lights, View, stage, with_visibility
from training.vision.cabin_pictures import Shot

Array = NDArray[np.float64]
NEAR = 0.02
ELLIPSOID, CAPSULE, CYLINDER, BOX = range(4)
KINDS = {
    Kind.ELLIPSOID: ELLIPSOID,
    Kind.CAPSULE: CAPSULE,
    Kind.CYLINDER: CYLINDER,
    Kind.BOX: BOX,
}
SHADOW_TEXELS, SHADOW_M = 320, 3.4
CABIN = vector(-0.4, 0.0, 0.7)
BIAS_M = 0.02
LAMP_AIM = unit([-1.0, 0.0, -0.4])
LAMP_EDGE, LAMP_FOCUS = np.cos(np.pi / 4), 10.0
SHININESS = 0.3 * 128
FACETS = 0.97
"""mujoco draws what is round with flat facets inside it: thinner by this on average."""
CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)


@dataclass(frozen=True, slots=True)
class Solids:
    """Shapes as arrays."""

    kinds: NDArray[np.int64]
    centres: Array
    sizes: Array
    frames: Array
    looks: Array
    """Colour, glow, shine."""
    tags: NDArray[np.int32]

    @classmethod
    def of(cls, shapes: list[Shape]) -> Solids:
        kinds = np.array([KINDS[each.kind] for each in shapes])
        sizes = np.stack([each.size for each in shapes])
        sizes[kinds != BOX] *= FACETS
        return cls(
            kinds,
            np.stack([each.centre for each in shapes]),
            sizes,
            np.stack([each.frame for each in shapes]),
            np.array([[*np.clip(each.colour, 0, 1), each.glow, each.shine] for each in shapes]),
            np.array([each.tag for each in shapes], np.int32),
        )

    def __getitem__(self, rows: NDArray[np.bool_]) -> Solids:
        return Solids(
            self.kinds[rows],
            self.centres[rows],
            self.sizes[rows],
            self.frames[rows],
            self.looks[rows],
            self.tags[rows],
        )

    @property
    def corners(self) -> Array:
        """(shapes, 8, 3): of the box around each."""
        half = self.sizes.copy()
        half[self.kinds == CAPSULE, 2] += self.sizes[self.kinds == CAPSULE, 0]
        local = CORNERS[None] * half[:, None]
        return np.asarray(self.centres[:, None] + np.einsum("sij,scj->sci", self.frames, local))


def shoot(scene: CabinScene) -> Shot:
    """As `CabinCamera.shot`."""
    random = np.random.default_rng([scene.seed, 2])
    there = stage(scene, random)
    solids = Solids.of(there.shapes)
    which, depths = _seen(solids, there.view)
    light = _shaded(solids, there.view, there.lights, which, depths)
    sharp = np.floor(np.clip(light, 0.0, 1.0) * 255.0 + 0.5) / np.float32(255.0)
    hidden = sensor.cover(HEIGHT, WIDTH, scene.covered, random)
    picture = sensor.develop(sharp.astype(np.float32), hidden, random)
    point = solids.tags > HAND
    if not point.any():
        return picture, there, there.truth
    parts = np.where(which >= 0, solids.tags[which], 0)
    if hidden is not None:
        parts[hidden.there > 0.5] = 0
    alone, _ = _seen(solids[point], there.view)
    hands = np.where(alone >= 0, solids.tags[point][alone], 0)
    return picture, there, with_visibility(there, parts, hands)


def _seen(solids: Solids, view: View) -> tuple[NDArray[np.int32], Array]:
    """(height, width): the number of the solid in each pixel, -1 for none; and its depth."""
    away = solids.corners - view.where
    depth = away @ view.forward
    focal = WIDTH / 2 / np.tan(view.half_angle)
    ahead = np.maximum(depth, 1e-6)
    across = WIDTH / 2 + focal * (away @ view.right) / ahead
    down = HEIGHT / 2 - focal * (away @ view.up) / ahead
    windows = _windows(across, down, depth.min(1) > NEAR, WIDTH, HEIGHT)
    windows[depth.max(1) <= NEAR] = 0
    origins = np.repeat(view.where[None], 3, 0)
    origins[1:] = 0.0
    ways = np.stack([view.forward, view.right / focal, -view.up / focal])
    return _cast(
        solids.kinds,
        solids.centres,
        solids.sizes,
        solids.frames,
        windows,
        origins,
        ways,
        WIDTH,
        HEIGHT,
        NEAR,
    )


def _windows(
    across: Array, down: Array, whole: NDArray[np.bool_], width: int, height: int
) -> NDArray[np.int64]:
    """(solids, 4): first and last column, first and last row to look at."""
    result = np.empty((len(across), 4), np.int64)
    result[:, 0] = np.clip(np.floor(across.min(1)) - 1, 0, width)
    result[:, 1] = np.clip(np.ceil(across.max(1)) + 1, 0, width)
    result[:, 2] = np.clip(np.floor(down.min(1)) - 1, 0, height)
    result[:, 3] = np.clip(np.ceil(down.max(1)) + 1, 0, height)
    result[~whole] = (0, width, 0, height)
    return result


def _shaded(
    solids: Solids, view: View, lights: Lights, which: NDArray[np.int32], depths: Array
) -> Array:
    near = solids[solids.looks[:, 3] == 0.0]
    right = unit(np.cross(lights.sun_down, [0.0, 0.0, 1.0]))
    below = np.cross(lights.sun_down, right)
    step = SHADOW_M / SHADOW_TEXELS
    start = CABIN - 4.0 * lights.sun_down - (right + below) * (SHADOW_M / 2)
    away = near.corners - start
    across, down = away @ right / step, away @ below / step
    everywhere = np.ones(len(away), np.bool_)
    windows = _windows(across, down, everywhere, SHADOW_TEXELS, SHADOW_TEXELS)
    origins = np.stack([start, right * step, below * step])
    ways = np.stack([lights.sun_down, np.zeros(3), np.zeros(3)])
    _, shadow = _cast(
        near.kinds,
        near.centres,
        near.sizes,
        near.frames,
        windows,
        origins,
        ways,
        SHADOW_TEXELS,
        SHADOW_TEXELS,
        0.0,
    )
    focal = WIDTH / 2 / np.tan(view.half_angle)
    return _light(
        solids.kinds,
        solids.centres,
        solids.sizes,
        solids.frames,
        solids.looks,
        which,
        depths,
        view.where,
        np.stack([view.forward, view.right / focal, -view.up / focal]),
        shadow,
        np.stack([start, right / step, below / step]),
        np.array([lights.sky, lights.from_camera, lights.sun, lights.sun_shine]),
        lights.sun_down,
        lights.lamp_where,
        lights.lamp,
    )


@njit(cache=True, fastmath=True)
def _root(a: float, b: float, c: float) -> float:
    """The nearer root of a t^2 + 2 b t + c; -1 for none."""
    inside = b * b - a * c
    if inside < 0.0 or a < 1e-18:
        return -1.0
    return (-b - np.sqrt(inside)) / a


@njit(cache=True, fastmath=True)
def _hit(kind, sx, sy, sz, ox, oy, oz, dx, dy, dz):  # type: ignore[no-untyped-def]
    """How far along the ray the solid begins, in its own axes; -1 where it misses."""
    if kind == 0:
        ox, oy, oz, dx, dy, dz = ox / sx, oy / sy, oz / sz, dx / sx, dy / sy, dz / sz
        return _root(
            dx * dx + dy * dy + dz * dz,
            ox * dx + oy * dy + oz * dz,
            ox * ox + oy * oy + oz * oz - 1.0,
        )
    if kind == 3:
        first, last = -1e30, 1e30
        for o, d, s in ((ox, dx, sx), (oy, dy, sy), (oz, dz, sz)):
            if abs(d) < 1e-12:
                if abs(o) > s:
                    return -1.0
                continue
            a, b = (-s - o) / d, (s - o) / d
            if a > b:
                a, b = b, a
            first, last = max(first, a), min(last, b)
        return first if first <= last else -1.0
    side = _root(dx * dx + dy * dy, ox * dx + oy * dy, ox * ox + oy * oy - sx * sx)
    best = -1.0
    if side > 0.0 and abs(oz + side * dz) <= sz:
        best = side
    for end in (-sz, sz):
        if kind == 1:
            z = oz - end
            t = _root(
                dx * dx + dy * dy + dz * dz,
                ox * dx + oy * dy + z * dz,
                ox * ox + oy * oy + z * z - sx * sx,
            )
            if t > 0.0 and (oz + t * dz) * end >= sz * sz and (best < 0.0 or t < best):
                best = t
        elif abs(dz) > 1e-12:
            t = (end - oz) / dz
            x, y = ox + t * dx, oy + t * dy
            if t > 0.0 and x * x + y * y <= sx * sx and (best < 0.0 or t < best):
                best = t
    return best


@njit(cache=True, fastmath=True)
def _cast(kinds, centres, sizes, frames, windows, origins, ways, width, height, near):  # type: ignore[no-untyped-def]
    """The ray of column c and row r starts at origins[0] + c' origins[1] + r' origins[2] and goes
    along ways[0] + c" ways[1] + r" ways[2]: c', r' from the first pixel, c", r" from the middle."""
    which = np.full((height, width), -1, np.int32)
    depths = np.full((height, width), 1e9)
    for s in range(len(kinds)):
        frame = frames[s].T.copy()
        o0, o1, o2 = frame @ (origins[0] - centres[s]), frame @ origins[1], frame @ origins[2]
        d0, d1, d2 = frame @ ways[0], frame @ ways[1], frame @ ways[2]
        sx, sy, sz = sizes[s]
        for row in range(windows[s, 2], windows[s, 3]):
            r = row + 0.5
            v = r - height / 2
            for column in range(windows[s, 0], windows[s, 1]):
                c = column + 0.5
                u = c - width / 2
                t = _hit(
                    kinds[s],
                    sx,
                    sy,
                    sz,
                    o0[0] + c * o1[0] + r * o2[0],
                    o0[1] + c * o1[1] + r * o2[1],
                    o0[2] + c * o1[2] + r * o2[2],
                    d0[0] + u * d1[0] + v * d2[0],
                    d0[1] + u * d1[1] + v * d2[1],
                    d0[2] + u * d1[2] + v * d2[2],
                )
                if near < t < depths[row, column]:
                    depths[row, column] = t
                    which[row, column] = s
    return which, depths


@njit(cache=True, fastmath=True)
def _normal(kind, sx, sy, sz, x, y, z):  # type: ignore[no-untyped-def]
    """Outwards, in the solid's own axes; not of length 1."""
    if kind == 0:
        return x / (sx * sx), y / (sy * sy), z / (sz * sz)
    if kind == 3:
        a, b, c = abs(x) / sx, abs(y) / sy, abs(z) / sz
        if a >= b and a >= c:
            return np.sign(x), 0.0, 0.0
        return (0.0, np.sign(y), 0.0) if b >= c else (0.0, 0.0, np.sign(z))
    if kind == 1:
        return x, y, z - min(max(z, -sz), sz)
    return (0.0, 0.0, np.sign(z)) if abs(z) > sz * 0.9999 else (x, y, 0.0)


@njit(cache=True, fastmath=True)
def _gleam(nx, ny, nz, hx, hy, hz):  # type: ignore[no-untyped-def]
    """How much of a light is mirrored, (hx, hy, hz) being halfway between light and eye."""
    cosine = (nx * hx + ny * hy + nz * hz) / np.sqrt(hx * hx + hy * hy + hz * hz + 1e-12)
    return cosine**SHININESS if cosine > 0.8 else 0.0


@njit(cache=True, fastmath=True)
def _light(
    kinds,
    centres,
    sizes,
    frames,
    looks,
    which,
    depths,
    where,
    ways,
    shadow,
    sun_axes,
    strengths,
    sun_down,
    lamp_where,
    lamp,
):  # type: ignore[no-untyped-def]
    """The light that falls into each pixel: glow, sky, camera light, sun, lamp."""
    height, width = which.shape
    result = np.zeros((height, width, 3), np.float32)
    sky, from_camera, sun, shine = strengths
    ax, ay, az = LAMP_AIM
    for row in range(height):
        for column in range(width):
            s = which[row, column]
            if s < 0:
                continue
            u, v, t = column + 0.5 - width / 2, row + 0.5 - height / 2, depths[row, column]
            wx = ways[0, 0] + u * ways[1, 0] + v * ways[2, 0]
            wy = ways[0, 1] + u * ways[1, 1] + v * ways[2, 1]
            wz = ways[0, 2] + u * ways[1, 2] + v * ways[2, 2]
            px, py, pz = where[0] + t * wx, where[1] + t * wy, where[2] + t * wz
            cx, cy, cz = px - centres[s, 0], py - centres[s, 1], pz - centres[s, 2]
            f = frames[s]
            lx, ly, lz = _normal(
                kinds[s],
                sizes[s, 0],
                sizes[s, 1],
                sizes[s, 2],
                f[0, 0] * cx + f[1, 0] * cy + f[2, 0] * cz,
                f[0, 1] * cx + f[1, 1] * cy + f[2, 1] * cz,
                f[0, 2] * cx + f[1, 2] * cy + f[2, 2] * cz,
            )
            long = 1.0 / np.sqrt(lx * lx + ly * ly + lz * lz + 1e-24)
            nx = (f[0, 0] * lx + f[0, 1] * ly + f[0, 2] * lz) * long
            ny = (f[1, 0] * lx + f[1, 1] * ly + f[1, 2] * lz) * long
            nz = (f[2, 0] * lx + f[2, 1] * ly + f[2, 2] * lz) * long
            long = -1.0 / np.sqrt(wx * wx + wy * wy + wz * wz)
            ex, ey, ez = wx * long, wy * long, wz * long
            ahead = -(nx * ways[0, 0] + ny * ways[0, 1] + nz * ways[0, 2])
            diffuse, specular, glow = sky + from_camera * max(0.0, ahead), 0.0, 0.0
            facing = -(nx * sun_down[0] + ny * sun_down[1] + nz * sun_down[2])
            if facing > 0.0 and sun > 0.0:
                gx, gy, gz = px - sun_axes[0, 0], py - sun_axes[0, 1], pz - sun_axes[0, 2]
                x = int(gx * sun_axes[1, 0] + gy * sun_axes[1, 1] + gz * sun_axes[1, 2])
                y = int(gx * sun_axes[2, 0] + gy * sun_axes[2, 1] + gz * sun_axes[2, 2])
                lit = True
                if 0 <= x < shadow.shape[1] and 0 <= y < shadow.shape[0]:
                    deep = gx * sun_down[0] + gy * sun_down[1] + gz * sun_down[2]
                    lit = deep < shadow[y, x] + BIAS_M
                if lit:
                    diffuse += sun * facing
                    hx, hy, hz = ex - sun_down[0], ey - sun_down[1], ez - sun_down[2]
                    specular += shine * _gleam(nx, ny, nz, hx, hy, hz)
            tx, ty, tz = lamp_where[0] - px, lamp_where[1] - py, lamp_where[2] - pz
            long = 1.0 / np.sqrt(tx * tx + ty * ty + tz * tz + 1e-12)
            tx, ty, tz = tx * long, ty * long, tz * long
            cosine = -(tx * ax + ty * ay + tz * az)
            if cosine > LAMP_EDGE:
                spot = cosine**LAMP_FOCUS
                facing = max(0.0, nx * tx + ny * ty + nz * tz)
                glow = spot * (0.3 + facing)
                if facing > 0.0:
                    specular += 0.1 * spot * _gleam(nx, ny, nz, ex + tx, ey + ty, ez + tz)
            for k in range(3):
                result[row, column, k] = (
                    looks[s, k] * (looks[s, 3] + diffuse + lamp[k] * glow) + looks[s, 4] * specular
                )
    return result
