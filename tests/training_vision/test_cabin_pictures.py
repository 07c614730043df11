"""Cabin pictures to learn from: no pose that is set aside, and rays see what mujoco renders."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.cameras.cabin_frame import CabinCamera, CamerasMissing
from simulator.cameras.scene import scene
from simulator.cameras.stage import stage
from training.vision.cabin_pictures import HELD_OUT, hands, spots, to_learn_from
from training.vision.set_aside import pose_set_aside


def test_no_scene_to_learn_from_has_a_hand_in_a_pose_set_aside() -> None:
    shown = [stage(to_learn_from(seed), np.random.default_rng(seed)).truth for seed in range(40)]
    wrists = np.stack([hands(truth) for truth in shown])
    assert wrists.any(axis=-1).sum() > 40
    assert not pose_set_aside(wrists).any()


def test_wrist_fingertip_and_head_are_where_the_picture_shows_them() -> None:
    there = stage(scene(HELD_OUT), np.random.default_rng(1))
    found = spots(there)
    assert found.shape == (5, 6)
    driver = found[0]
    assert 160 < driver[4] < 320
    assert 0 < driver[5] < 120
    assert np.isnan(found[3]).all()


def test_rays_give_the_picture_that_is_rendered() -> None:
    rays = pytest.importorskip("training.vision.rays", exc_type=ImportError)
    there = to_learn_from(7)
    try:
        with CabinCamera() as camera:
            rendered, _, truth = camera.shot(there)
    except CamerasMissing as error:
        pytest.skip(str(error))
    cast, _, same = rays.shoot(there)
    assert np.abs(cast.astype(int) - rendered).mean() < 14
    assert [each.points_at_visible for each in same.values()] == [
        each.points_at_visible for each in truth.values()
    ]
