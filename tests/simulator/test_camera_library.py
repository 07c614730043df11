"""Frames by description: the words, the mistakes, the drawn roads."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.cameras.cabin_layout import Gaze, Place, Seat
from simulator.cameras.library import (
    UnknownFrame,
    cabin_scene_for,
    frame_for,
    is_road,
    shipped,
)
from simulator.cameras.road_frame import RoadScene, road_frame, road_scene
from simulator.cameras.road_signs import Sign, draw


def test_a_description_is_a_scene() -> None:
    words = "front_left points at roof; rear_left child asleep; rear_right empty child seat; dusk"
    scene = cabin_scene_for(words, 3)
    driver, child = scene.occupants
    assert (driver.seat, driver.points_at) == (Seat.FRONT_LEFT, Place.ROOF)
    assert (child.seat, child.asleep, child.child_seat) == (Seat.REAR_LEFT, True, True)
    assert scene.empty_child_seats == (Seat.REAR_RIGHT,)
    assert scene.light == pytest.approx(0.3)
    assert cabin_scene_for(words, 3) == scene
    assert cabin_scene_for(words, 4) != scene


def test_the_driver_is_there_unless_nobody_is() -> None:
    (driver,) = cabin_scene_for("dark", 0).occupants
    assert (driver.seat, driver.looks) == (Seat.FRONT_LEFT, Gaze.AHEAD)
    assert cabin_scene_for("empty", 0).occupants == ()


@pytest.mark.parametrize(
    ("description", "message"),
    [
        ("front_left points at window_rear", "did you mean 'window_rear_"),
        ("front_lefd asleep", "did you mean 'front_left'"),
        ("front_left looks up", "unknown gaze 'up'"),
        ("front_left dances", "unknown part of 'front_left' 'dances'"),
        ("sign speed limit 55", "did you mean 'speed limit 5"),
    ],
)
def test_mistakes_are_named(description: str, message: str) -> None:
    with pytest.raises(UnknownFrame, match=message):
        frame_for(description)


def test_road_frames_need_no_renderer_and_repeat() -> None:
    frame = frame_for("sign speed limit 50 at night", seed=2)
    assert frame.shape == (240, 320, 3)
    assert np.array_equal(frame, frame_for("Sign  Speed limit 50 at night", seed=2))
    assert not np.array_equal(frame, frame_for("sign speed limit 50 at night", seed=3))
    assert frame.mean() < frame_for("sign speed limit 50", seed=2).mean()
    assert is_road("no sign")
    assert not is_road("front_left points at roof")


def test_a_sign_is_where_the_same_road_without_it_is_not() -> None:
    with_sign = road_frame(RoadScene(Sign.STOP, width=60, seed=5)).astype(int)
    without = road_frame(RoadScene(None, seed=5)).astype(int)
    changed = np.abs(with_sign - without).max(axis=2) > 60
    assert 300 < changed.sum() < 60 * 60 * 3


def test_every_sign_can_be_drawn_and_none_is_another() -> None:
    pictures = {sign: draw(sign).tobytes() for sign in Sign}
    assert len(set(pictures.values())) == len(Sign)
    assert {road_scene(seed).sign for seed in range(400)} == {None, *Sign}


def test_a_sign_of_impossible_size_is_refused() -> None:
    with pytest.raises(ValueError, match="28 to 84 pixels wide, not 200"):
        RoadScene(Sign.STOP, width=200)


def test_shipped_frames_need_no_renderer() -> None:
    assert "front_left points at window_rear_right" in shipped()
    for description in shipped():
        frame = frame_for(description)
        assert frame.shape == (240, 320, 3)
        assert cabin_scene_for(description, 0).seed
    assert len({frame_for(description).tobytes() for description in shipped()}) == len(shipped())


def test_a_dead_sensor_shows_nothing() -> None:
    assert not frame_for("black").any()
