"""The sentences that are synthesised and counted."""

import random

import pytest

pytest.importorskip("yaml")

from training.speech import text


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "zero"), (13, "thirteen"), (20, "twenty"), (42, "forty two"), (305, "three hundred five")],
)
def test_numbers_are_spelled(value: int, words: str) -> None:
    assert text.spell_number(value) == words


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Set it to 21°!", "set it to twenty one degrees"),
        ("Don’t stop", "don't stop"),
        ("fan to 50%", "fan to fifty percent"),
        ("wake me at 7:30", "wake me at seven thirty"),
        ("at 8:00 p.m.", "at eight o'clock p m"),
        ("at 5pm, not 5 AM", "at five p m not five a m"),
        ("I am at one", "i am at one"),
    ],
)
def test_writing_becomes_what_is_said(written: str, spoken: str) -> None:
    assert text.normalise(written) == spoken


def test_phrases_leave_no_markup() -> None:
    expander = text.PhraseExpander(random.Random(1))
    for phrase in expander.phrases():
        sentence = expander.expand(phrase)
        assert sentence, phrase
        assert set(sentence) <= set("abcdefghijklmnopqrstuvwxyz' "), (phrase, sentence)


def test_sentences_differ_and_repeat_with_the_seed() -> None:
    first = text.car_sentences(500, seed=4)
    assert len(set(first)) == 500
    assert first == text.car_sentences(500, seed=4)


def test_both_models_know_the_same_phrasing() -> None:
    sentences = text.understanding_sentences(per_phrase=1)
    assert len(sentences) > 5_000
    allowed = set("abcdefghijklmnopqrstuvwxyz' ")
    assert [each for each in sentences if not set(each) <= allowed] == []
    assert any("sunroof" in each for each in sentences)


def test_declared_phrases_have_gaps_for_slots() -> None:
    sentences = text.declared_sentences()
    assert any(each.endswith(text.GAP) for each in sentences)
    assert "turn off the headlights" in sentences
