"""From the model's numbers to an understanding: what no number can talk it into."""

from __future__ import annotations

import numpy as np
import pytest

from cabin_agent.turn import Degree, Route, SignSeen, Target
from cabin_agent.understanding import decoding
from cabin_agent.understanding.decoding import Raw
from cabin_agent.understanding.labels import Labels
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.tokens import Encoded
from vehicle_bus.values import Zone

INTENTS = ("climate.temperature_set", "dialogue.yes", "screen.select", "signs.query")
LABELS = Labels(
    INTENTS,
    {},
    tuple(Target),
    tuple(Degree),
    tuple(Route),
    ("O", "B-value", "I-value"),
    3,
    5,
    temperature=1.0,
    accept=0.4,
    reject=0.6,
    near=0.5,
    margin=0.0,
)
DRIVER = Moment(Zone.DRIVER)


def raw(intent: str, tags: list[str]) -> Raw:
    """One action; every word belongs to it."""
    intents = np.full((2, len(INTENTS) + 1), -5.0, np.float32)
    intents[0, INTENTS.index(intent)] = 5.0
    intents[1, -1] = 5.0
    tagged = np.array([[float(tag == name) for name in LABELS.tags] for tag in tags], np.float32)
    return Raw(
        addressed=5.0,
        complete=5.0,
        route=np.zeros(len(Route), np.float32),
        intent=intents,
        target=np.zeros((2, len(Target)), np.float32),
        degree=np.zeros((2, len(Degree)), np.float32),
        tags=tagged,
        belongs=np.tile(np.array([[5.0, 0.0]], np.float32), (len(tags), 1)),
        embedding=np.zeros(4, np.float32),
        sign=np.array([0.0, 9.0, 0.0], np.float32),
    )


def value_in(text: str, tagged: str) -> str:
    """What the slot becomes if only the characters of `tagged` were tagged."""
    start = text.index(tagged)
    offsets = ((0, 0), (start, start + len(tagged)), (len(text), len(text)))
    found = decoding.actions(
        raw("climate.temperature_set", ["O", "B-value", "O"]),
        Encoded(text, (1, 2, 3), offsets),
        LABELS,
    )
    return str(found[0].slots["value"])


@pytest.mark.parametrize(
    ("text", "tagged", "whole"),
    [
        ("set it to minus eighty degrees", "eighty", "minus eighty"),
        ("nine thousand degrees please", "nine", "nine thousand"),
        ("温度调到零下八十度", "八", "零下八十"),
        ("音量百分之三百", "三", "百分之三百"),
        ("set it to twenty and the fan to three", "twenty", "twenty"),
        ("fan two twenty degrees", "two", "two"),
        ("二十二度", "二十", "二十二"),
    ],
)
def test_a_number_is_never_taken_for_a_part_of_it(text: str, tagged: str, whole: str) -> None:
    assert value_in(text, tagged) == whole


def test_a_yes_to_nothing_and_a_tap_on_an_empty_screen_are_impossible() -> None:
    for intent, sensible in (
        ("dialogue.yes", Moment(Zone.DRIVER, pending_question=True)),
        ("screen.select", Moment(Zone.DRIVER, on_screen=("settings",))),
    ):
        numbers = raw(intent, ["O"])
        encoded = Encoded("x", (1,), ((0, 1),))
        for moment, expected in ((DRIVER, []), (sensible, [intent])):
            possible = decoding.possible(numbers, LABELS, moment)
            found = decoding.actions(possible, encoded, LABELS)
            assert [action.intent for action in found] == expected


def test_questions_about_signs_are_told_which_one_it_is() -> None:
    found = decoding.actions(raw("signs.query", ["O"]), Encoded("x", (1,), ((0, 1),)), LABELS)
    seen = decoding.sign(raw("signs.query", ["O"]), seen=True)
    assert seen is not None
    assert seen.number == 1
    assert decoding.with_sign(found, seen)[0].slots == {"sign": "1"}
    assert decoding.with_sign(found, SignSeen(1, 0.3)) == found, "too unclear to be told"
    assert decoding.sign(raw("signs.query", ["O"]), seen=False) is None


def test_what_is_tapped_is_named_as_the_screen_names_it() -> None:
    found = decoding.actions(raw("screen.select", ["O"]), Encoded("x", (1,), ((0, 1),)), LABELS)
    picked = decoding.with_label(found, "tap on setting please", ("Route options", "Settings"))
    assert picked[0].slots == {"query": "Settings"}
    assert decoding.with_label(found, "settings", ()) == found
