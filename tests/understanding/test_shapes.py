"""Phrases of plugins said word for word."""

from __future__ import annotations

import pytest

from cabin_agent.turn import Action, Degree, Route, Target, Understanding
from cabin_agent.understanding.shapes import Shapes, fits, slots_in

DECLARED = {
    "parking.adjust": ("set parking to {value}", "把车位调到{value}", "{value}"),
    "parking.state": ("how far is parking", "open the window"),
    "parking.move": ("open {option}", "move {value} to {place} {zone}"),
}
OURS = {"windows.open": ("open the window", "open {option} {zone}")}
SHAPES = Shapes.of(DECLARED, OURS)


def understood(text: str, *actions: Action) -> Understanding:
    return Understanding(text, 0.1, 0.9, Route.DECLINE, 0.8, actions, 0.0)


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("Set parking to forty percent.", "parking.adjust", {"value": "forty percent"}),
        ("please set parking to forty please", "parking.adjust", {"value": "forty"}),
        ("请把车位调到百分之四十", "parking.adjust", {"value": "百分之四十"}),
        ("how far is parking?", "parking.state", {}),
        ("move it to town in the back", "parking.move", {"value": "it", "place": "town"}),
    ],
)
def test_a_phrase_said_word_for_word_is_certain(
    text: str, intent: str, slots: dict[str, str]
) -> None:
    settled = SHAPES.settled(understood(text))
    (action,) = settled.actions
    assert (action.intent, action.confidence, settled.route) == (intent, 1.0, Route.ACT)
    assert action.slots == slots
    assert settled.addressed == 0.9


def test_place_and_degree_are_the_models() -> None:
    guess = Action("windows.open", Target.REAR, Degree.SMALL, {"option": "parking"}, 0.7)
    (action,) = SHAPES.settled(understood("how far is parking", guess)).actions
    assert (action.target, action.degree, action.slots) == (Target.REAR, Degree.SMALL, {})


@pytest.mark.parametrize(
    "text",
    [
        "set parking",
        "they set parking to forty percent yesterday evening for us",
        "open the window",
        "open the sunroof",
        "anything at all",
    ],
)
def test_other_sentences_and_our_own_phrases_are_left_alone(text: str) -> None:
    before = understood(text, Action("windows.open"))
    assert SHAPES.settled(before) is before


def test_slots_of_a_phrase() -> None:
    phrases = ("set it to {value}", "把{person}叫来")
    assert slots_in("Set it to twenty two", phrases) == {"value": "twenty two"}
    assert slots_in("请把小王叫来", phrases) == {"person": "小王"}
    assert slots_in("leave it", phrases) == {}


def test_phrases_that_cannot_be_told_apart() -> None:
    assert fits("open {option}", "open the window")
    assert fits("turn it to {value}", "turn it to {value}")
    assert not fits("open the window", "open {option}")
