"""The simulator's words for what can be seen are those of the encoders."""

from __future__ import annotations

from cabin_agent.seen import GAZES, PLACES, SEATS, SIGNS
from simulator.cameras.cabin_layout import Gaze, Place, Seat
from simulator.cameras.road_signs import Sign


def test_seats_places_and_gazes_have_the_same_order() -> None:
    assert tuple(Seat) == SEATS
    assert tuple(Place) == PLACES
    assert tuple(Gaze) == GAZES


def test_drawn_signs_are_of_the_classes_that_are_told_apart() -> None:
    said = {sign: SIGNS[sign] for sign in Sign}
    for sign, name in said.items():
        assert name == sign.name.lower().replace("_", " ")
