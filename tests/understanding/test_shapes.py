"""Phrases of plugins said word for word."""

from __future__ import annotations

import pytest

from cabin_agent.turn import Action, Degree, Route, Target, Understanding
from cabin_agent.understanding.shapes import Shapes, fits

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


def test_a_slot_does_not_swallow_a_second_wish() -> None:
    text = "set parking to forty percent and open the roof"
    both = understood(text, Action("parking.adjust"), Action("windows.sunroof_open"))
    assert SHAPES.settled(both) is both


def test_the_phrase_with_the_fewest_slots_is_meant() -> None:
    shapes = Shapes.of({"a.some": ("roll out the {option}",), "a.all": ("roll out the red",)}, {})
    assert shapes.settled(understood("roll out the red")).actions[0].intent == "a.all"
    assert shapes.settled(understood("roll out the blue")).actions[0].intent == "a.some"


def test_phrases_that_cannot_be_told_apart() -> None:
    assert fits("open {option}", "open the window")
    assert fits("turn it to {value}", "turn it to {value}")
    assert not fits("open the window", "open {option}")
