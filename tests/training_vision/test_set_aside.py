"""What training never sees: poses by cubes of space, drawn signs by seed."""

from __future__ import annotations

import numpy as np

from training.vision import sign_pictures
from training.vision.set_aside import pose_set_aside


def hands(count: int, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.uniform(-1, 1, (count, 5, 6)).astype(np.float32)


def test_a_fifth_of_all_poses_is_set_aside_on_both_sides_alike() -> None:
    some = hands(4000)
    aside = pose_set_aside(some)
    assert 0.17 < aside.mean() < 0.23
    mirrored = some * np.array([1, -1, 1, 1, -1, 1], np.float32)
    assert np.array_equal(pose_set_aside(mirrored), aside)


def test_a_pose_is_a_place_not_a_picture() -> None:
    some = hands(500)
    turned = some.copy()
    turned[..., 3:] = hands(500, seed=2)[..., 3:]
    assert np.array_equal(pose_set_aside(turned), pose_set_aside(some))


def test_who_points_nowhere_is_not_set_aside() -> None:
    assert not pose_set_aside(np.zeros((10, 5, 6), np.float32)).any()


def test_drawn_signs_and_empty_places_repeat_by_seed() -> None:
    signs = sign_pictures.drawn(31, 0)
    assert signs.pictures.shape == (31, 40, 40, 3)
    assert len(set(signs.classes.tolist())) == 30
    assert np.array_equal(signs.pictures, sign_pictures.drawn(31, 0).pictures)
    empty = sign_pictures.without_sign(20, 0, signs.pictures)
    assert set(empty.classes.tolist()) == {sign_pictures.NONE}
    assert len({picture.tobytes() for picture in empty.pictures}) == 20
