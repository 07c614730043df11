"""Somebody who only says what is wrong is taken where it helps."""

from __future__ import annotations

import pytest

from skills.navigation.needs import NEEDS, place_for
from skills.navigation.places import kind_of


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("we should grab a bite", "food"),
        ("my bladder is bursting", "toilet"),
        ("快没电了", "charger"),
        ("油箱快空了", "fuel"),
        ("车脏得不行", "wash"),
        ("she needs a painkiller", "pharmacy"),
    ],
)
def test_a_need_is_a_kind_of_place(words: str, kind: str) -> None:
    found = kind_of(place_for(words))
    assert found is not None
    assert found.name == kind


def test_words_of_no_need_name_no_place() -> None:
    assert place_for("what a lovely day") == ""
    assert place_for("今天真好") == ""


@pytest.mark.parametrize("place", [place for place, _ in NEEDS])
def test_every_place_is_one_that_can_be_searched_for(place: str) -> None:
    assert kind_of(place) is not None
