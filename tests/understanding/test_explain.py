"""Explanations name what tipped the decision, and nothing that did not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cabin_agent.config import SHIPPED
from cabin_agent.seen import GAZES, PLACES, SEATS, SeatSeen, Seen
from cabin_agent.turn import Target
from cabin_agent.understanding.explain import Kind, explain
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.session import Understander
from vehicle_bus.values import Zone

AIR = "Vehicle.Cabin.HVAC.AmbientAirTemperature"
PARKED = Moment(Zone.DRIVER, {"Vehicle.Speed": 0.0})


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander.load(SHIPPED / "understanding", lambda: 0.0)


def pointing_at(place: str) -> Seen:
    def seat(name: str) -> SeatSeen:
        shown = 1 + PLACES.index(place) if name == "front_left" else 0
        points = tuple(float(index == shown) for index in range(1 + len(PLACES)))
        gaze = tuple(float(index == 0) for index in range(len(GAZES)))
        return SeatSeen(1.0, 0.0, 0.0, points, gaze)

    return Seen(tuple(map(seat, SEATS)))


def test_the_word_that_matters_comes_first(understander: Understander) -> None:
    found = explain(understander, "please open the sunroof now", PARKED)
    assert found.decision == "windows.sunroof_open"
    words = [cause.name for cause in found.causes if cause.kind is Kind.WORD]
    assert words[0] in ("sunroof", "open")
    effects = [abs(cause.effect) for cause in found.causes]
    assert effects == sorted(effects, reverse=True)


def test_a_hand_decides_which_window_and_is_named(understander: Understander) -> None:
    now = replace(PARKED, seen=pointing_at("window_rear_right"))
    (action,) = understander.understand("open this window", now).actions
    assert action.target is Target.REAR_RIGHT
    found = explain(understander, "open this window", now)
    (camera,) = [cause for cause in found.causes if cause.kind is Kind.CABIN]
    assert camera.value == "points at window_rear_right"
    assert camera.effect > 0.1


def test_a_covered_part_of_the_picture_is_weighed(understander: Understander) -> None:
    now = replace(PARKED, seen=pointing_at("window_rear_right"))
    covered = {"row 1, column 2": pointing_at("screen"), "row 4, column 4": now.seen}
    found = explain(understander, "open this window", now, covered)
    pixels = [cause.name for cause in found.causes if cause.kind is Kind.PIXELS]
    assert pixels == ["row 1, column 2"]


def test_mandarin_is_explained_by_characters(understander: Understander) -> None:
    found = explain(understander, "打开天窗", PARKED)
    assert found.decision == "windows.sunroof_open"
    assert {cause.name for cause in found.causes if cause.kind is Kind.WORD} <= set("打开天窗")


def test_no_words_have_no_causes(understander: Understander) -> None:
    found = explain(understander, "", Moment(Zone.DRIVER, {AIR: 30.0}))
    assert found.decision == "no action: ask"
    assert found.causes == ()
