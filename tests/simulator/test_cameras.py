"""Cabin pictures: made-up scenes, what there is to be seen in them, and the drawing itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from simulator.cameras.cabin_frame import CabinCamera, CamerasMissing
from simulator.cameras.cabin_layout import FRONT, Gaze, Place, Seat
from simulator.cameras.pose import gaze_of
from simulator.cameras.scene import CabinScene, Occupant, scene
from simulator.cameras.sensor import cover, develop
from simulator.cameras.shapes import facing, rod, vector
from simulator.cameras.stage import HAND, HEIGHT, WIDTH, stage, with_visibility

DRIVER = Occupant(Seat.FRONT_LEFT, seed=4)


@pytest.fixture(scope="module")
def camera() -> Iterator[CabinCamera]:
    try:
        made = CabinCamera()
    except CamerasMissing as error:
        pytest.skip(str(error))
    with made:
        yield made


def test_the_same_seed_makes_the_same_scene() -> None:
    assert scene(5) == scene(5)
    assert len({repr(scene(seed)) for seed in range(20)}) == 20


def test_scenes_show_every_place_pointed_at_and_every_state() -> None:
    people = [who for seed in range(600) for who in scene(seed).occupants]
    assert {who.points_at for who in people} == {None, *Place}
    assert {who.seat for who in people if who.asleep} == set(Seat)
    assert {who.seat for who in people if who.child_seat} >= {Seat.REAR_LEFT, Seat.REAR_RIGHT}
    assert any(scene(seed).light < 0.12 for seed in range(100))


def test_nobody_sits_on_luggage_and_no_sleeper_points() -> None:
    with pytest.raises(ValueError, match="a seat holds"):
        CabinScene((DRIVER,), things=(Seat.FRONT_LEFT,))
    with pytest.raises(ValueError, match="who sleeps"):
        CabinScene((Occupant(Seat.REAR_LEFT, points_at=Place.ROOF, asleep=True),))


@pytest.mark.parametrize(
    ("direction", "gaze"),
    [
        ((1, 0, 0), Gaze.AHEAD),
        ((1, 2, 0), Gaze.LEFT),
        ((1, -2, 0), Gaze.RIGHT),
        ((1, 0, -1), Gaze.DOWN),
        ((-1, 0.5, 0), Gaze.BEHIND),
    ],
)
def test_a_heads_direction_is_a_gaze(direction: tuple[float, float, float], gaze: Gaze) -> None:
    assert gaze_of(facing(direction)[:, 0]) is gaze


def test_a_rod_lies_between_its_ends() -> None:
    bar = rod((0, 0, 0), (0, 2, 0), 0.1, (1, 0, 0))
    assert bar.centre == pytest.approx(vector(0, 1, 0))
    assert abs(bar.frame[:, 2]) == pytest.approx(vector(0, 1, 0))
    assert np.linalg.det(bar.frame) == pytest.approx(1.0)


def test_a_covered_lens_hides_and_the_dark_is_noisier() -> None:
    light = np.full((120, 160, 3), 0.4, np.float32)
    before = cover(120, 160, 0.3, np.random.default_rng(3))
    clear = develop(light, None, np.random.default_rng(3)).astype(float)
    dark = develop(light * 0.05, None, np.random.default_rng(3)).astype(float)
    hidden = develop(light, before, np.random.default_rng(3)).astype(float)
    assert clear[60:68, 60:68].std() < dark[60:68, 60:68].std()
    assert (np.abs(hidden - clear) > 15).mean() > 0.1


def test_a_picture_is_repeatable_and_shows_a_person(camera: CabinCamera) -> None:
    there = CabinScene((DRIVER,), seed=9)
    first, again = camera.frame(there), camera.frame(there)
    empty = camera.frame(CabinScene((), seed=9))
    assert first.shape == (240, 320, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert (np.abs(first.astype(int) - empty.astype(int)).max(-1) > 12).mean() > 0.05


def test_no_light_is_nearly_black(camera: CabinCamera) -> None:
    day = camera.frame(CabinScene((DRIVER,), light=0.9, seed=2)).mean()
    night = camera.frame(CabinScene((DRIVER,), light=0.0, seed=2)).mean()
    assert night < day


def test_truth_says_who_points_where_and_whether_it_can_be_seen(camera: CabinCamera) -> None:
    points = Occupant(Seat.FRONT_RIGHT, points_at=Place.ROOF, seed=1)
    _, truth = camera.shoot(CabinScene((DRIVER, points), (Seat.REAR_LEFT,), seed=1))
    assert truth[Seat.FRONT_RIGHT].points_at is Place.ROOF
    assert truth[Seat.FRONT_RIGHT].points_at_visible
    assert truth[Seat.FRONT_LEFT].occupied
    assert not truth[Seat.REAR_RIGHT].occupied
    assert truth[Seat.REAR_LEFT].child_seat
    assert all(seat in truth for seat in FRONT)


def test_a_hand_counts_as_seen_if_half_of_it_is() -> None:
    points = Occupant(Seat.FRONT_RIGHT, points_at=Place.ROOF, seed=1)
    there = stage(CabinScene((points,), seed=1), np.random.default_rng(1))
    alone = np.zeros((HEIGHT, WIDTH), np.int32)
    alone[100:110, 100:110] = HAND + 2
    for rows, seen in ((10, True), (6, True), (4, False), (0, False)):
        parts = np.zeros_like(alone)
        parts[100 : 100 + rows, 100:110] = HAND + 2
        truth = with_visibility(there, parts, alone)
        assert truth[Seat.FRONT_RIGHT].points_at_visible is seen
