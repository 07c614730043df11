"""What our recogniser mishears becomes training text, unless it asks for something else."""

from __future__ import annotations

import random

import pytest

from training.understanding import variations
from training.understanding.mishearings import differences
from training.understanding.templates import Sentence


@pytest.mark.parametrize(
    ("said", "heard", "kept"),
    [
        ("end the massage", "and the message", [("end", "and"), ("massage", "message")]),
        ("demister on please", "dentist on please", [("demister", "dentist")]),
        ("the ac off please", "the ac on please", []),
        ("set it to nine", "set it to five", []),
        ("my bag", "my boss", []),
        ("close the window", "close the window", []),
    ],
)
def test_what_asks_for_something_else_is_no_mishearing(
    said: str, heard: str, kept: list[tuple[str, str]]
) -> None:
    assert list(differences(said, heard)) == kept


def test_the_table_keeps_to_that() -> None:
    table = variations.mishearings()
    assert table
    for (said, heard), times in table.items():
        assert list(differences(said, heard)), (said, heard)
        assert times > 0


def test_several_words_are_misheard_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variations, "_alike", lambda: {"end the": ["and the"]})
    rng = random.Random(1)
    heard = {
        variations.misheard(Sentence("end the massage", (), {}), "en", rng).text for _ in range(50)
    }
    assert "and the massage" in heard
