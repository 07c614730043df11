"""The training text expands into what its README promises."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from cabin_agent.understanding.sight import POINTED
from training.understanding.generate import Generator, line_of
from training.understanding.templates import (
    TEXT,
    Drawer,
    Entry,
    TextError,
    load_entries,
    load_slots,
)
from training.understanding.train_split import split

SLOTS = {
    "en": {"zone_on": {"rear": ["in the back"]}, "colour": ["dark blue"]},
    "zh": {"zone_adj": {"driver": ["主驾"]}, "colour": ["红色"]},
}


MANDARIN = "- intent: climate.on\n  say: [打开空调]\n"


def write(folder: Path, english: str) -> Path:
    for language, text in (("en", english), ("zh", MANDARIN)):
        (folder / language).mkdir(parents=True)
        (folder / language / "a.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_same_seed_gives_the_same_examples() -> None:
    entries, drawer = load_entries(), Drawer(load_slots())
    once = list(Generator(entries, drawer, 3).examples(200))
    again = list(Generator(entries, drawer, 3).examples(200))
    other = list(Generator(entries, drawer, 4).examples(200))
    assert once == again
    assert once != other


def test_every_sentence_of_the_text_can_be_drawn() -> None:
    drawer, rng = Drawer(load_slots()), random.Random(1)
    for entry in load_entries():
        for say in entry.say:
            sentence = drawer.draw(say, entry.language, rng, entry.where)
            assert sentence.text
            assert all(0 <= s.start < s.end <= len(sentence.text) for s in sentence.spans)


def test_spans_are_the_words_of_the_slots() -> None:
    examples = Generator(load_entries(), Drawer(load_slots()), 5).examples(2000)
    spans = [(e.text[s.start : s.end], s.slot) for e in examples for s in e.spans]
    assert len(spans) > 300
    assert all(words == words.strip() and words for words, _ in spans)


def test_a_zone_phrase_names_the_target_and_a_colour_is_a_slot(tmp_path: Path) -> None:
    text = "- intent: lights.ambient_colour\n  say: ['{colour} light {zone_on}']\n"
    (entry,) = [e for e in load_entries(write(tmp_path, text)) if e.language == "en"]
    sentence = Drawer(SLOTS).draw(entry.say[0], "en", random.Random(0), entry.where)
    assert sentence.text == "dark blue light in the back"
    assert sentence.targets == {0: "rear"}
    (span,) = sentence.spans
    assert (span.slot, sentence.text[span.start : span.end]) == ("colour", "dark blue")


def test_words_may_be_a_slot_as_they_stand(tmp_path: Path) -> None:
    text = "- intent: navigation.navigate\n  say: ['can we go to {place=the zoo} now']\n"
    (entry,) = [e for e in load_entries(write(tmp_path, text)) if e.language == "en"]
    sentence = Drawer(SLOTS).draw(entry.say[0], "en", random.Random(0), entry.where)
    (span,) = sentence.spans
    assert sentence.text == "can we go to the zoo now"
    assert (span.slot, sentence.text[span.start : span.end]) == ("place", "the zoo")


def test_alternatives_and_options(tmp_path: Path) -> None:
    drawn = {
        Drawer(SLOTS).draw("(a|b (c|d)) [x] y", "en", random.Random(seed), "here").text
        for seed in range(60)
    }
    assert drawn == {"a y", "a x y", "b c y", "b c x y", "b d y", "b d x y"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("- intent: climate.on\n  zone: attic\n  say: [ac on]\n", "attic"),
        ("- intent: climate.on\n  say: []\n", "nothing under say"),
        ("- route: teleport\n  say: [beam me up]\n", "teleport"),
    ],
)
def test_mistakes_name_file_and_entry(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(TextError, match=named) as caught:
        load_entries(write(tmp_path, text))
    assert "a.yaml: entry 1" in str(caught.value)


def test_unknown_placeholder_is_named() -> None:
    with pytest.raises(TextError, match="flavour"):
        Drawer(SLOTS).draw("a {flavour} tea", "en", random.Random(0), "here")


def test_held_out_sentences_are_not_trained_on() -> None:
    train, held = split(load_entries(TEXT))
    assert sum(len(e.say) for e in held) > 100
    kept = {(e.where, say) for e in train for say in e.say}
    assert not any((e.where, say) in kept for e in held for say in e.say)


def test_beginnings_are_incomplete_unless_they_are_sentences() -> None:
    examples = list(Generator(load_entries(), Drawer(load_slots()), 9).examples(3000))
    whole = {e.text for e in examples if e.complete}
    cut = [e for e in examples if not e.complete]
    assert len(cut) > 100
    assert sum(e.text in whole for e in cut) < 0.1 * len(cut)


def test_what_a_hand_shows_is_the_place(tmp_path: Path) -> None:
    text = "- intent: windows.open\n  zone: pointed\n  say: ['open this one']\n"
    entries = load_entries(write(tmp_path, text))
    found, idle = set(), set()
    for example in Generator(entries, Drawer(SLOTS), 5).examples(400):
        if example.text != "open this one" or not example.actions:
            continue
        target = example.actions[0].target
        seen = example.sight[: len(POINTED)]
        best = POINTED[max(range(len(POINTED)), key=seen.__getitem__)] if any(seen) else ""
        if target == "pointed":
            idle.add(best)
        else:
            assert best, "without a picture it stays open"
            found.add(best == f"window_{target}")
    assert True in found
    assert {"", "nothing"} <= idle, "it stays open where the hand rests, too"


def test_the_turn_before_goes_with_what_hangs_on_it(tmp_path: Path) -> None:
    text = "- intent: seats.heat_up\n  after: ['warm my seat']\n  say: ['more']\n"
    entries = load_entries(write(tmp_path, f"- intent: climate.on\n  say: [air on]\n{text}"))
    examples = [
        example
        for example in Generator(entries, Drawer(SLOTS), 5).examples(600)
        if "more" in example.text.split()
    ]
    assert examples
    assert {example.before for example in examples} == {"warm my seat"}


def test_an_unknown_sight_names_the_entry(tmp_path: Path) -> None:
    folder = write(tmp_path, "- intent: windows.open\n  seen: moon\n  say: [open]\n")
    with pytest.raises(TextError, match="entry 1: unknown seen 'moon'"):
        load_entries(folder)


def two_lines(tmp_path: Path) -> list[Entry]:
    text = "- intent: climate.on\n  say: [turn it on, start the air]\n"
    return load_entries(write(tmp_path, text))


def test_every_line_comes_once(tmp_path: Path) -> None:
    entries = two_lines(tmp_path)
    lines = [each.line for each in Generator(entries, Drawer(SLOTS), 1).every()]
    assert sorted(lines) == sorted(line_of(e, say) for e in entries for say in e.say)


def test_a_heavier_line_is_drawn_more_often(tmp_path: Path) -> None:
    entries = two_lines(tmp_path)
    heavy, light = (line_of(entries[0], say) for say in entries[0].say)
    drawn = Counter(
        each.line for each in Generator(entries, Drawer(SLOTS), 1, {heavy: 4.0}).examples(2000)
    )
    assert 2.5 < drawn[heavy] / drawn[light] < 6.0
